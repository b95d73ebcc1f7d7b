/**
 * Imminent risk. Any officer who works with a target may say that somebody may be harmed now; the word
 * goes at once, as a sealed message, to the target's country, the coordinator and the lead, alarms
 * their boards, and puts the target first in every list. It is never edited: clearing it is a word of
 * its own, with a reason.
 */

import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { type CountryCode, isCountryCode } from '#core/countries.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { type AgencyId, newId, type OperationId, type TargetId } from '#core/ids.ts';
import { STORABLE } from '#core/storable-text.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { flagImminentRisk } from '#observations/targets/imminent-risk.ts';
import { targetById } from '#observations/targets/target-reader.ts';
import { requireOperation } from '#operations/create.ts';
import type { Operation } from '#operations/types.ts';
import { receivedTargetById } from '#packages/received-targets.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { insertRiskAlarm, type RiskAlarm, type RiskAlarmId, riskHistory } from './risk-alarm-store.ts';

export const RISK_ALARM_KIND = 'risk-alarm';
const FILE = 'risk-alarm.json';
const MAX_FILE_BYTES = 65_536;

export const AlarmDocument = Type.Object(
  {
    format: Type.Literal('icarus-risk-alarm/1'),
    alarmId: Type.String({ pattern: '^alarm_[0-9a-z]{26}$' }),
    operationId: Type.String({ pattern: STORABLE }),
    targetId: Type.String({ minLength: 1, maxLength: 80, pattern: STORABLE }),
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    state: Type.Union([Type.Literal('raised'), Type.Literal('cleared')]),
    reason: Type.String({ minLength: 1, maxLength: 2000, pattern: STORABLE }),
    raisedBy: Type.String({ minLength: 1, maxLength: 80, pattern: STORABLE }),
    raisedAt: Type.String({
      format: 'date-time',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
    }),
  },
  { additionalProperties: false },
);
type AlarmDocument = Static<typeof AlarmDocument>;

export interface RiskInput {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  readonly state: 'raised' | 'cleared';
  /** Why, in words; goes to every agency concerned. */
  readonly reason: string;
}

/**
 * Raises or clears an alarm on a target. Raising what stands raised, or clearing what is clear, changes nothing.
 * @returns the word that stands
 * @throws access/denied, risk/reason-missing, target/not-found
 */
export async function sayRisk(ctx: NodeContext, actor: Actor, input: RiskInput): Promise<RiskAlarm> {
  const { operationId, targetId, state } = input;
  authorize(actor, state === 'raised' ? 'risks.raise' : 'risks.clear', { operationId });
  const reason = input.reason.trim();
  if (reason === '' || reason.length > 2000) throw new IcarusError('risk/reason-missing');
  const operation = await requireOperation(ctx.db, operationId);
  const country = await countryOf(ctx, operationId, targetId);
  const [standing] = await riskHistory(ctx.db, operationId, targetId);
  if (standing?.state === state) return standing;
  const now = ctx.clock.now();
  const alarm: RiskAlarm = {
    alarmId: newId<RiskAlarmId>('alarm', now),
    operationId,
    targetId,
    country,
    state,
    reason,
    raisedByAgency: ctx.node.agencyId,
    raisedBy: actorName(actor),
    raisedAt: now,
    recordedAt: now,
    messageId: null,
  };
  const to = concerned(operation, country).filter((agencyId) => agencyId !== ctx.node.agencyId);
  const bytes = Buffer.from(canonicalJson(documentOf(alarm)));
  const sealed =
    to.length === 0
      ? undefined
      : await sealMessage(ctx, {
          kind: RISK_ALARM_KIND,
          operationId,
          to,
          entries: [
            {
              path: FILE,
              sizeBytes: bytes.length,
              content: async function* content() {
                yield bytes;
              },
            },
          ],
        });
  await inTransaction(ctx, async (tx) => {
    await keep(ctx, tx, alarm);
    if (sealed) await postMessage(ctx, tx, sealed, { actor });
  });
  return alarm;
}

/** The other end: the lead, the coordinator and the target's country take the word in. */
export const riskAlarmHandler: MessageHandler = {
  kind: RISK_ALARM_KIND,
  async receive(ctx, tx, message) {
    const document = await readAlarm(message.folder, message.files);
    const operation = await requireOperation(tx, message.operationId);
    const country = document.country as CountryCode;
    if (
      document.operationId !== message.operationId ||
      !concerned(operation, country).includes(message.from)
    ) {
      throw new IcarusError('risk/not-concerned', { agency: message.from });
    }
    await keep(ctx, tx, {
      alarmId: document.alarmId as RiskAlarmId,
      operationId: message.operationId,
      targetId: document.targetId as TargetId,
      country,
      state: document.state,
      reason: document.reason,
      raisedByAgency: message.from,
      raisedBy: document.raisedBy,
      raisedAt: new Date(document.raisedAt),
      recordedAt: ctx.clock.now(),
      messageId: message.messageId,
    });
  },
};

/** Who must know: the target's country, the coordinator, the lead. */
function concerned(operation: Operation, country: CountryCode): AgencyId[] {
  const unit = operation.participants.find((participant) => participant.country === country)?.agencyId;
  return [...new Set([operation.coordinator, operation.lead, ...(unit ? [unit] : [])])];
}

async function countryOf(
  ctx: NodeContext,
  operationId: OperationId,
  targetId: TargetId,
): Promise<CountryCode> {
  const country =
    (await receivedTargetById(ctx.db, operationId, targetId))?.country ??
    (await targetById(ctx, operationId, targetId))?.country;
  if (!country || !isCountryCode(country)) throw new IcarusError('target/not-found', { target: targetId });
  return country;
}

/** Word, custody event, and the flag that orders the lead's own lists. */
async function keep(ctx: NodeContext, tx: Tx, alarm: RiskAlarm): Promise<void> {
  if (!(await insertRiskAlarm(tx, alarm))) return;
  await recordEvent(tx, {
    at: alarm.recordedAt,
    kind: `casework.risk-${alarm.state}`,
    actor: alarm.messageId === null ? alarm.raisedBy : 'system:exchange',
    operationId: alarm.operationId,
    subject: { kind: 'target', id: alarm.targetId },
    facts: { alarm: alarm.alarmId, agency: alarm.raisedByAgency, country: alarm.country },
  });
  const flag = {
    operationId: alarm.operationId,
    targetId: alarm.targetId,
    reason: alarm.state === 'raised' ? alarm.reason : null,
  };
  await flagImminentRisk(ctx, tx, { kind: 'system', process: 'risk-alarm' }, flag).catch((error: unknown) => {
    // Only the lead's node has the observations that the target came from.
    if (!isIcarusError(error, 'target/not-found')) throw error;
  });
}

function documentOf(alarm: RiskAlarm): AlarmDocument {
  const { alarmId, operationId, targetId, country, state, reason, raisedBy } = alarm;
  const raisedAt = alarm.raisedAt.toISOString();
  return {
    format: 'icarus-risk-alarm/1',
    alarmId,
    operationId,
    targetId,
    country,
    state,
    reason,
    raisedBy,
    raisedAt,
  };
}

export async function readAlarm(
  folder: string,
  files: readonly { path: string; sizeBytes: number }[],
): Promise<AlarmDocument> {
  const [file, ...others] = files;
  if (file?.path !== FILE || others.length > 0 || file.sizeBytes > MAX_FILE_BYTES)
    throw new IcarusError('risk/malformed');
  let document: unknown;
  try {
    document = JSON.parse(await readFile(join(folder, FILE), 'utf8'));
  } catch (cause) {
    throw new IcarusError('risk/malformed', {}, { cause });
  }
  if (!Value.Check(AlarmDocument, document)) throw new IcarusError('risk/malformed');
  return document;
}
