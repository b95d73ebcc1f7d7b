/**
 * The coordinator's end of a report. All versions are kept; the highest sequence of a country stands.
 * The same report again changes nothing; an older one is kept as history; one after a gap is taken,
 * and marked. What does not hold is refused whole, and its sender gets the sentence.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { requireOperation } from '#operations/create.ts';
import { receivedTargetIds } from '#packages/received-targets.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { checkReportContent, checkReportSender, readReportDocument } from './check-report.ts';
import { lock } from './outcome-store.ts';
import { insertPersonCategory, personsStatedBy } from './person-store.ts';
import { REPORT_FILE, type ReportDocument, type ReportWithTargets, reportOf } from './report-document.ts';
import { insertReport, reportHistory } from './report-store.ts';

/** Room for 100,000 targets as they are written. */
const MAX_REPORT_BYTES = 64 * 2 ** 20;

export const reportHandler: MessageHandler = {
  kind: 'report',
  async receive(ctx, tx, message) {
    const document = readReportDocument(await readReportFile(message));
    const operation = await requireOperation(tx, message.operationId);
    checkReportSender(document, operation, { envelope: message, here: ctx.node.agencyId });
    const known = await receivedTargetIds(tx, operation.operationId, reportCountry(document));
    // The package may still wait to be opened here: the report is tried again, not refused.
    if (known.size === 0) throw new IcarusError('report/package-awaited', { country: document.country });
    checkReportContent(document, known);
    await lock(tx, `report ${document.operationId} ${document.agencyId}`);
    await keep(ctx, tx, { document, message });
  },
};

async function readReportFile(message: OpenedMessage): Promise<string> {
  const [file, ...others] = message.files;
  if (file?.path !== REPORT_FILE || others.length > 0)
    throw new IcarusError('report/malformed', { field: `the files: it must be ${REPORT_FILE} alone` });
  if (file.sizeBytes > MAX_REPORT_BYTES)
    throw new IcarusError('report/malformed', { field: `${REPORT_FILE}: it is too large` });
  return readFile(join(message.folder, REPORT_FILE), 'utf8');
}

function reportCountry(document: ReportDocument): ReportWithTargets['country'] {
  return document.country as ReportWithTargets['country'];
}

async function keep(
  ctx: NodeContext,
  tx: Tx,
  came: { document: ReportDocument; message: OpenedMessage },
): Promise<void> {
  const { document, message } = came;
  const here = await reportHistory(tx, message.operationId, { country: reportCountry(document) });
  const report = reportOf(document, {
    messageId: message.messageId,
    contentDigest: message.contentDigest,
    recordedAt: ctx.clock.now(),
    afterGap: document.sequence > 1 && !here.some(({ sequence }) => sequence === document.sequence - 1),
  });
  const same = here.find(
    ({ sequence, reportId }) => sequence === report.sequence || reportId === report.reportId,
  );
  if (
    same &&
    !(
      same.reportId === report.reportId &&
      same.sequence === report.sequence &&
      same.statementDigest === report.statementDigest
    )
  ) {
    throw new IcarusError('report/contradicts', { sequence: report.sequence, agency: report.agencyId });
  }
  checkChain(
    report,
    here.find(({ sequence }) => sequence === report.sequence - 1),
  );
  if (!same) {
    await keepPersons(tx, report);
    await insertReport(tx, report);
  }
  const standing = here[0]?.sequence ?? 0;
  await recordEvent(tx, {
    at: report.recordedAt,
    kind: same ? 'report.repeated' : 'report.received',
    actor: `agency:${report.agencyId}`,
    operationId: report.operationId,
    subject: { kind: 'report', id: report.reportId },
    facts: {
      sequence: report.sequence,
      statement: report.statementDigest,
      message: report.messageId,
      afterGap: report.afterGap,
      stands: report.sequence > standing,
    },
  });
}

/**
 * Who the persons are is their country's word: kept once, whichever report brings it, and never another under the same
 * number.
 * @throws report/malformed where a version was stated otherwise before
 */
async function keepPersons(tx: Tx, report: ReportWithTargets): Promise<void> {
  const { operationId, agencyId: statedBy } = report;
  const known = new Map(
    (await personsStatedBy(tx, operationId, statedBy)).map((one) => [`${one.targetId} ${one.version}`, one]),
  );
  for (const [index, { targetId, person }] of report.targets.entries()) {
    if (!person) continue;
    const before = known.get(`${targetId} ${person.version}`);
    if (
      before &&
      (before.category !== person.category ||
        before.minor !== person.minor ||
        before.strictlyNecessary !== person.strictlyNecessary)
    )
      throw new IcarusError('report/malformed', {
        field: `targets/${index}/person: it was stated otherwise`,
      });
    if (before) continue;
    await insertPersonCategory(tx, {
      ...person,
      operationId,
      targetId: targetId as TargetId,
      statedBy,
      necessity: '',
      reason: '',
      approvedBy: null,
      recordedBy: `agency:${statedBy}`,
      recordedAt: report.recordedAt,
    });
  }
}

/** A report names the one before it; where that one is here, it must be the one. */
function checkChain(report: ReportWithTargets, before: { reportId: string } | undefined): void {
  const wrong =
    report.sequence === 1
      ? report.supersedes !== null
      : before !== undefined && report.supersedes !== before.reportId;
  if (wrong) throw new IcarusError('report/malformed', { field: 'supersedes' });
}
