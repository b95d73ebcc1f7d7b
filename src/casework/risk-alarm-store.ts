/** All SQL over `risk_alarm`. */
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, Id, MessageId, OperationId, TargetId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { RiskAlarmTable } from './tables.ts';

export type RiskAlarmId = Id<'alarm'>;

/** One word on one target: raised or cleared, by whom, why. */
export interface RiskAlarm {
  readonly alarmId: RiskAlarmId;
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  readonly country: CountryCode;
  readonly state: 'raised' | 'cleared';
  readonly reason: string;
  readonly raisedByAgency: AgencyId;
  /** Officer, as his own agency names him. */
  readonly raisedBy: string;
  readonly raisedAt: Date;
  readonly recordedAt: Date;
  readonly messageId: MessageId | null;
}

/** Keeps a word once; returns false where it is known. */
export async function insertRiskAlarm(tx: Tx, alarm: RiskAlarm): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('risk_alarm')
    .values({
      id: alarm.alarmId,
      operation_id: alarm.operationId,
      target_id: alarm.targetId,
      country: alarm.country,
      state: alarm.state,
      reason: alarm.reason,
      raised_by_agency: alarm.raisedByAgency,
      raised_by: alarm.raisedBy,
      raised_at: alarm.raisedAt,
      recorded_at: alarm.recordedAt,
      message_id: alarm.messageId,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Every word on an operation's targets, newest first; of one target where named. */
export async function riskHistory(
  db: Db,
  operationId: OperationId,
  targetId?: TargetId,
): Promise<RiskAlarm[]> {
  let query = db
    .selectFrom('risk_alarm')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('raised_at', 'desc')
    .orderBy('id', 'desc');
  if (targetId) query = query.where('target_id', '=', targetId);
  return (await query.execute()).map(toRiskAlarm);
}

/** Targets whose newest word is an alarm, newest first. */
export async function standingRisks(db: Db, operationId: OperationId): Promise<RiskAlarm[]> {
  const seen = new Set<string>();
  return (await riskHistory(db, operationId)).filter(({ targetId, state }) => {
    if (seen.has(targetId)) return false;
    seen.add(targetId);
    return state === 'raised';
  });
}

function toRiskAlarm(row: RiskAlarmTable): RiskAlarm {
  return {
    alarmId: row.id as RiskAlarmId,
    operationId: row.operation_id as OperationId,
    targetId: row.target_id as TargetId,
    country: row.country as CountryCode,
    state: row.state,
    reason: row.reason,
    raisedByAgency: row.raised_by_agency as AgencyId,
    raisedBy: row.raised_by,
    raisedAt: row.raised_at,
    recordedAt: row.recorded_at,
    messageId: row.message_id as MessageId | null,
  };
}
