/** The story from composed packages to the final press note: approval, dissemination, feedback, figures. */
import { setTimeout as sleep } from 'node:timers/promises';
import { recordOutcome } from '#casework/record.ts';
import { reportsAsOf } from '#casework/report-store.ts';
import { sendReport } from '#casework/send-report.ts';
import { DAY_MS } from '#core/clock.ts';
import type { CountryCode } from '#core/countries.ts';
import { isIcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import { deliveries } from '#exchange/deliveries.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { sendPackages } from '#packages/send.ts';
import { packagesOf, receivedTargets } from '#packages/store.ts';
import { computeFigureSet } from '#results/compute.ts';
import { figureSetById, listFigureSets } from '#results/figure-store.ts';
import type { CountedFigure } from '#results/figures.ts';
import { releaseFigureSet } from '#results/release.ts';
import { atDesk } from './nodes.ts';
import { agencyIdOf, MOMENTS } from './scenario.ts';
import { type FeedbackAct, feedbackPlan } from './scenario-feedback.ts';
import type { Step, StepRun } from './story.ts';
import { coordinatorOf, leadOf, nodeOf, operationOf, type World } from './world.ts';

export const composeAll: Step<World> = {
  id: 'compose',
  title: 'Packages are composed',
  words: 'One intelligence package for each country: its targets, their observations, a dossier for each.',
  async run(world, run) {
    const { ctx } = leadOf(world);
    const { operationId } = await operationOf(world);
    world.host.clock.moveTo(MOMENTS.meeting);
    const packages = await composePackages(ctx, await atDesk(leadOf(world), 'analyst'), {
      operationId,
      signal: run.signal,
      onProgress: ({ done, total }) => run.progress(done, total, 'targets'),
    });
    const targets = packages.reduce((sum, one) => sum + one.targetCount, 0);
    return `${packages.length} packages with ${targets} targets.`;
  },
};

export const approvePackages: Step<World> = {
  id: 'approve',
  title: 'A second officer approves',
  words: 'Another officer than the one who composed them approves the packages; from now on no byte changes.',
  async run(world, run) {
    const { ctx } = leadOf(world);
    const { operationId } = await operationOf(world);
    const waiting = (await packagesOf(ctx.db, operationId)).filter(({ state }) => state === 'composed');
    await approveAll(ctx, await atDesk(leadOf(world), 'approver'), waiting, run.signal);
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
    await sendPackages(ctx, await atDesk(leadOf(world), 'analyst'), { operationId, signal: run.signal });
    for (;;) {
      const all = (await deliveries(ctx.db, operationId, ctx.clock.now())).filter(
        ({ kind }) => kind === 'package',
      );
      const settled = all.filter(({ state }) => state === 'acknowledged');
      run.progress(settled.length, all.length, 'receipts');
      if (settled.length === all.length) return `${all.length} signed receipts; the clock has stopped.`;
      const refused = all.find(({ state }) => state === 'refused');
      if (refused) throw new Error(`a package was refused by ${refused.recipient}`);
      await sleep(100, undefined, { signal: run.signal });
    }
  },
};

export const feedbackToProvisional: Step<World> = {
  id: 'feedback-1',
  title: 'Countries report',
  words:
    'Homes are searched; national units record outcomes and report, to the day of the provisional figures.',
  run: (world, run) => playFeedback(world, run, { from: MOMENTS.dissemination, until: MOMENTS.provisional }),
};

export const feedbackToFinal: Step<World> = {
  id: 'feedback-2',
  title: 'More countries report',
  words: 'Further results and corrections come in, to the day of the press conference.',
  run: (world, run) => playFeedback(world, run, { from: MOMENTS.provisional, until: MOMENTS.final }),
};

/** Plays the acts between two moments in compressed time, from the act after the last one marked. */
async function playFeedback(world: World, run: StepRun, span: { from: Date; until: Date }): Promise<string> {
  const { operationId, participants } = await operationOf(world);
  const targetsByCountry = new Map<CountryCode, TargetId[]>();
  for (const { agencyId, country } of participants) {
    targetsByCountry.set(country, await targetsInRank(world, agencyId));
  }
  const acts = feedbackPlan({ targetsByCountry, seed: world.seed }).filter(
    ({ at }) => at > span.from && at <= span.until,
  );
  let previous = acts[run.marked - 1]?.at ?? span.from;
  for (const [index, act] of acts.entries()) {
    if (index < run.marked) continue;
    await run.gate();
    const days = (act.at.getTime() - previous.getTime()) / DAY_MS;
    await sleep(days * world.dayMs, undefined, { signal: run.signal });
    previous = act.at;
    world.host.clock.moveTo(act.at);
    await perform(world, operationId, act);
    await run.mark(index + 1);
    run.progress(index + 1, acts.length, 'acts');
  }
  const reports = acts.filter(({ kind }) => kind === 'report').length;
  await allReportsArrived(world, run);
  world.host.clock.moveTo(span.until);
  return `${acts.length - reports} outcomes recorded, ${reports} reports sent.`;
}

async function targetsInRank(world: World, agencyId: Parameters<typeof nodeOf>[1]): Promise<TargetId[]> {
  const { operationId } = await operationOf(world);
  const { ctx } = nodeOf(world, agencyId);
  const { targets } = await receivedTargets(ctx.db, {
    operationId,
    country: ctx.node.country as CountryCode,
    sort: 'rank',
    offset: 0,
    limit: 10_000,
  });
  return targets.map(({ targetId }) => targetId);
}

async function perform(
  world: World,
  operationId: Awaited<ReturnType<typeof operationOf>>['operationId'],
  act: FeedbackAct,
): Promise<void> {
  const node = nodeOf(world, agencyIdOf(act.country));
  const investigator = await atDesk(node, 'investigator');
  if (act.kind === 'outcome') {
    const { targetId, outcome, note, reason } = act;
    await recordOutcome(node.ctx, investigator, {
      operationId,
      targetId,
      ...outcome,
      note,
      ...(reason ? { reason } : {}),
    });
    return;
  }
  await sendReport(node.ctx, investigator, {
    operationId,
    ...(act.reason ? { reason: act.reason } : {}),
  }).catch((error: unknown) => {
    // Sent just before a run was cut off, and not yet marked.
    if (!isIcarusError(error, 'report/nothing-new')) throw error;
  });
}

/** Waits until the coordinator has each country's newest report. */
async function allReportsArrived(world: World, run: StepRun): Promise<void> {
  const { operationId, participants } = await operationOf(world);
  const sent = new Set<string>();
  for (const { agencyId } of participants) {
    const { ctx } = nodeOf(world, agencyId);
    for (const { reportId } of await reportsAsOf(ctx.db, operationId, ctx.clock.now())) sent.add(reportId);
  }
  const { ctx } = coordinatorOf(world);
  for (;;) {
    const standing = new Set(
      (await reportsAsOf(ctx.db, operationId, ctx.clock.now())).map(({ reportId }) => reportId as string),
    );
    if ([...sent].every((reportId) => standing.has(reportId))) return;
    await sleep(100, undefined, { signal: run.signal });
  }
}

export const provisional: Step<World> = {
  id: 'provisional',
  title: 'Provisional figures',
  words:
    'Europol computes the provisional figures from the reports as they stand; the press officer releases them.',
  run: (world) => publish(world, 'provisional'),
};

export const final: Step<World> = {
  id: 'final',
  title: 'Final figures',
  words: 'Europol computes the final figures; the press officer releases them and the note can be printed.',
  run: (world) => publish(world, 'final'),
};

async function publish(world: World, kind: 'provisional' | 'final'): Promise<string> {
  const { ctx } = coordinatorOf(world);
  const { operationId } = await operationOf(world);
  const coordinator = await atDesk(coordinatorOf(world), 'coordinator');
  const known = (await listFigureSets(ctx.db, operationId)).find((set) => set.kind === kind);
  const set =
    (known && (await figureSetById(ctx.db, known.figureSetId))) ??
    (await computeFigureSet(ctx, coordinator, { operationId, kind }));
  if (set.release === null) {
    await releaseFigureSet(ctx, await atDesk(coordinatorOf(world), 'press'), {
      figureSetId: set.figureSetId,
      digest: set.digest,
    });
  }
  const value = (id: CountedFigure['figureId']): number =>
    Number(set.figures.find(({ figureId }) => figureId === id)?.value ?? 0);
  return `${value('suspects-identified')} suspects identified, ${value('suspects-arrested')} of them arrested or detained, in ${value('countries-positive')} countries.`;
}
