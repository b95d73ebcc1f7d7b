/**
 * Importing hash lists, whole or not at all. Every row that is not taken is kept with its place and its
 * reason; the same file is imported once, however often it comes. Categories are national and opaque:
 * whoever imports says what each means here, and nothing else reads them.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import {
  type HashList,
  hashListByDigest,
  insertHashList,
  insertListRows,
  setListCounts,
} from './hash-list-store.ts';
import { type ListRow, SKIP_WORDS, type SkipReason } from './list-rows.ts';
import { inspectListFile, type ListFile, readHashList } from './read-hash-list.ts';
import {
  HASH_ALGORITHMS,
  type HashAlgorithm,
  type HashListId,
  type ListFormat,
  type Meaning,
} from './types.ts';

export interface ListOptions {
  readonly signal?: AbortSignal;
  /** After each group of rows, with the rows read so far. */
  readonly onRows?: (rows: number) => void;
}

export interface HashListPreview {
  readonly format: ListFormat;
  readonly fileSha256: string;
  readonly fileBytes: number;
  readonly rowsRead: number;
  readonly rowsTaken: number;
  readonly rowsSkipped: number;
  readonly hashes: Readonly<Record<HashAlgorithm, number>>;
  /** Rows by category, the most frequent first, at most 500. */
  readonly categories: readonly { readonly category: string; readonly rows: number }[];
  readonly skippedByReason: readonly {
    readonly reason: SkipReason;
    readonly words: string;
    readonly rows: number;
  }[];
  /** The first 100 rows that would be skipped. */
  readonly skipped: readonly { readonly position: number; readonly reason: SkipReason }[];
  /** Rows with one hash only: on a benign list they pass nothing over. */
  readonly rowsOfOneHash: number;
  /** Name of the list that this very file was imported as. */
  readonly importedAs: string | null;
}

const SHOWN_SKIPS = 100;
const SHOWN_CATEGORIES = 500;
/** Distinct categories that are counted; a column with more is none of categories. */
const MOST_CATEGORIES = 10_000;

/** Reads the whole list and says what an import would take. Nothing is written. */
export async function previewHashList(
  ctx: Pick<NodeContext, 'db'>,
  actor: Actor,
  input: { operationId: OperationId; path: string },
  options: ListOptions = {},
): Promise<HashListPreview> {
  authorize(actor, 'evidence.hash-lists', { operationId: input.operationId });
  const file = await inspectListFile(input.path, options.signal);
  const tally = newTally();
  for await (const rows of readHashList(file, options.signal)) {
    for (const row of rows) countRow(tally, row);
    options.onRows?.(tally.rowsRead);
  }
  const known = await hashListByDigest(ctx.db, file.sha256);
  return {
    format: file.format,
    fileSha256: file.sha256,
    fileBytes: file.sizeBytes,
    rowsRead: tally.rowsRead,
    rowsTaken: tally.rowsRead - tally.rowsSkipped,
    rowsSkipped: tally.rowsSkipped,
    hashes: tally.hashes,
    categories: byCount(tally.categories)
      .slice(0, SHOWN_CATEGORIES)
      .map(([category, rows]) => ({ category, rows })),
    skippedByReason: byCount(tally.reasons).map(([reason, rows]) => ({
      reason,
      words: SKIP_WORDS[reason],
      rows,
    })),
    skipped: tally.skipped,
    rowsOfOneHash: tally.rowsOfOneHash,
    importedAs: known?.name ?? null,
  };
}

export interface HashListDraft {
  readonly operationId: OperationId;
  readonly path: string;
  readonly name: string;
  readonly source: string;
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly listedOn?: string;
  /** What an entry means whose category is not in `meanings`. */
  readonly meaning: Meaning;
  readonly meanings?: Readonly<Record<string, Meaning>>;
}

/**
 * Imports a list in one transaction. The same file again gives the list that is here.
 * @throws evidence/list-format-unknown, list-cut, list-malformed, list-empty, list-known-otherwise
 */
export async function importHashList(
  ctx: NodeContext,
  actor: Actor,
  draft: HashListDraft,
  options: ListOptions = {},
): Promise<{ list: HashList; alreadyHere: boolean }> {
  authorize(actor, 'evidence.hash-lists', { operationId: draft.operationId });
  const file = await inspectListFile(draft.path, options.signal);
  const known = await hashListByDigest(ctx.db, file.sha256);
  if (known) return { list: sameMeanings(known, draft), alreadyHere: true };
  const list = newList(ctx, actor, draft, file);
  const imported = await inTransaction(ctx, async (tx) => {
    const number = await insertHashList(tx, list);
    if (number === undefined) return undefined;
    const counts = await importRows(tx, number, file, options);
    await setListCounts(tx, number, counts);
    await recordEvent(tx, {
      at: list.importedAt,
      kind: 'hash-list.imported',
      actor: list.importedBy,
      operationId: list.operationId,
      subject: { kind: 'hash-list', id: list.listId },
      facts: { sha256: list.fileSha256, format: list.format, ...counts },
    });
    return { ...list, ...counts };
  });
  if (imported) return { list: imported, alreadyHere: false };
  // Another officer imported the same file meanwhile.
  const other = await hashListByDigest(ctx.db, file.sha256);
  if (!other) throw new IcarusError('evidence/list-not-found', { list: draft.name });
  return { list: sameMeanings(other, draft), alreadyHere: true };
}

function newList(ctx: NodeContext, actor: Actor, draft: HashListDraft, file: ListFile): HashList {
  const at = ctx.clock.now();
  return {
    listId: newId<HashListId>('hashlist', at),
    name: draft.name,
    source: draft.source,
    version: draft.version,
    listedOn: draft.listedOn ?? null,
    format: file.format,
    fileSha256: file.sha256,
    fileBytes: file.sizeBytes,
    meaning: draft.meaning,
    meanings: draft.meanings ?? {},
    rowsRead: 0,
    rowsImported: 0,
    rowsSkipped: 0,
    operationId: draft.operationId,
    importedAt: at,
    importedBy: actorName(actor),
  };
}

/** One file means one thing here: matches made with other meanings would contradict each other. */
function sameMeanings(known: HashList, draft: HashListDraft): HashList {
  const meant = (list: Pick<HashListDraft, 'meaning' | 'meanings'>) =>
    canonicalJson({ meaning: list.meaning, meanings: { ...list.meanings } });
  if (meant(known) !== meant(draft))
    throw new IcarusError('evidence/list-known-otherwise', { name: known.name });
  return known;
}

async function importRows(
  tx: Tx,
  number: number,
  file: ListFile,
  options: ListOptions,
): Promise<Pick<HashList, 'rowsRead' | 'rowsImported' | 'rowsSkipped'>> {
  let rowsRead = 0;
  let rowsSkipped = 0;
  for await (const rows of readHashList(file, options.signal)) {
    await insertListRows(tx, number, rows);
    rowsRead += rows.length;
    rowsSkipped += rows.filter((row) => 'skipped' in row).length;
    options.onRows?.(rowsRead);
  }
  if (rowsRead === rowsSkipped) throw new IcarusError('evidence/list-empty', { skipped: rowsSkipped });
  return { rowsRead, rowsImported: rowsRead - rowsSkipped, rowsSkipped };
}

interface Tally {
  rowsRead: number;
  rowsSkipped: number;
  rowsOfOneHash: number;
  readonly hashes: Record<HashAlgorithm, number>;
  readonly categories: Map<string, number>;
  readonly reasons: Map<SkipReason, number>;
  readonly skipped: { position: number; reason: SkipReason }[];
}

function newTally(): Tally {
  return {
    rowsRead: 0,
    rowsSkipped: 0,
    rowsOfOneHash: 0,
    hashes: { md5: 0, sha1: 0, sha256: 0 },
    categories: new Map(),
    reasons: new Map(),
    skipped: [],
  };
}

function countRow(tally: Tally, row: ListRow): void {
  tally.rowsRead++;
  if ('skipped' in row) {
    tally.rowsSkipped++;
    tally.reasons.set(row.skipped, (tally.reasons.get(row.skipped) ?? 0) + 1);
    if (tally.skipped.length < SHOWN_SKIPS)
      tally.skipped.push({ position: row.position, reason: row.skipped });
    return;
  }
  const given = HASH_ALGORITHMS.filter((algorithm) => row.hashes[algorithm] !== undefined);
  for (const algorithm of given) tally.hashes[algorithm]++;
  if (given.length === 1) tally.rowsOfOneHash++;
  const counted = tally.categories.get(row.category);
  if (counted !== undefined || tally.categories.size < MOST_CATEGORIES)
    tally.categories.set(row.category, (counted ?? 0) + 1);
}

function byCount<Key>(counts: ReadonlyMap<Key, number>): [Key, number][] {
  return [...counts].sort((a, b) => b[1] - a[1]);
}
