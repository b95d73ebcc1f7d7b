/** Opening an operation at once, for imminent risk: what it is, and its pure decisions. */
import type { Actor, Role } from '#access/policy.ts';
import { HOUR_MS } from '#core/clock.ts';
import type { Id, OfficerId, OperationId } from '#core/ids.ts';

export type EmergencyId = Id<'emergency'>;

/** How long the access lasts where the node is not set otherwise. */
export const EMERGENCY_MINUTES = 60;
/** Within which its officer justifies it. */
export const JUSTIFY_WITHIN_MS = HOUR_MS;

/** Times are real ones, as of sessions, even where the node's clock plays another year. */
export interface EmergencyAccess {
  readonly emergencyId: EmergencyId;
  readonly officerId: OfficerId;
  readonly officer: string;
  readonly operationId: OperationId;
  readonly reason: string;
  readonly openedAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly justifyBy: Date;
  readonly justified: { readonly words: string; readonly at: Date } | null;
  /** Found unjustified after its time. */
  readonly overdueAt: Date | null;
  readonly reviewed: {
    readonly outcome: 'justified' | 'not-justified';
    readonly words: string;
    readonly by: string;
    readonly at: Date;
  } | null;
}

/** What the alarm says: open (he can still read), ended, unjustified beyond its time, to be reviewed, closed. */
export type EmergencyState = 'open' | 'ended' | 'overdue' | 'to-review' | 'closed';

export function emergencyState(access: EmergencyAccess, now: Date): EmergencyState {
  if (access.reviewed) return 'closed';
  if (access.endedAt === null && access.expiresAt > now) return 'open';
  if (access.justified) return 'to-review';
  return access.justifyBy <= now ? 'overdue' : 'ended';
}

/** Roles whose officers work with no case, or speak of it in public: risk is not theirs to look up. */
const NEVER: readonly Role[] = ['administrator', 'press'];

/** May such an officer open an operation at once? */
export function mayOpenAtOnce(actor: Actor): boolean {
  return actor.kind === 'officer' && !actor.grants.some(({ role }) => NEVER.includes(role));
}
