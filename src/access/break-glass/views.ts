/** Accesses for imminent risk as pages and commands show them. */
import type { OperationNames } from '#access/officer-routes.ts';
import { type Actor, decide } from '#access/policy.ts';
import { MINUTE_MS } from '#core/clock.ts';
import type { EmergencyView } from './schemas.ts';
import { type EmergencyAccess, emergencyState } from './types.ts';

/** Whoever opened it, whoever answers for the operation or watches over it, and the administrator. */
export function mayKnow(actor: Actor, { officerId, operationId }: EmergencyAccess): boolean {
  return (
    (actor.kind === 'officer' && actor.officerId === officerId) ||
    decide(actor, 'emergencies.read', { operationId }).allowed ||
    decide(actor, 'node.administer', {}).allowed
  );
}

export function emergencyViews(
  actor: Actor,
  found: readonly EmergencyAccess[],
  names: Awaited<ReturnType<OperationNames>>,
): EmergencyView[] {
  const now = new Date();
  const left = (until: Date) => Math.max(0, Math.ceil((until.getTime() - now.getTime()) / MINUTE_MS));
  return found.map((access) => {
    const { emergencyId, officerId, officer, operationId, justified, reviewed } = access;
    const mine = actor.kind === 'officer' && actor.officerId === officerId;
    const mayRead = mine || decide(actor, 'emergencies.read', { operationId }).allowed;
    return {
      emergencyId,
      officerId,
      officer,
      operationId,
      operation: names.find((one) => one.operationId === operationId)?.codeName ?? operationId,
      state: emergencyState(access, now),
      reason: mayRead ? access.reason : null,
      openedAt: access.openedAt.toISOString(),
      expiresAt: (access.endedAt ?? access.expiresAt).toISOString(),
      justifyBy: access.justifyBy.toISOString(),
      minutesLeft: access.endedAt ? 0 : left(access.expiresAt),
      justifyMinutesLeft: left(access.justifyBy),
      justification: mayRead ? (justified?.words ?? null) : null,
      justifiedAt: justified?.at.toISOString() ?? null,
      outcome: reviewed?.outcome ?? null,
      review: mayRead ? (reviewed?.words ?? null) : null,
      reviewedBy: reviewed?.by ?? null,
      reviewedAt: reviewed?.at.toISOString() ?? null,
      mine,
      mayReview: !mine && !reviewed && decide(actor, 'emergencies.review', { operationId }).allowed,
    };
  });
}
