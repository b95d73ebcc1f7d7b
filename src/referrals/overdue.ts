/** What somebody else owes us and has not given in time: the reminders of the referrals' page. */
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { requireOperation } from '#operations/create.ts';
import type { Db } from '#platform/tables.ts';
import { listRequests } from './eurojust-store.ts';
import { listSeries } from './icse-store.ts';
import { listPermissions } from './permission-store.ts';
import { standingAnswer } from './permission-types.ts';
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

/** Longest overdue first. */
export async function overdueReferrals(db: Db, operationId: OperationId, now: Date): Promise<Overdue[]> {
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
  for (const permission of await listPermissions(db, operationId)) {
    if (standingAnswer(permission)) continue;
    const { permissionId: id, provider: from, dueAt } = permission;
    awaited.push({ awaited: 'permission', id, from, dueAt });
  }
  for (const { requestId, sent, answered, closed, deadlineAt } of await listRequests(db, operationId)) {
    if (sent && !answered && !closed)
      awaited.push({ awaited: 'eurojust-answer', id: requestId, from: EUROJUST, dueAt: deadlineAt });
  }
  return awaited
    .map((one) => ({ ...one, hoursOver: (now.getTime() - one.dueAt.getTime()) / HOUR_MS }))
    .filter(({ hoursOver }) => hoursOver > 0)
    .sort((a, b) => b.hoursOver - a.hoursOver);
}
