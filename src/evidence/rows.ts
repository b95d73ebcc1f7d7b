/** What the routes give, made from what the stores hold: times as text, no key of the database. */
import type { InventoryFile } from './file-store.ts';
import type { HashList } from './hash-list-store.ts';
import type { Inventory } from './inventory-store.ts';
import type { FileMatch } from './match-store.ts';
import type { EvidenceReport } from './report-store.ts';
import type {
  ChainLink,
  ExhibitRow,
  FileRow,
  HashListRow,
  InventoryRow,
  ReportRow,
  Summary,
} from './schemas.ts';
import type { ExhibitSummary } from './summary.ts';
import type { Exhibit, ExhibitEvent } from './types.ts';

export function exhibitRow(exhibit: Exhibit): ExhibitRow {
  return {
    exhibitId: exhibit.exhibitId,
    targetId: exhibit.targetId,
    reference: exhibit.reference,
    kind: exhibit.kind,
    description: exhibit.description,
    seizedAt: exhibit.seizedAt.toISOString(),
    seizedWhere: exhibit.seizedWhere,
    seizedBy: exhibit.seizedBy,
    sealNumber: exhibit.sealNumber,
    registeredAt: exhibit.registeredAt.toISOString(),
    registeredBy: exhibit.registeredBy,
  };
}

export function chainLink(event: ExhibitEvent): ChainLink {
  return { ...event, happenedAt: event.happenedAt.toISOString(), recordedAt: event.recordedAt.toISOString() };
}

export function inventoryRow(inventory: Inventory): InventoryRow {
  return {
    inventoryId: inventory.inventoryId,
    exhibitId: inventory.exhibitId,
    folder: inventory.folder,
    tool: inventory.tool,
    state: inventory.state,
    failure: inventory.failure,
    filesSeen: inventory.filesSeen,
    filesHashed: inventory.filesHashed,
    filesNotExamined: inventory.filesNotExamined,
    bytesHashed: inventory.bytesHashed,
    bytesRead: inventory.bytesHashed + inventory.bytesInHand,
    filesTotal: inventory.filesTotal,
    bytesTotal: inventory.bytesTotal,
    startedAt: inventory.startedAt.toISOString(),
    startedBy: inventory.startedBy,
    finishedAt: inventory.finishedAt?.toISOString() ?? null,
  };
}

export function summaryRow({ exhibitId, inventory }: ExhibitSummary): Summary {
  if (!inventory) return { exhibitId, inventory: null };
  const { totals } = inventory;
  return {
    exhibitId,
    inventory: {
      ...inventory,
      startedAt: inventory.startedAt.toISOString(),
      finishedAt: inventory.finishedAt?.toISOString() ?? null,
      matchedAt: inventory.matchedAt.toISOString(),
      totals: {
        ...totals,
        notExaminedByReason: [...totals.notExaminedByReason],
        byCategory: [...totals.byCategory],
        byMediaType: [...totals.byMediaType],
      },
    },
  };
}

export function fileRow(file: InventoryFile, matches: readonly FileMatch[]): FileRow {
  return {
    ...file,
    modifiedAt: file.modifiedAt?.toISOString() ?? null,
    changedAt: file.changedAt?.toISOString() ?? null,
    bornAt: file.bornAt?.toISOString() ?? null,
    matches: matches.map((match) => ({ ...match, algorithms: [...match.algorithms] })),
  };
}

export function hashListRow(list: HashList): HashListRow {
  return {
    listId: list.listId,
    name: list.name,
    source: list.source,
    version: list.version,
    listedOn: list.listedOn,
    format: list.format,
    fileSha256: list.fileSha256,
    fileBytes: list.fileBytes,
    meaning: list.meaning,
    meanings: { ...list.meanings },
    rowsRead: list.rowsRead,
    rowsImported: list.rowsImported,
    rowsSkipped: list.rowsSkipped,
    importedAt: list.importedAt.toISOString(),
    importedBy: list.importedBy,
  };
}

export function reportRow(report: EvidenceReport): ReportRow {
  return {
    reportId: report.reportId,
    inventoryId: report.inventoryId,
    createdAt: report.createdAt.toISOString(),
    createdBy: report.createdBy,
    pdfSha256: report.pdfSha256,
    csvSha256: report.csvSha256,
    csvRows: report.csvRows,
  };
}
