/** Roots over subtrees of the log, computed from its tiles: a few of them whatever the size of the log. */
import type { Db } from '#platform/tables.ts';
import { readBlocks } from './store.ts';
import { blocksOf, consistencySpans, joinBlocks, type Span } from './tiles.ts';
import { EMPTY_ROOT } from './tree.ts';

export async function rootsOf(db: Db, spans: readonly Span[]): Promise<Buffer[]> {
  if (spans.length === 0) return [];
  const blocks = spans.map(blocksOf);
  const roots = await readBlocks(db, blocks.flat());
  let at = 0;
  return blocks.map(({ length }) => joinBlocks(roots.slice(at, (at += length))));
}

/** Root of the tree as it was with `size` leaves; it must have that many. */
export async function rootAt(db: Db, size: number): Promise<Buffer> {
  const [root = EMPTY_ROOT] = size === 0 ? [] : await rootsOf(db, [{ start: 0, end: size }]);
  return root;
}

/** Proves that the tree of `to` leaves extends that of `from`; both are sizes that this log has had. */
export async function consistencyProof(db: Db, from: number, to: number): Promise<Buffer[]> {
  return rootsOf(db, consistencySpans(from, to));
}
