/**
 * What an order of work is worth: how many targets are identified before their records expire, and how many
 * hours another order would need for as many. One investigator a country works its list from the top.
 */

/** A target as it stands in a list of work. */
export interface Workable {
  /** When the operator's records of it are gone, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

export interface Budget {
  readonly startsAtMs: number;
  readonly days: number;
  /** Of each country's investigator. */
  readonly hoursPerDay: number;
  /** From opening the dossier to the operator's answer, found or not. */
  readonly hoursPerTarget: number;
}

export interface Work {
  readonly identified: number;
  readonly hours: number;
}

const DAY_MS = 86_400_000;

/**
 * Works `list` from the top. A target is identified if its records are there when its turn comes; one that
 * comes too late costs its hours all the same; one that cannot be finished within the budget is not begun.
 */
export function work(list: readonly Workable[], budget: Budget): Work {
  const { startsAtMs, days, hoursPerDay, hoursPerTarget } = budget;
  const begun = Math.min(list.length, Math.floor((days * hoursPerDay) / hoursPerTarget));
  const identified = list
    .slice(0, begun)
    .filter(
      ({ expiresAtMs }, turn) => expiresAtMs >= startsAtMs + (turn * hoursPerTarget * DAY_MS) / hoursPerDay,
    );
  return { identified: identified.length, hours: begun * hoursPerTarget };
}

/** The work of all countries. */
export function workAll(lists: readonly (readonly Workable[])[], budget: Budget): Work {
  return lists
    .map((list) => work(list, budget))
    .reduce((sum, one) => ({ identified: sum.identified + one.identified, hours: sum.hours + one.hours }), {
      identified: 0,
      hours: 0,
    });
}

/** Steps in which hours a day are added. */
const STEPS_AN_HOUR = 10;

/**
 * Hours that `lists` would need to identify as many as `wanted`, in the same days: with more hours a day, to
 * a tenth, the same for every country. Undefined where no number of hours is enough.
 */
export function hoursFor(
  lists: readonly (readonly Workable[])[],
  budget: Budget,
  wanted: number,
): number | undefined {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  const at = (steps: number) => workAll(lists, { ...budget, hoursPerDay: steps / STEPS_AN_HOUR });
  // With this many hours a day, every target's turn comes on the first day.
  const most = Math.ceil(longest * budget.hoursPerTarget * STEPS_AN_HOUR);
  if (at(most).identified < wanted) return undefined;
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (at(middle).identified >= wanted) high = middle;
    else low = middle + 1;
  }
  return at(low).hours;
}
