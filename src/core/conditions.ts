/**
 * Conditions under which a provider permits what his codes forbid: some in words, for the officer; some that the
 * program checks each time the permission is used, so that it blocks again when they are not met. Pure.
 */
import type { AgencyId } from './ids.ts';
import { PAP_ACTS } from './pap.ts';

/** What a permission can be for. */
export const PERMITTED_ACTS = ['forward', ...PAP_ACTS] as const;
export type PermittedAct = (typeof PERMITTED_ACTS)[number];

export interface Conditions {
  /** For the officer to keep; nothing checks them. May be empty. */
  readonly text: string;
  /** ISO 8601 in UTC: afterwards the permission is none. */
  readonly until: string | null;
  /** Only to these agencies. */
  readonly onlyTo: readonly string[] | null;
  /** Only for these acts. */
  readonly onlyFor: readonly PermittedAct[] | null;
}

/** One use of a permission. */
export interface Use {
  readonly at: Date;
  /** To whom it goes, or whose word it is used on. */
  readonly to: AgencyId | string;
  readonly act: PermittedAct;
}

/** Does the permission still hold for this use? Without conditions it does. */
export function conditionsMet(conditions: Conditions | null | undefined, { at, to, act }: Use): boolean {
  if (!conditions) return true;
  const { until, onlyTo, onlyFor } = conditions;
  return (
    (until === null || at < new Date(until)) &&
    (onlyTo === null || onlyTo.includes(to)) &&
    (onlyFor === null || onlyFor.includes(act))
  );
}

/** Why conditions cannot be given; undefined where they can. */
export function conditionsProblem(conditions: Conditions, now: Date): 'until' | 'conditions' | undefined {
  const { text, until, onlyTo, onlyFor } = conditions;
  if (until !== null && new Date(until) <= now) return 'until';
  return text.trim() === '' && until === null && onlyTo === null && onlyFor === null
    ? 'conditions'
    : undefined;
}
