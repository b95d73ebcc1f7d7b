/** The story's feedback in compressed time: outcomes, reports, and the one case that could not wait. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenNode } from '#assembly/open-node.ts';
import { reportsAsOf } from '#casework/report-store.ts';
import { standingRisks } from '#casework/risk-alarm-store.ts';
import { DAY_MS } from '#core/clock.ts';
import type { CountryCode } from '#core/countries.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { receivedTargets } from '#packages/received-targets.ts';
import { type DeskClient, deskAt } from './desk-client.ts';
import { isRefusal } from './http.ts';
import { agencyIdOf, MOMENTS } from './scenario.ts';
import {
  type FeedbackAct,
  feedbackPlan,
  type OutcomeAct,
  type ReportAct,
  type RiskAct,
} from './scenario-feedback.ts';
import type { Step, StepRun } from './story.ts';
import { until } from './wait.ts';
import { coordinatorOf, nodeOf, operationOf, type World } from './world.ts';

export const feedbackToProvisional: Step<World> = {
  id: 'feedback-1',
  title: 'Countries report',
  words:
    'Belgium warns that a child may be harmed and clears it after an arrest at dawn; homes are searched, national units record outcomes and report.',
  run: (world, run) => playFeedback(world, run, { from: MOMENTS.dissemination, until: MOMENTS.exhibits }),
};

export const feedbackToFinal: Step<World> = {
  id: 'feedback-2',
  title: 'More countries report',
  words: 'Further results and corrections come in, to the day of the press conference.',
  run: (world, run) => playFeedback(world, run, { from: MOMENTS.provisional, until: MOMENTS.final }),
};

/** Every act of the feedback, from the targets that each country received. */
export async function storyActs(world: World): Promise<FeedbackAct[]> {
  const { participants, operationId } = await operationOf(world);
  const targetsByCountry = new Map<CountryCode, TargetId[]>();
  for (const { agencyId, country } of participants)
    targetsByCountry.set(country, await targetsInRank(nodeOf(world, agencyId), { operationId, country }));
  return feedbackPlan({ targetsByCountry, seed: world.seed });
}

async function targetsInRank(
  { ctx }: OpenNode,
  of: { readonly operationId: OperationId; readonly country: CountryCode },
): Promise<TargetId[]> {
  const { targets } = await receivedTargets(ctx.db, { ...of, sort: 'rank', offset: 0, limit: 10_000 });
  return targets.map(({ targetId }) => targetId);
}

/** Plays the acts between two moments, from the act after the last one marked. */
async function playFeedback(world: World, run: StepRun, span: { from: Date; until: Date }): Promise<string> {
  const acts = (await storyActs(world)).filter(({ at }) => at > span.from && at <= span.until);
  let previous = acts[run.marked - 1]?.at ?? span.from;
  for (const [index, act] of acts.entries()) {
    if (index < run.marked) continue;
    await run.gate();
    const days = (act.at.getTime() - previous.getTime()) / DAY_MS;
    await sleep(days * world.dayMs, undefined, { signal: run.signal });
    previous = act.at;
    world.host.clock.moveTo(act.at);
    await perform(world, run, act);
    await run.mark(index + 1);
    run.progress(index + 1, acts.length, 'acts');
  }
  await allReportsArrived(world, run);
  world.host.clock.moveTo(span.until);
  return inWords(acts);
}

function inWords(acts: readonly FeedbackAct[]): string {
  const counted = (kind: FeedbackAct['kind']): number => acts.filter((act) => act.kind === kind).length;
  const risks = counted('risk') > 0 ? ' One alarm of imminent risk, raised and cleared.' : '';
  return `${counted('outcome')} outcomes recorded, ${counted('report')} reports sent.${risks}`;
}

async function perform(world: World, run: StepRun, act: FeedbackAct): Promise<void> {
  const node = nodeOf(world, agencyIdOf(act.country));
  const investigator = await deskAt(world, node, 'investigator');
  switch (act.kind) {
    case 'outcome':
      return record(investigator, act);
    case 'report':
      return report(investigator, act);
    case 'risk':
      await warn(investigator, act);
      return boardShows(world, run, act);
  }
}

async function record(investigator: DeskClient, act: OutcomeAct): Promise<void> {
  const { targetId, outcome, note, reason } = act;
  await investigator.post(`{op}/casework/targets/${targetId}/outcomes`, { ...outcome, note, reason });
}

async function report(investigator: DeskClient, { reason }: ReportAct): Promise<void> {
  await investigator.post('{op}/casework/report', { reason }).catch((error: unknown) => {
    // Sent just before a run was cut off, and not yet marked.
    if (!isRefusal(error, 'report/nothing-new')) throw error;
  });
}

async function warn(investigator: DeskClient, { targetId, state, reason }: RiskAct): Promise<void> {
  await investigator.post(`{op}/risks/${targetId}`, { state, reason });
}

/** Waits until the coordinator's board says what the country said. */
async function boardShows(world: World, run: StepRun, { targetId, state }: RiskAct): Promise<void> {
  const { ctx } = coordinatorOf(world);
  const { operationId } = await operationOf(world);
  await until(run.signal, async () => {
    const standing = await standingRisks(ctx.db, operationId);
    return standing.some((risk) => risk.targetId === targetId) === (state === 'raised') || undefined;
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
  await until(run.signal, async () => {
    const standing = await reportsAsOf(ctx.db, operationId, ctx.clock.now());
    const arrived = new Set<string>(standing.map(({ reportId }) => reportId));
    return [...sent].every((reportId) => arrived.has(reportId)) || undefined;
  });
}
