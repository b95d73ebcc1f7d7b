/** The story's packages and figures: composed, approved, disseminated; computed and released. */
import { deliveries } from '#exchange/deliveries.ts';
import type { PackageList } from '#packages/schemas.ts';
import { packagesOf } from '#packages/store.ts';
import { type FigureSetId, figureSetById, listFigureSets } from '#results/figure-store.ts';
import type { CountedFigure } from '#results/figures.ts';
import type { FigureSetRow } from '#results/schemas.ts';
import { deskAt } from './desk-client.ts';
import { MOMENTS } from './scenario.ts';
import type { Step } from './story.ts';
import { until } from './wait.ts';
import { coordinatorOf, leadOf, operationOf, type World } from './world.ts';

export const composeAll: Step<World> = {
  id: 'compose',
  title: 'Packages are composed',
  words: 'One intelligence package for each country: its targets, their observations, a dossier for each.',
  async run(world, { signal }) {
    world.host.clock.moveTo(MOMENTS.meeting);
    const analyst = await deskAt(world, leadOf(world), 'lead-analyst');
    const { packages } = await analyst.post<PackageList>('{op}/packages/compose', {}, signal);
    const targets = packages.reduce((sum, one) => sum + one.targetCount, 0);
    return `${packages.length} packages with ${targets} targets.`;
  },
};

export const approvePackages: Step<World> = {
  id: 'approve',
  title: 'A second officer approves',
  words: 'Another officer than the one who composed them approves the packages; from now on no byte changes.',
  async run(world, { signal }) {
    const { ctx } = leadOf(world);
    const { operationId } = await operationOf(world);
    const waiting = (await packagesOf(ctx.db, operationId)).filter(({ state }) => state === 'composed');
    const approvals = waiting.map(({ packageId, digest }) => ({ packageId, digest }));
    const approver = await deskAt(world, leadOf(world), 'approver');
    if (approvals.length > 0) await approver.post('{op}/packages/approve', { approvals }, signal);
    const approved = (await packagesOf(ctx.db, operationId)).filter(({ state }) => state !== 'composed');
    return `${approved.length} packages approved and frozen.`;
  },
};

export const disseminate: Step<World> = {
  id: 'disseminate',
  title: 'Packages leave',
  words:
    'Each package is sealed for its country and the coordinator, delivered and acknowledged; the 24-hour clock runs.',
  async run(world, run) {
    const { ctx } = leadOf(world);
    const { operationId } = await operationOf(world);
    world.host.clock.moveTo(MOMENTS.dissemination);
    const analyst = await deskAt(world, leadOf(world), 'lead-analyst');
    await analyst.post('{op}/packages/send', {}, run.signal);
    return until(run.signal, async () => {
      const all = (await deliveries(ctx.db, operationId, ctx.clock.now())).filter(
        ({ kind }) => kind === 'package',
      );
      const settled = all.filter(({ state }) => state === 'acknowledged');
      run.progress(settled.length, all.length, 'receipts');
      const refused = all.find(({ state }) => state === 'refused');
      if (refused) throw new Error(`a package was refused by ${refused.recipient}`);
      return settled.length === all.length
        ? `${all.length} signed receipts; the clock has stopped.`
        : undefined;
    });
  },
};

export const provisional: Step<World> = {
  id: 'provisional',
  title: 'Provisional figures',
  words:
    'Europol computes the provisional figures from the reports as they stand; the press officer releases them.',
  run: (world) => publish(world, 'provisional', MOMENTS.provisional),
};

export const final: Step<World> = {
  id: 'final',
  title: 'Final figures',
  words: 'Europol computes the final figures; the press officer releases them and the note can be printed.',
  run: (world) => publish(world, 'final', MOMENTS.final),
};

async function publish(world: World, kind: 'provisional' | 'final', at: Date): Promise<string> {
  world.host.clock.moveTo(at);
  const { ctx } = coordinatorOf(world);
  const { operationId } = await operationOf(world);
  const coordinator = await deskAt(world, coordinatorOf(world), 'coordinator');
  const known = (await listFigureSets(ctx.db, operationId)).find((set) => set.kind === kind);
  const { figureSetId, digest, release } =
    known ?? (await coordinator.post<FigureSetRow>('{op}/figures', { kind }));
  if (!release) {
    const press = await deskAt(world, coordinatorOf(world), 'press');
    await press.post(`{op}/figures/${figureSetId}/release`, { digest });
  }
  const set = await figureSetById(ctx.db, figureSetId as FigureSetId);
  const value = (id: CountedFigure['figureId']): number =>
    Number(set?.figures.find(({ figureId }) => figureId === id)?.value ?? 0);
  return `${value('suspects-identified')} suspects identified, ${value('suspects-arrested')} of them arrested or detained, in ${value('countries-positive')} countries.`;
}
