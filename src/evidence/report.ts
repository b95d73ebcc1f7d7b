/**
 * Making an exhibit's forensic report: a PDF and the list of all files beside it, made together from
 * one matching, each named by its digest in the custody log. A report that was made is never changed;
 * a later one stands beside it.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { requireOperation } from '#operations/create.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { loadPdfFonts } from '#platform/pdf.ts';
import { exhibitChain } from './exhibit-store.ts';
import { requireExhibit } from './exhibits.ts';
import { findFfprobe } from './ffprobe.ts';
import { filesPage } from './file-store.ts';
import { hashLists } from './hash-list-store.ts';
import type { Inventory } from './inventory-store.ts';
import type { InventoryMatch } from './match-store.ts';
import { fileListCsv } from './report-csv.ts';
import { MOST_NOT_EXAMINED, reportPdf } from './report-pdf.ts';
import { type EvidenceReport, insertEvidenceReport, newestEvidenceReport } from './report-store.ts';
import { exhibitSummary, newestMatched } from './summary.ts';
import type { EvidenceReportId, Exhibit, ExhibitId } from './types.ts';

/** Files of a report, in its folder. */
export const REPORT_FILES = { pdf: 'report.pdf', csv: 'files.csv' } as const;

export interface ReportChoice {
  readonly operationId: OperationId;
  readonly exhibitId: ExhibitId;
}

/**
 * Makes a report of the exhibit's newest finished inventory.
 * @throws evidence/inventory-unfinished where there is none
 */
export async function makeReport(
  ctx: NodeContext,
  actor: Actor,
  choice: ReportChoice,
  signal?: AbortSignal,
): Promise<EvidenceReport> {
  authorize(actor, 'evidence.examine', { operationId: choice.operationId });
  const exhibit = await requireExhibit(ctx.db, choice.operationId, choice.exhibitId);
  const matched = await newestMatched(ctx.db, exhibit.exhibitId);
  if (matched?.inventory.state !== 'done') {
    throw new IcarusError('evidence/inventory-unfinished', {
      state: matched?.inventory.state ?? 'not finished',
    });
  }
  const createdAt = ctx.clock.now();
  const reportId = newId<EvidenceReportId>('exhibitreport', createdAt);
  const folder = join(ctx.paths.temporary, reportId);
  await mkdir(folder, { recursive: true });
  try {
    const csv = await writeFileList(ctx, matched.inventory, join(folder, REPORT_FILES.csv), signal);
    const pdf = await drawReport(ctx, { reportId, createdAt, exhibit, ...matched, csv });
    await writeFile(join(folder, REPORT_FILES.pdf), pdf, { flush: true });
    const place = reportFolder(ctx, reportId);
    await mkdir(join(place, '..'), { recursive: true });
    await rename(folder, place);
    const report: EvidenceReport = {
      reportId,
      exhibitId: exhibit.exhibitId,
      inventoryId: matched.inventory.inventoryId,
      matchId: matched.match.matchId,
      createdAt,
      createdBy: actorName(actor),
      pdfSha256: createHash('sha256').update(pdf).digest('hex'),
      csvSha256: csv.sha256,
      csvRows: csv.rows,
    };
    await record(ctx, report, choice.operationId);
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function record(ctx: NodeContext, report: EvidenceReport, operationId: OperationId): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await insertEvidenceReport(tx, report);
    await recordEvent(tx, {
      at: report.createdAt,
      kind: 'exhibit.reported',
      actor: report.createdBy,
      operationId,
      subject: { kind: 'exhibit', id: report.exhibitId },
      facts: {
        report: report.reportId,
        inventory: report.inventoryId,
        pdfSha256: report.pdfSha256,
        csvSha256: report.csvSha256,
        rows: report.csvRows,
      },
    });
  });
}

/** The newest report's file, for an officer who may read it; the reading is logged. */
export async function openReport(
  ctx: NodeContext,
  actor: Actor,
  choice: ReportChoice,
  kind: keyof typeof REPORT_FILES,
): Promise<{ path: string; report: EvidenceReport }> {
  authorize(actor, 'evidence.read', { operationId: choice.operationId });
  const exhibit = await requireExhibit(ctx.db, choice.operationId, choice.exhibitId);
  const report = await newestEvidenceReport(ctx.db, exhibit.exhibitId);
  if (!report) throw new IcarusError('evidence/report-not-found');
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'exhibit.report-read',
      actor: actorName(actor),
      operationId: choice.operationId,
      subject: { kind: 'exhibit', id: exhibit.exhibitId },
      facts: { report: report.reportId, file: REPORT_FILES[kind] },
    }),
  );
  return { path: join(reportFolder(ctx, report.reportId), REPORT_FILES[kind]), report };
}

function reportFolder(ctx: Pick<NodeContext, 'paths'>, reportId: EvidenceReportId): string {
  return join(ctx.paths.documents, 'evidence', reportId);
}

async function writeFileList(
  ctx: NodeContext,
  inventory: Inventory,
  path: string,
  signal?: AbortSignal,
): Promise<{ sha256: string; rows: number }> {
  const digest = createHash('sha256');
  let rows = 0;
  async function* text(): AsyncGenerator<string, void> {
    for await (const part of fileListCsv(ctx.db, inventory.number)) {
      digest.update(part.text);
      rows += part.rows;
      yield part.text;
    }
  }
  await pipeline(Readable.from(text()), createWriteStream(path, { flush: true }), signal ? { signal } : {});
  return { sha256: digest.digest('hex'), rows };
}

interface Drawing {
  readonly reportId: EvidenceReportId;
  readonly createdAt: Date;
  readonly exhibit: Exhibit;
  readonly inventory: Inventory;
  readonly match: InventoryMatch;
  readonly csv: { readonly sha256: string; readonly rows: number };
}

async function drawReport(ctx: NodeContext, drawing: Drawing): Promise<Buffer> {
  const { exhibit, inventory, match } = drawing;
  const summary = await exhibitSummary(ctx.db, exhibit.exhibitId);
  const lists = await hashLists(ctx.db);
  return reportPdf(await loadPdfFonts(), {
    reference: drawing.reportId,
    createdAt: drawing.createdAt,
    node: ctx.node,
    operation: await requireOperation(ctx.db, exhibit.operationId),
    exhibit,
    chain: await exhibitChain(ctx.db, exhibit.exhibitId),
    inventory,
    match,
    lists: lists.filter(({ listId }) => match.lists.includes(listId)),
    video: summary.inventory?.video ?? {
      files: 0,
      measured: 0,
      seconds: 0,
      failed: 0,
      hours: 0,
      unmeasured: 0,
    },
    ffprobe: (await findFfprobe())?.version ?? null,
    notExamined: await filesPage(
      ctx.db,
      inventory.number,
      { notExamined: true },
      { after: 0, limit: MOST_NOT_EXAMINED },
    ),
    csv: drawing.csv,
  });
}
