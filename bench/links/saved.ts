/**
 * The hours that the urgency list saves. Assumed: one investigator a country, 8 hours a day for 28 days from
 * the dissemination, 4 hours a target whether its operator still answers or not. How long operators keep their
 * records: by the table "2011, for exercises", and as weeks, as where no law makes them: 7, 14, 28, 56 or 84
 * days, by turn through the countries.
 */
import { DAY_MS } from '#core/clock.ts';
import { MOMENTS, PARTICIPANTS } from '#exercise/scenario.ts';
import type { LakeContext } from '#observations/lake.ts';
import { keepingOf } from '#observations/retention/keeping.ts';
import type { RetentionRule, RetentionRuleId } from '#observations/retention/rule-types.ts';
import { seed2011 } from '#observations/retention/seed-2011.ts';
import type { TargetSort } from '#observations/targets/target-query.ts';
import { countTargets, listTargets } from '#observations/targets/target-reader.ts';
import type { Figure } from '../figure.ts';
import { type Budget, hoursFor, type Workable, workAll } from './hours.ts';
import { OPERATION } from './scene.ts';

const BUDGET: Budget = {
  startsAtMs: MOMENTS.dissemination.getTime(),
  days: 28,
  hoursPerDay: 8,
  hoursPerTarget: 4,
};

/** Days that the operators of a country keep their records. */
type DaysKept = (country: string) => number;

const WEEKS = [7, 14, 28, 56, 84];
const TABLES: Readonly<Record<string, DaysKept>> = {
  'kept for weeks': (country) => WEEKS[PARTICIPANTS.findIndex((one) => one === country) % WEEKS.length] ?? 7,
  'kept as in 2011': daysIn2011(),
};

function daysIn2011(): DaysKept {
  const entered = { version: 1, reason: 'exercise', enteredAt: MOMENTS.collectionFrom, enteredBy: 'bench' };
  const rules = seed2011().map(
    (content, i): RetentionRule => ({ ...content, ...entered, ruleId: `retention_${i}` as RetentionRuleId }),
  );
  return (country) => keepingOf(rules, { country, operator: null, asn: null }, MOMENTS.dissemination).days;
}

interface Listed {
  readonly country: string;
  readonly targetId: string;
  readonly lastSeenAtMs: number;
}

/** Per table: targets identified by order of urgency, beside the other orders, and the hours that it saves. */
export async function savedHours(ctx: LakeContext): Promise<Figure[]> {
  const byUrgency = await listed(ctx, 'urgency');
  const byFiles = await listed(ctx, 'files');
  const byChance = byUrgency.toSorted((a, b) => (a.targetId < b.targetId ? -1 : 1));
  return Object.entries(TABLES).flatMap(([name, daysKept]) => {
    const lists = (order: readonly Listed[]) => byCountry(order, daysKept);
    const done = workAll(lists(byUrgency), BUDGET);
    const needed = hoursFor(lists(byFiles), BUDGET, done.identified);
    const beside = (peerName: string, order: readonly Listed[]): Figure => {
      const peer = workAll(lists(order), BUDGET).identified;
      return {
        name: `${name}: identified in time by urgency`,
        value: done.identified,
        unit: 'targets',
        peer: { name: peerName, value: peer },
        ratio: done.identified / peer,
      };
    };
    return [
      beside('by number of files', byFiles),
      beside('by chance', byChance),
      {
        name: `${name}: hours for as many`,
        value: done.hours,
        unit: 'h',
        ...(needed !== undefined && {
          peer: { name: 'by number of files', value: needed },
          ratio: done.hours / needed,
        }),
      },
      ...(needed === undefined
        ? []
        : [{ name: `${name}: investigator hours saved`, value: needed - done.hours, unit: 'h' }]),
    ];
  });
}

const PAGE = 500;

async function listed(ctx: LakeContext, sort: TargetSort): Promise<Listed[]> {
  const filter = { operationId: OPERATION };
  const total = await countTargets(ctx, filter);
  const targets: Listed[] = [];
  for (let offset = 0; offset < total; offset += PAGE)
    for (const { country, targetId, lastSeenAt } of await listTargets(ctx, {
      ...filter,
      sort,
      offset,
      limit: PAGE,
    }))
      if (country !== null) targets.push({ country, targetId, lastSeenAtMs: lastSeenAt.getTime() });
  return targets;
}

function byCountry(order: readonly Listed[], daysKept: DaysKept): Workable[][] {
  const countries = Map.groupBy(order, ({ country }) => country);
  return [...countries.values()].map((list) =>
    list.map(({ country, lastSeenAtMs }) => ({ expiresAtMs: lastSeenAtMs + daysKept(country) * DAY_MS })),
  );
}
