/** A programme: who takes part, who pays, and which operations it plans. */
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, Id, OperationId } from '#core/ids.ts';

export type ProgrammeId = Id<'programme'>;
export type PlanEntryId = Id<'plan-entry'>;

export interface ProgrammeMember {
  readonly name: string;
  /** Null for a member that is of no country. */
  readonly country: CountryCode | null;
  /** Where this node knows the agency by its card. */
  readonly agencyId: AgencyId | null;
  /** Exactly one member leads. */
  readonly leads: boolean;
}

export const PLAN_STATES = ['planned', 'running', 'done'] as const;
export type PlanState = (typeof PLAN_STATES)[number];

/** An operation that the programme plans, runs or has run. */
export interface PlanEntry {
  readonly entryId: PlanEntryId;
  readonly title: string;
  /** First and last month, `YYYY-MM`. */
  readonly from: string;
  readonly to: string;
  readonly state: PlanState;
  /** The operation that it became. */
  readonly operationId: OperationId | null;
}

export interface Programme {
  readonly programmeId: ProgrammeId;
  readonly name: string;
  readonly purpose: string;
  /** Who pays, in words. */
  readonly funding: string;
  readonly members: readonly ProgrammeMember[];
  readonly plan: readonly PlanEntry[];
  readonly operations: readonly OperationId[];
}

export type ProgrammeDraft = Pick<Programme, 'name' | 'purpose' | 'funding' | 'members'>;
export type PlanEntryDraft = Pick<PlanEntry, 'title' | 'from' | 'to'>;

/** What contradicts itself in a draft; undefined where nothing does. */
export function programmeProblem({ members }: Pick<ProgrammeDraft, 'members'>): string | undefined {
  if (members.filter(({ leads }) => leads).length !== 1) return 'exactly one member leads';
  if (new Set(members.map(({ name }) => name)).size !== members.length) return 'a member is named twice';
  const agencies = members.flatMap(({ agencyId }) => agencyId ?? []);
  if (new Set(agencies).size !== agencies.length) return 'an agency is a member twice';
  return undefined;
}

/** An entry goes from planned to running to done, one step at a time. */
export function nextPlanState(state: PlanState): PlanState | undefined {
  return PLAN_STATES[PLAN_STATES.indexOf(state) + 1];
}
