/**
 * The hours that the urgency list saves. Assumed: one investigator a country, 8 hours a day for 28 days from
 * the dissemination, 4 hours a target whether its operator still answers or not. How long operators keep their
 * records: as weeks, as where no law makes them, 7, 14, 28, 56 or 84 days by turn through the countries; and by
 * the table "2011, for exercises", in which most states keep a year or nothing.
 */
import { MOMENTS, PARTICIPANTS } from '#exercise/scenario.ts';
import type { LakeContext } from '#observations/lake.ts';
import type { RetentionRuleContent } from '#observations/retention/rule-types.ts';
import { loadRules } from '#observations/retention/rules.ts';
import { seed2011 } from '#observations/retention/seed-2011.ts';
import { rankAgain } from '#observations/targets/rank.ts';
import type { TargetSort } from '#observations/targets/target-query.ts';
import { countTargets, listTargets } from '#observations/targets/target-reader.ts';
import type { Figure } from '../figure.ts';
import { type Budget, hoursFor, type Workable, workAll } from './hours.ts';
import { ANALYST, OPERATION } from './scene.ts';

const BUDGET: Budget = {
  startsAtMs: MOMENTS.dissemination.getTime(),
  days: 28,
  hoursPerDay: 8,
  hoursPerTarget: 4,
};

const WEEKS = [7, 14, 28, 56, 84];

/** Each loaded over the one before: both name every country, from the same day on. */
const TABLES: Readonly<Record<string, readonly RetentionRuleContent[]>> = {
  'kept for weeks': PARTICIPANTS.map((country, i) => ({
    country,
    operator: null,
    asn: null,
    dataClass: 'address-assignment',
    daysKept: WEEKS[i % WEEKS.length] ?? 7,
    inForceFrom: null,
    inForceUntil: null,
    legalReference: 'none: for the benchmark',
    source: 'benchmark',
    verifiedBy: null,
    verifiedOn: null,
  })),
  // What is in force on the day of the work, so that each country has one rule.
  'kept as in 2011': seed2011()
    .filter(({ inForceUntil }) => inForceUntil === null || inForceUntil > MOMENTS.dissemination)
    .map((rule) => ({ ...rule, inForceFrom: null })),
};

interface Listed extends Workable {
  readonly country: string;
  readonly targetId: string;
}

/** By table: targets identified by order of urgency, beside the other orders, and the hours that it saves. */
export async function savedHours(ctx: LakeContext): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, rules] of Object.entries(TABLES)) {
    await loadRules(ctx, ANALYST, { operationId: OPERATION, reason: 'benchmark', name, rules });
    await rankAgain(ctx, ANALYST, { operationId: OPERATION });
    figures.push(...figuresOf(name, await listed(ctx, 'urgency'), await listed(ctx, 'files')));
  }
  return figures;
}

function figuresOf(name: string, byUrgency: readonly Listed[], byFiles: readonly Listed[]): Figure[] {
  const byChance = byUrgency.toSorted((a, b) => (a.targetId < b.targetId ? -1 : 1));
  const done = workAll(byCountry(byUrgency), BUDGET);
  const needed = hoursFor(byCountry(byFiles), BUDGET, done.identified);
  const beside = (peerName: string, order: readonly Listed[]): Figure => {
    const peer = workAll(byCountry(order), BUDGET).identified;
    return {
      name: `${name}: identified in time by urgency`,
      value: done.identified,
      unit: 'targets',
      peer: { name: peerName, value: peer },
      ratio: done.identified / peer,
    };
  };
  const hours: Figure = { name: `${name}: hours for as many by urgency`, value: done.hours, unit: 'h' };
  return [
    beside('by number of files', byFiles),
    beside('by chance', byChance),
    ...(needed === undefined
      ? [hours]
      : [
          { ...hours, peer: { name: 'by number of files', value: needed }, ratio: done.hours / needed },
          { name: `${name}: investigator hours saved`, value: needed - done.hours, unit: 'h' },
        ]),
  ];
}

const PAGE = 500;

async function listed(ctx: LakeContext, sort: TargetSort): Promise<Listed[]> {
  const filter = { operationId: OPERATION };
  const total = await countTargets(ctx, filter);
  const targets: Listed[] = [];
  for (let offset = 0; offset < total; offset += PAGE) {
    for (const { country, targetId, identifiableUntil } of await listTargets(ctx, {
      ...filter,
      sort,
      offset,
      limit: PAGE,
    }))
      if (country !== null && identifiableUntil !== null)
        targets.push({ country, targetId, expiresAtMs: identifiableUntil.getTime() });
  }
  return targets;
}

function byCountry(order: readonly Listed[]): Listed[][] {
  return [...Map.groupBy(order, ({ country }) => country).values()];
}
