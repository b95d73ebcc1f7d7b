/**
 * Sending the country's report. A report states every target as it stands, with the sums; it
 * supersedes the one before and is never edited. Nothing new: nothing is sent. Something taken
 * back: a reason is given. Notes stay in the country.
 */

import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId, type ReportId } from '#core/ids.ts';
import type { PapLevel } from '#core/pap.ts';
import { recordEvent } from '#custody/record.ts';
import { deliveriesOf } from '#exchange/deliveries.ts';
import { postMessage, type SealedMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import type { Operation, Participant } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { lock } from './outcome-store.ts';
import {
  REPORT_FILE,
  REPORT_FORMAT,
  type Report,
  type ReportDocument,
  type ReportWithTargets,
  reportOf,
} from './report-document.ts';
import { insertReport, reportById, reportHistory } from './report-store.ts';
import { changesSince, currentStatement, type Statement, type StatementChange } from './statement.ts';

/** Of a report whose sender says nothing: to be checked and counted, not acted on in the open. */
const PAP_OF_REPORTS: PapLevel = 'AMBER';

/** What a report that is sent now says. */
export interface ReportDraft {
  readonly statement: Statement;
  readonly sequence: number;
  readonly supersedes: ReportId | null;
  /** The newest report that was sent from here and not refused: what the coordinator holds, or will. */
  readonly previous: ReportWithTargets | undefined;
  readonly changed: readonly StatementChange[];
  readonly nothingNew: boolean;
  /** Something is taken back. */
  readonly needsReason: boolean;
}

/**
 * Seals the report of this country and posts it to the coordinator.
 * @throws report/not-participant, report/nothing-received, report/nothing-new, report/reason-required, report/overtaken
 */
export async function sendReport(
  ctx: NodeContext,
  actor: Actor,
  input: { operationId: OperationId; reason?: string; pap?: PapLevel },
): Promise<Report> {
  authorize(actor, 'reports.send', { operationId: input.operationId });
  const operation = await requireOperation(ctx.db, input.operationId);
  const participant = ownPart(ctx, operation);
  const draft = await draftReport(ctx, operation, participant);
  const document = toReportDocument(draft, {
    ctx,
    operation,
    participant,
    reason: input.reason?.trim() || null,
    pap: input.pap ?? PAP_OF_REPORTS,
  });
  const sealed = await sealMessage(ctx, {
    kind: 'report',
    operationId: operation.operationId,
    to: [operation.coordinator],
    entries: [fileOf(document)],
    subject: `Report ${document.sequence} of ${document.agencyId}`,
  });
  return commit(ctx, actor, { document, sealed });
}

/** What would be sent now, for the officer to look at first. */
export async function previewReport(
  ctx: NodeContext,
  actor: Actor,
  operationId: OperationId,
): Promise<ReportDraft> {
  authorize(actor, 'casework.read', { operationId });
  const operation = await requireOperation(ctx.db, operationId);
  return draftReport(ctx, operation, ownPart(ctx, operation));
}

function ownPart(ctx: NodeContext, operation: Operation): Participant {
  const own = operation.participants.find(({ agencyId }) => agencyId === ctx.node.agencyId);
  if (!own) throw new IcarusError('report/not-participant', { agency: ctx.node.agencyId });
  return own;
}

async function draftReport(ctx: NodeContext, operation: Operation, own: Participant): Promise<ReportDraft> {
  const statement = await currentStatement(ctx.db, operation.operationId, own);
  if (statement.targets.length === 0) throw new IcarusError('report/nothing-received');
  const sent = await reportHistory(ctx.db, operation.operationId, { country: own.country });
  const stands = await newestNotRefused(ctx, sent);
  const previous = stands && (await reportById(ctx.db, stands.reportId));
  const changed = changesSince(previous, statement.targets);
  return {
    statement,
    sequence: (sent[0]?.sequence ?? 0) + 1,
    supersedes: sent[0]?.reportId ?? null,
    previous,
    changed,
    nothingNew: previous?.statementDigest === statement.digest,
    needsReason: changed.some((change) => change.takesBack),
  };
}

/** A refused report states nothing: what it said may be sent again. */
async function newestNotRefused(ctx: NodeContext, sent: readonly Report[]): Promise<Report | undefined> {
  const messages = sent.map(({ messageId }) => messageId);
  const refused = (await deliveriesOf(ctx.db, messages, ctx.clock.now())).filter(
    ({ state }) => state === 'refused',
  );
  return sent.find(({ messageId }) => !refused.some((delivery) => delivery.messageId === messageId));
}

function toReportDocument(
  draft: ReportDraft,
  of: {
    ctx: NodeContext;
    operation: Operation;
    participant: Participant;
    reason: string | null;
    pap: PapLevel;
  },
): ReportDocument {
  const { statement, sequence, previous } = draft;
  if (previous && draft.nothingNew)
    throw new IcarusError('report/nothing-new', { sequence: previous.sequence });
  if (previous && draft.needsReason && !of.reason)
    throw new IcarusError('report/reason-required', { sequence: previous.sequence });
  const now = of.ctx.clock.now();
  return {
    format: REPORT_FORMAT,
    reportId: newId<ReportId>('report', now),
    operationId: of.operation.operationId,
    agencyId: of.participant.agencyId,
    country: of.participant.country,
    sequence,
    supersedes: draft.supersedes,
    reason: of.reason,
    exercise: of.operation.exercise,
    pap: of.pap,
    createdAt: now.toISOString(),
    targets: statement.targets,
    totals: statement.totals,
  };
}

function fileOf(document: ReportDocument) {
  const bytes = new TextEncoder().encode(`${JSON.stringify(document, null, 1)}\n`);
  return {
    path: REPORT_FILE,
    sizeBytes: bytes.length,
    async *content() {
      yield bytes;
    },
  };
}

async function commit(
  ctx: NodeContext,
  actor: Actor,
  made: { document: ReportDocument; sealed: SealedMessage },
): Promise<Report> {
  return inTransaction(ctx, async (tx) => {
    await lock(tx, `report ${made.document.operationId} ${made.document.agencyId}`);
    const { messageId, contentDigest } = made.sealed;
    const report = reportOf(made.document, {
      messageId,
      contentDigest,
      recordedAt: ctx.clock.now(),
      afterGap: false,
    });
    const [newest] = await reportHistory(tx, report.operationId, { country: report.country });
    if ((newest?.reportId ?? null) !== report.supersedes) throw new IcarusError('report/overtaken');
    await insertReport(tx, report);
    await recordEvent(tx, {
      at: report.recordedAt,
      kind: 'report.sent',
      actor: actorName(actor),
      operationId: report.operationId,
      subject: { kind: 'report', id: report.reportId },
      facts: {
        sequence: report.sequence,
        supersedes: report.supersedes,
        reason: report.reason,
        statement: report.statementDigest,
        message: report.messageId,
      },
    });
    await postMessage(ctx, tx, made.sealed, { actor });
    const { targets: _, ...sent } = report;
    return sent;
  });
}
