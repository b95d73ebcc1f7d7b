/**
 * Importing what this agency knows already. A file is there whole or not at all; the same file by the
 * same mapping is imported once; what is not taken is counted, with line and reason and without its
 * value. Then every operation that this node coordinates is matched anew.
 */
import { basename } from 'node:path';
import { type Actor, actorName, authorizeOnNode } from '#access/policy.ts';
import { MATCHED_CATEGORIES, type MatchedCategory } from '#core/data-subjects.ts';
import { IcarusError } from '#core/errors.ts';
import type { Evaluation, Handling } from '#core/handling.ts';
import { newId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { listOperations } from '#operations/store.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { digestFile, type FileDigest, fileRows, type ReadRow } from './holdings-file.ts';
import {
  countCommonValues,
  countHoldings,
  type HoldingsCounts,
  type HoldingsImport,
  importOfFile,
  insertHoldingSelectors,
  insertImport,
  insertRefusals,
  keepMapping,
  lockFile,
  type Refusal,
  upsertHoldings,
} from './holdings-store.ts';
import { enqueueMatch } from './jobs.ts';
import { type HoldingsMapping, mappingIdOf, readMapping } from './mapping.ts';
import { type HoldingsImportId, handlingProblem, type Information, TOO_COMMON_ABOVE } from './types.ts';

export interface HoldingsInput {
  /** A CSV file in UTF-8 with a header. */
  readonly path: string;
  /** Its name in the record. Default: the last part of `path`. */
  readonly fileName?: string;
  readonly mapping: HoldingsMapping;
  /** The system that it comes from, in the owner's words. */
  readonly source: string;
  readonly evaluation: Evaluation;
  readonly handling: Handling;
  /** Of all its persons. Anything but suspect, convicted and potential-offender is refused. */
  readonly dataSubjectCategory: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: HoldingsProgress) => void;
}

export interface HoldingsProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rows: number;
}

export interface HoldingsResult {
  readonly import: HoldingsImport;
  /** True where this file was imported by this mapping before: nothing was changed. */
  readonly alreadyImported: boolean;
}

type ImportContext = Pick<NodeContext, 'node' | 'db' | 'clock' | 'jobs'>;

/** Rows written by one statement. */
const ROWS_AT_ONCE = 5000;
/** Refusals kept with line and reason; the rest is only counted. */
const MOST_REFUSALS = 1000;

/**
 * @throws crossmatch/category-not-matched, -mapping-invalid, -information-invalid, -holdings-unreadable,
 * -column-missing, -holdings-empty, -holdings-changed; the signal's reason
 */
export async function importHoldings(
  ctx: ImportContext,
  actor: Actor,
  input: HoldingsInput,
): Promise<HoldingsResult> {
  authorizeOnNode(actor, 'crossmatch.import');
  const mapping = readMapping(input.mapping);
  const information = informationOf(input);
  const file = await digestFile(input.path, input.signal);
  const known = await importOfFile(ctx.db, file.sha256, mappingIdOf(mapping));
  if (known) return { import: known, alreadyImported: true };
  return inTransaction(ctx, async (tx) => {
    const by = actorName(actor);
    const at = ctx.clock.now();
    const mappingId = await keepMapping(tx, mapping, { at, by });
    await lockFile(tx, file.sha256, mappingId);
    const meanwhile = await importOfFile(tx, file.sha256, mappingId);
    if (meanwhile) return { import: meanwhile, alreadyImported: true };
    const importId = newId<HoldingsImportId>('holdings', at);
    const { counts, refusals } = await writeHoldings(tx, importId, { input: { ...input, mapping }, file });
    const fileName = (input.fileName ?? basename(input.path)).slice(0, 255);
    const source = input.source.trim();
    const row = {
      ...information,
      ...counts,
      ...file,
      importId,
      fileName,
      mappingId,
      source,
      importedAt: at,
      importedBy: by,
    };
    await insertImport(tx, row);
    await insertRefusals(tx, importId, refusals);
    await recordImport(ctx, tx, row);
    return { import: row, alreadyImported: false };
  });
}

function informationOf(input: HoldingsInput): Information {
  const { dataSubjectCategory, evaluation, handling } = input;
  const category = MATCHED_CATEGORIES.find((one) => one === dataSubjectCategory) satisfies
    | MatchedCategory
    | undefined;
  if (!category) throw new IcarusError('crossmatch/category-not-matched');
  const reason =
    handlingProblem(handling) ?? (input.source.trim() === '' ? 'the source is not named' : undefined);
  if (reason) throw new IcarusError('crossmatch/information-invalid', { reason });
  return { evaluation, handling, category };
}

async function recordImport(ctx: ImportContext, tx: Tx, row: HoldingsImport): Promise<void> {
  const {
    sha256,
    sizeBytes,
    mappingId,
    rowsRead,
    rowsRefused,
    holdings,
    selectors,
    valuesRefused,
    commonValues,
  } = row;
  const counts = { rowsRead, rowsRefused, holdings, selectors, valuesRefused, commonValues };
  await recordEvent(tx, {
    at: row.importedAt,
    kind: 'holdings.imported',
    actor: row.importedBy,
    subject: { kind: 'holdings', id: row.importId },
    facts: {
      sha256,
      sizeBytes,
      mapping: mappingId,
      category: row.category,
      handling: row.handling.codes,
      ...counts,
    },
  });
  for (const { operationId, coordinator } of await listOperations(tx))
    if (coordinator === ctx.node.agencyId) await enqueueMatch(ctx, tx, { operationId, country: null });
}

interface Writing {
  readonly input: HoldingsInput;
  readonly file: FileDigest;
}

async function writeHoldings(
  tx: Tx,
  importId: HoldingsImportId,
  { input, file }: Writing,
): Promise<{ counts: HoldingsCounts; refusals: Refusal[] }> {
  const refusals: Refusal[] = [];
  const counts = { rowsRead: 0, rowsRefused: 0, selectors: 0, valuesRefused: 0 };
  let writing = Promise.resolve(0);
  let bytes = 0;
  const { path, mapping, signal } = input;
  const source = fileRows({
    path,
    mapping,
    sha256: file.sha256,
    signal,
    onBytes: (done) => {
      bytes = done;
    },
  });
  for await (const rows of inBatches(source)) {
    signal?.throwIfAborted();
    counts.rowsRead += rows.length;
    // The next rows are read while these are written; a write that fails is met at its await.
    counts.selectors += await writing;
    writing = writeRows(tx, importId, rows);
    writing.catch(() => {});
    for (const { holding, line, refused } of rows) {
      counts.rowsRefused += Number(holding === undefined);
      counts.valuesRefused += refused.filter(({ column }) => column !== null).length;
      for (const refusal of refused) if (refusals.length < MOST_REFUSALS) refusals.push({ line, ...refusal });
    }
    input.onProgress?.({ bytes, totalBytes: file.sizeBytes, rows: counts.rowsRead });
  }
  counts.selectors += await writing;
  signal?.throwIfAborted();
  const holdings = await countHoldings(tx, importId);
  if (holdings === 0) throw new IcarusError('crossmatch/holdings-empty');
  const commonValues = await countCommonValues(tx, importId, TOO_COMMON_ABOVE);
  return { counts: { ...counts, holdings, commonValues }, refusals };
}

async function writeRows(tx: Tx, importId: HoldingsImportId, rows: readonly ReadRow[]): Promise<number> {
  const taken = rows.flatMap(({ line, holding }) => (holding ? [{ line, ...holding }] : []));
  if (taken.length === 0) return 0;
  await upsertHoldings(tx, importId, taken);
  const selectors = taken.flatMap((row) =>
    row.selectors.map((selector) => ({ reference: row.reference, ...selector })),
  );
  return insertHoldingSelectors(tx, importId, selectors);
}

/** Rows come as the file is read; statements want them by the thousand. */
async function* inBatches(source: AsyncIterable<ReadRow[]>): AsyncGenerator<ReadRow[]> {
  let batch: ReadRow[] = [];
  for await (const rows of source) {
    batch.push(...rows);
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
