import type { Db, Tx } from '#platform/tables.ts';
import type { EvidenceReportId, ExhibitId, InventoryId } from './types.ts';

/** A forensic report that was made: a PDF and the list of all files beside it. */
export interface EvidenceReport {
  readonly reportId: EvidenceReportId;
  readonly exhibitId: ExhibitId;
  readonly inventoryId: InventoryId;
  /** The matching whose totals it states. */
  readonly matchId: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly pdfSha256: string;
  readonly csvSha256: string;
  readonly csvRows: number;
}

export async function insertEvidenceReport(tx: Tx, report: EvidenceReport): Promise<void> {
  await tx
    .insertInto('evidence_report')
    .values({
      id: report.reportId,
      exhibit_id: report.exhibitId,
      inventory_id: report.inventoryId,
      match_id: report.matchId,
      created_at: report.createdAt,
      created_by: report.createdBy,
      pdf_sha256: report.pdfSha256,
      csv_sha256: report.csvSha256,
      csv_rows: report.csvRows,
    })
    .execute();
}

export async function newestEvidenceReport(
  db: Db,
  exhibitId: ExhibitId,
): Promise<EvidenceReport | undefined> {
  const row = await db
    .selectFrom('evidence_report')
    .selectAll()
    .where('exhibit_id', '=', exhibitId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (
    row && {
      reportId: row.id as EvidenceReportId,
      exhibitId: row.exhibit_id as ExhibitId,
      inventoryId: row.inventory_id as InventoryId,
      matchId: row.match_id,
      createdAt: row.created_at,
      createdBy: row.created_by,
      pdfSha256: row.pdf_sha256,
      csvSha256: row.csv_sha256,
      csvRows: row.csv_rows,
    }
  );
}
