/** SQL of permissions and their answers. */
import { sql } from 'kysely';
import type { Conditions } from '#core/conditions.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type {
  Permission,
  PermissionAnswer,
  PermitCode,
  ReferralKind,
  SourceRef,
} from './permission-types.ts';
import type { PermissionAnswerTable, PermissionTable } from './tables.ts';
import type { PermissionId } from './types.ts';

/** @returns false where a permission of this id is there already; nothing was changed then */
export async function insertPermission(tx: Tx, permission: Omit<Permission, 'answers'>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('permission')
    .values({
      id: permission.permissionId,
      operation_id: permission.operationId,
      direction: permission.direction,
      requester: permission.requester,
      provider: permission.provider,
      referral_kind: permission.referralKind,
      referral_id: permission.referralId,
      code: permission.code,
      recipient: permission.recipient,
      purpose: permission.purpose,
      sources: sql`${JSON.stringify(permission.sources)}::jsonb`,
      sources_digest: permission.sourcesDigest,
      asked_at: permission.askedAt,
      asked_by: permission.askedBy,
      due_at: permission.dueAt,
      message_id: permission.messageId,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function insertAnswer(
  tx: Tx,
  permissionId: PermissionId,
  answer: PermissionAnswer & { messageId: MessageId | null },
): Promise<void> {
  await tx
    .insertInto('permission_answer')
    .values({
      permission_id: permissionId,
      sequence: answer.sequence,
      granted: answer.granted,
      conditions: answer.conditions && sql<Conditions>`${JSON.stringify(answer.conditions)}::jsonb`,
      reason: answer.reason,
      answered_at: answer.answeredAt,
      answered_by: answer.answeredBy,
      way: answer.way,
      message_id: answer.messageId,
    })
    .execute();
}

/** Those of the operation, oldest first. */
export async function listPermissions(db: Db, operationId: OperationId): Promise<Permission[]> {
  const rows = await db
    .selectFrom('permission')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('asked_at')
    .orderBy('id')
    .execute();
  return withAnswers(db, rows);
}

/** @param options `lock`: until the transaction ends, so that no answer comes between */
export async function permissionById(
  db: Db,
  permissionId: PermissionId,
  options: { readonly lock?: boolean } = {},
): Promise<Permission | undefined> {
  const query = db.selectFrom('permission').selectAll().where('id', '=', permissionId);
  const rows = await (options.lock ? query.forUpdate() : query).execute();
  return (await withAnswers(db, rows))[0];
}

/** Those that were asked for a referral, oldest first. @param options as for `permissionById` */
export async function permissionsOfReferral(
  db: Db,
  referralId: string,
  options: { readonly lock?: boolean } = {},
): Promise<Permission[]> {
  const query = db
    .selectFrom('permission')
    .selectAll()
    .where('referral_id', '=', referralId)
    .where('direction', '=', 'asked')
    .orderBy('asked_at')
    .orderBy('id');
  return withAnswers(db, await (options.lock ? query.forUpdate() : query).execute());
}

async function withAnswers(db: Db, rows: readonly PermissionTable[]): Promise<Permission[]> {
  if (rows.length === 0) return [];
  const answers = await db
    .selectFrom('permission_answer')
    .selectAll()
    .where(
      'permission_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('sequence')
    .execute();
  return rows.map((row) => ({
    permissionId: row.id as PermissionId,
    operationId: row.operation_id as OperationId,
    direction: row.direction as Permission['direction'],
    requester: row.requester as AgencyId,
    provider: row.provider as AgencyId,
    referralKind: row.referral_kind as ReferralKind,
    referralId: row.referral_id,
    code: row.code as PermitCode,
    recipient: row.recipient as AgencyId,
    purpose: row.purpose,
    sources: row.sources as SourceRef[],
    sourcesDigest: row.sources_digest,
    askedAt: row.asked_at,
    askedBy: row.asked_by,
    dueAt: row.due_at,
    messageId: row.message_id as MessageId | null,
    answers: answers.filter(({ permission_id }) => permission_id === row.id).map(answerFrom),
  }));
}

function answerFrom(row: PermissionAnswerTable): PermissionAnswer {
  return {
    sequence: row.sequence,
    granted: row.granted,
    conditions: row.conditions,
    reason: row.reason,
    answeredAt: row.answered_at,
    answeredBy: row.answered_by,
    way: row.way as PermissionAnswer['way'],
  };
}
