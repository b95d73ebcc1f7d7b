/** What somebody else owes us and has not given in time: the reminders of the referrals' page. */
import type { Actor } from '#access/policy.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { requireOperation } from '#operations/create.ts';
import type { NodeContext } from '#platform/context.ts';
import { withoutClosed } from './closed-sources.ts';
import { listRequests } from './eurojust-store.ts';
import type { EurojustRequest } from './eurojust-types.ts';
import { listSeries } from './icse-store.ts';
import { listPermissions } from './permission-store.ts';
import { type Permission, standingAnswer } from './permission-types.ts';
import { EUROJUST, INTERPOL } from './types.ts';

/** Ours: a claim is decided by a machine, so a day without an answer means that something is stuck. */
const CLAIM_ANSWER_MS = DAY_MS;
/** Ours: a week for Interpol to confirm. */
const CONFIRMATION_MS = 7 * DAY_MS;

export const AWAITED = ['claim-answer', 'icse-confirmation', 'permission', 'eurojust-answer'] as const;

export interface Overdue {
  readonly awaited: (typeof AWAITED)[number];
  /** Of the series, permission or request. */
  readonly id: string;
  /** Who owes it: for a permission asked of this agency, this agency itself. */
  readonly from: AgencyId;
  readonly dueAt: Date;
  readonly hoursOver: number;
}

/** Longest overdue first, without what rests on persons who are closed to the officer. */
export async function overdueReferrals(
  ctx: Pick<NodeContext, 'db' | 'clock'>,
  actor: Actor,
  operationId: OperationId,
): Promise<Overdue[]> {
  const { db } = ctx;
  const now = ctx.clock.now();
  const open = <T extends Pick<Permission | EurojustRequest, 'sources'>>(all: readonly T[]): Promise<T[]> =>
    withoutClosed(ctx, actor, operationId, { all, sourcesOf: ({ sources }) => sources });
  const { coordinator } = await requireOperation(db, operationId);
  const awaited: Omit<Overdue, 'hoursOver'>[] = [];
  for (const { seriesId, claim, sent, confirmed } of await listSeries(db, operationId)) {
    if (claim?.state === 'asked') {
      const dueAt = new Date(claim.changedAt.getTime() + CLAIM_ANSWER_MS);
      awaited.push({ awaited: 'claim-answer', id: seriesId, from: coordinator, dueAt });
    }
    if (sent && !confirmed) {
      const dueAt = new Date(sent.at.getTime() + CONFIRMATION_MS);
      awaited.push({ awaited: 'icse-confirmation', id: seriesId, from: INTERPOL, dueAt });
    }
  }
  for (const permission of await open(await listPermissions(db, operationId))) {
    if (standingAnswer(permission)) continue;
    const { permissionId: id, provider: from, dueAt } = permission;
    awaited.push({ awaited: 'permission', id, from, dueAt });
  }
  const requests = await open(await listRequests(db, operationId));
  for (const { requestId, sent, answered, closed, deadlineAt } of requests) {
    if (sent && !answered && !closed)
      awaited.push({ awaited: 'eurojust-answer', id: requestId, from: EUROJUST, dueAt: deadlineAt });
  }
  return awaited
    .map((one) => ({ ...one, hoursOver: (now.getTime() - one.dueAt.getTime()) / HOUR_MS }))
    .filter(({ hoursOver }) => hoursOver > 0)
    .sort((a, b) => b.hoursOver - a.hoursOver);
}
