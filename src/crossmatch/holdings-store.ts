/** All SQL over holdings: mappings, imports, what they refused, and the holdings themselves. */
import { sql } from 'kysely';
import type { Db, Tx } from '#platform/tables.ts';
import { type HoldingsMapping, mappingIdOf } from './mapping.ts';
import type { SelectorType } from './selectors.ts';
import type { HoldingsImportTable } from './tables.ts';
import {
  type HoldingsImportId,
  type Information,
  informationColumns,
  informationFrom,
  type MappingId,
} from './types.ts';

export interface StoredMapping {
  readonly mappingId: MappingId;
  readonly mapping: HoldingsMapping;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export interface HoldingsCounts {
  readonly rowsRead: number;
  /** Rows that state no holding at all. */
  readonly rowsRefused: number;
  readonly holdings: number;
  readonly selectors: number;
  /** Single values, in rows that were taken or not. */
  readonly valuesRefused: number;
  /** Values that more holdings of the file carry than can identify anyone: they give no hits. */
  readonly commonValues: number;
}

export interface HoldingsImport extends Information, HoldingsCounts {
  readonly importId: HoldingsImportId;
  readonly fileName: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mappingId: MappingId;
  readonly source: string;
  readonly importedAt: Date;
  readonly importedBy: string;
}

/** A row, or a value of one, that was not taken. Says where and why, never what. */
export interface Refusal {
  readonly line: number;
  readonly column: string | null;
  readonly reason: string;
}

export interface HoldingValues {
  readonly line: number;
  readonly reference: string;
  readonly network: string | null;
  /** ISO time or `infinity`. */
  readonly minorUntil: string | null;
}

export interface HoldingSelectorValues {
  readonly reference: string;
  readonly type: SelectorType;
  readonly value: string;
  readonly given: string;
}

/** Keeps the mapping; the same content is kept once. */
export async function keepMapping(
  tx: Tx,
  mapping: HoldingsMapping,
  how: { at: Date; by: string },
): Promise<MappingId> {
  const id = mappingIdOf(mapping);
  await tx
    .insertInto('holdings_mapping')
    .values({
      id,
      name: mapping.name,
      version: mapping.version,
      mapping: sql<HoldingsMapping>`${JSON.stringify(mapping)}::jsonb`,
      created_at: how.at,
      created_by: how.by,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return id;
}

export async function listMappings(db: Db): Promise<StoredMapping[]> {
  const rows = await db
    .selectFrom('holdings_mapping')
    .selectAll()
    .orderBy('name')
    .orderBy('version', 'desc')
    .execute();
  return rows.map((row) => ({
    mappingId: row.id as MappingId,
    mapping: row.mapping,
    createdAt: row.created_at,
    createdBy: row.created_by,
  }));
}

export async function mappingById(db: Db, mappingId: MappingId): Promise<HoldingsMapping | undefined> {
  const row = await db
    .selectFrom('holdings_mapping')
    .select('mapping')
    .where('id', '=', mappingId)
    .executeTakeFirst();
  return row?.mapping;
}

/** Waits until nobody else imports this file by this mapping; held to the end of the transaction. */
export async function lockFile(tx: Tx, sha256: string, mappingId: MappingId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`holdings ${sha256} ${mappingId}`}, 0))`.execute(
    tx,
  );
}

export async function importOfFile(
  db: Db,
  sha256: string,
  mappingId: MappingId,
): Promise<HoldingsImport | undefined> {
  const row = await db
    .selectFrom('holdings_import')
    .selectAll()
    .where('sha256', '=', sha256)
    .where('mapping_id', '=', mappingId)
    .executeTakeFirst();
  return row && toImport(row);
}

export async function importById(db: Db, importId: HoldingsImportId): Promise<HoldingsImport | undefined> {
  const row = await db
    .selectFrom('holdings_import')
    .selectAll()
    .where('id', '=', importId)
    .executeTakeFirst();
  return row && toImport(row);
}

/** Newest first. */
export async function listImports(db: Db): Promise<HoldingsImport[]> {
  return (await db.selectFrom('holdings_import').selectAll().orderBy('id', 'desc').execute()).map(toImport);
}

export async function insertImport(tx: Tx, row: HoldingsImport): Promise<void> {
  await tx
    .insertInto('holdings_import')
    .values({
      ...informationColumns(row),
      id: row.importId,
      file_name: row.fileName,
      sha256: row.sha256,
      size_bytes: row.sizeBytes,
      mapping_id: row.mappingId,
      source: row.source,
      rows_read: row.rowsRead,
      rows_refused: row.rowsRefused,
      holdings: row.holdings,
      selectors: row.selectors,
      values_refused: row.valuesRefused,
      common_values: row.commonValues,
      imported_at: row.importedAt,
      imported_by: row.importedBy,
    })
    .execute();
}

export async function insertRefusals(
  tx: Tx,
  importId: HoldingsImportId,
  refusals: readonly Refusal[],
): Promise<void> {
  if (refusals.length === 0) return;
  await tx
    .insertInto('holdings_refusal')
    .values(
      refusals.map(({ line, column, reason }, position) => ({
        import_id: importId,
        position,
        line,
        column_name: column,
        reason,
      })),
    )
    .execute();
}

export async function refusalsOf(db: Db, importId: HoldingsImportId): Promise<Refusal[]> {
  const rows = await db
    .selectFrom('holdings_refusal')
    .select(['line', 'column_name', 'reason'])
    .where('import_id', '=', importId)
    .orderBy('position')
    .execute();
  return rows.map(({ line, column_name, reason }) => ({ line, column: column_name, reason }));
}

/** Adds holdings of an import; one whose reference is there already learns its network and its age. */
export async function upsertHoldings(
  tx: Tx,
  importId: HoldingsImportId,
  rows: readonly HoldingValues[],
): Promise<void> {
  await sql`
    insert into holding (import_id, reference, network, minor_until, line)
    select ${importId}, reference, max(network), max(minor_until), min(line)
    from unnest(
      ${rows.map(({ reference }) => reference)}::text[], ${rows.map(({ network }) => network)}::text[],
      ${rows.map(({ minorUntil }) => minorUntil)}::timestamptz[], ${rows.map(({ line }) => line)}::bigint[]
    ) as row (reference, network, minor_until, line)
    group by reference
    on conflict (import_id, reference) do update
      set network = coalesce(holding.network, excluded.network),
          minor_until = greatest(holding.minor_until, excluded.minor_until)`.execute(tx);
}

/** @returns how many were new */
export async function insertHoldingSelectors(
  tx: Tx,
  importId: HoldingsImportId,
  rows: readonly HoldingSelectorValues[],
): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into holding_selector (holding_id, type, value, given)
    select holding.id, row.type, row.value, nullif(row.given, row.value)
    from unnest(
      ${rows.map(({ reference }) => reference)}::text[], ${rows.map(({ type }) => type)}::text[],
      ${rows.map(({ value }) => value)}::text[], ${rows.map(({ given }) => given)}::text[]
    ) as row (reference, type, value, given)
    join holding on holding.import_id = ${importId} and holding.reference = row.reference
    on conflict do nothing`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

export async function countHoldings(tx: Tx, importId: HoldingsImportId): Promise<number> {
  const { total } = await tx
    .selectFrom('holding')
    .select(sql<number>`count(*)`.as('total'))
    .where('import_id', '=', importId)
    .executeTakeFirstOrThrow();
  return total;
}

/** How many values more than `moreThan` holdings of the import carry. */
export async function countCommonValues(
  tx: Tx,
  importId: HoldingsImportId,
  moreThan: number,
): Promise<number> {
  const common = tx
    .selectFrom('holding_selector')
    .innerJoin('holding', 'holding.id', 'holding_selector.holding_id')
    .select('holding_selector.type')
    .where('holding.import_id', '=', importId)
    .groupBy(['holding_selector.type', 'holding_selector.value'])
    .having(sql`count(*)`, '>', moreThan);
  const { total } = await tx
    .selectFrom(common.as('common'))
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return total;
}

function toImport(row: HoldingsImportTable): HoldingsImport {
  return {
    ...informationFrom(row),
    importId: row.id as HoldingsImportId,
    fileName: row.file_name,
    sha256: row.sha256,
    sizeBytes: row.size_bytes,
    mappingId: row.mapping_id as MappingId,
    source: row.source,
    rowsRead: row.rows_read,
    rowsRefused: row.rows_refused,
    holdings: row.holdings,
    selectors: row.selectors,
    valuesRefused: row.values_refused,
    commonValues: row.common_values,
    importedAt: row.imported_at,
    importedBy: row.imported_by,
  };
}
