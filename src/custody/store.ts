/** All SQL of the tree: leaves, tiles, checkpoints, and what waits for a leaf. */
import { sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { TreeHead } from './checkpoint.ts';
import type {} from './tables.ts';
import { type Block, type Edge, hashesIn, nodePosition, type TileId } from './tiles.ts';
import { HASH_BYTES, rootOver } from './tree.ts';

/** Any constant will do, as long as every version uses the same. Advisory locks are of one database. */
const SEQUENCER_LOCK = 7_236_815_443;

/** Waits until no other process numbers events; holds until the transaction ends. */
export async function lockSequencer(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${SEQUENCER_LOCK})`.execute(tx);
}

/** The same without waiting. @returns false where another process is at it */
export async function tryLockSequencer(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{
    got: boolean;
  }>`select pg_try_advisory_xact_lock(${SEQUENCER_LOCK}) as got`.execute(tx);
  return rows[0]?.got ?? false;
}

export async function anyWaiting(db: Db): Promise<boolean> {
  const row = await db.selectFrom('custody_waiting').select('sequence').limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Leaves that have a number. */
export async function treeSize(db: Db): Promise<number> {
  const row = await db
    .selectFrom('custody_leaf')
    .select('index')
    .orderBy('index', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? 0 : row.index + 1;
}

export interface NewLeaf {
  readonly hash: Buffer;
  /** Seconds since its event was recorded, by the database's clock; null where that was not noted. */
  readonly waitedSeconds: number | null;
}

/**
 * Gives the next numbers from `size` on to up to `limit` of the events that wait, the oldest first.
 * PostgreSQL computes the leaves, so that the events themselves do not travel.
 */
export async function numberWaiting(tx: Tx, size: number, limit: number): Promise<NewLeaf[]> {
  const { rows } = await sql<{ leaf_hash: Buffer; waited: number | null }>`
    with taken as (
      delete from custody_waiting where sequence in
        (select sequence from custody_waiting order by sequence limit ${limit})
      returning sequence, since
    ), numbered as materialized (
      select ${size}::bigint - 1 + row_number() over (order by e.sequence) as index, e.sequence, t.since,
        sha256('\\x00'::bytea || e.salt || convert_to(e.event, 'UTF8')) as leaf_hash
      from taken t join custody_event e on e.sequence = t.sequence
    ), kept as (
      insert into custody_leaf (index, event_sequence, leaf_hash)
      select index, sequence, leaf_hash from numbered
    )
    select leaf_hash, extract(epoch from clock_timestamp() - since)::float8 as waited
    from numbered order by index`.execute(tx);
  return rows.map((row) => ({ hash: row.leaf_hash, waitedSeconds: row.waited }));
}

/**
 * The tiles named, as they stand.
 * @returns a reader of these; a tile that is not there has no hashes
 */
export async function readTiles(
  db: Db,
  tiles: readonly TileId[],
): Promise<(tile: TileId) => Pick<Edge, 'hashes' | 'nodes'>> {
  const { rows } = await sql<{ level: number; index: number; hashes: Buffer; nodes: Buffer | null }>`
    select t.level, t.index, t.hashes, t.nodes from custody_tile t
    join unnest(${tiles.map(({ level }) => level)}::smallint[], ${tiles.map(({ index }) => index)}::bigint[])
      as wanted (level, index) on t.level = wanted.level and t.index = wanted.index`.execute(db);
  const found = new Map(rows.map((row) => [`${row.level}/${row.index}`, row]));
  return ({ level, index }) => found.get(`${level}/${index}`) ?? { hashes: Buffer.alloc(0), nodes: null };
}

/**
 * Roots of full subtrees, in the order asked. Of a full tile it is one of its nodes, of the others it is
 * hashed from theirs.
 */
export async function readBlocks(db: Db, blocks: readonly Block[]): Promise<Buffer[]> {
  const column = (value: (block: Block) => number) => blocks.map(value);
  const { rows } = await sql<{ bytes: Buffer }>`
    select case when t.nodes is not null and w.node >= 0 then substring(t.nodes from w.node * 32 + 1 for 32)
      else substring(t.hashes from w.first * 32 + 1 for w.count * 32) end as bytes
    from unnest(${column(({ tile }) => tile.level)}::smallint[], ${column(({ tile }) => tile.index)}::bigint[],
        ${column(({ first }) => first)}::int[], ${column(({ count }) => count)}::int[],
        ${column((block) => (block.count > 1 ? nodePosition(block) : -1))}::int[])
      with ordinality as w (level, index, first, count, node, place)
    join custody_tile t on t.level = w.level and t.index = w.index order by w.place`.execute(db);
  return rows.map(({ bytes }) => rootOver(hashesIn(bytes, { first: 0, count: bytes.length / HASH_BYTES })));
}

export async function writeTiles(tx: Tx, tiles: readonly Edge[]): Promise<void> {
  if (tiles.length === 0) return;
  const rows = tiles.map(({ tile, hashes, nodes }) => ({ ...tile, hashes, nodes }));
  await tx
    .insertInto('custody_tile')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['level', 'index']).doUpdateSet({
        hashes: (row) => row.ref('excluded.hashes'),
        nodes: (row) => row.ref('excluded.nodes'),
      }),
    )
    .execute();
}

/** A checkpoint of this node's own log, as it was signed. */
export interface SignedCheckpoint extends TreeHead {
  readonly signedAt: Date;
  readonly note: string;
}

export async function insertCheckpoint(tx: Tx, checkpoint: SignedCheckpoint): Promise<void> {
  const { size, root, signedAt, note } = checkpoint;
  await tx.insertInto('custody_checkpoint').values({ size, root, signed_at: signedAt, note }).execute();
}

/** The newest checkpoint as the node signed it, without cosignatures. */
export async function newestCheckpoint(db: Db): Promise<SignedCheckpoint | undefined> {
  const row = await db
    .selectFrom('custody_checkpoint')
    .selectAll()
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { size: row.size, root: row.root, signedAt: row.signed_at, note: row.note };
}

/** A numbered event, and the best checkpoint that has it. */
export interface ProvableLeaf {
  readonly index: number;
  readonly sequence: number;
  readonly hash: Buffer;
  readonly checkpoint: SignedCheckpoint;
}

/** Which leaf: by its hash, its number in the tree, or the number of its event in this database. */
export type LeafKey = { readonly hash: Buffer } | { readonly index: number } | { readonly sequence: number };

/**
 * The leaf and a checkpoint of a tree that has it: the newest that a partner has cosigned, with those
 * cosignatures, else the newest. Undefined where there is none of either.
 */
export async function provableLeaf(db: Db, key: LeafKey): Promise<ProvableLeaf | undefined> {
  const is =
    'hash' in key
      ? sql`l.leaf_hash = ${key.hash}`
      : 'index' in key
        ? sql`l.index = ${key.index}`
        : sql`l.event_sequence = ${key.sequence}`;
  // By itself first: in the order of the index the whole log would be walked until the leaf is met.
  const { rows } = await sql<LeafRow>`
    with l as materialized (select index, event_sequence, leaf_hash from custody_leaf l where ${is})
    select l.index, l.event_sequence, l.leaf_hash, c.size, c.root, c.signed_at, c.note,
      (select string_agg(line || E'\n', '' order by witness) from custody_cosignature where size = c.size) as lines
    from l join custody_checkpoint c on c.size = coalesce(
      (select size from custody_cosignature where size > l.index order by size desc limit 1),
      (select size from custody_checkpoint where size > l.index order by size desc limit 1))
    order by l.index limit 1`.execute(db);
  const row = rows[0];
  if (!row) return undefined;
  const checkpoint = { ...row, signedAt: row.signed_at, note: row.note + (row.lines ?? '') };
  return { index: row.index, sequence: row.event_sequence, hash: row.leaf_hash, checkpoint };
}

interface LeafRow {
  index: number;
  event_sequence: number;
  leaf_hash: Buffer;
  size: number;
  root: Buffer;
  signed_at: Date;
  note: string;
  lines: string | null;
}

/** How many events wait for a leaf, and for how many seconds the oldest of them. */
export async function waitingEvents(
  db: Db,
): Promise<{ readonly count: number; readonly oldestSeconds: number }> {
  const { rows } = await sql<{ count: number; oldest: number }>`
    select count(*)::int as count, coalesce(extract(epoch from clock_timestamp() - min(since)), 0)::float8 as oldest
    from custody_waiting`.execute(db);
  return { count: rows[0]?.count ?? 0, oldestSeconds: rows[0]?.oldest ?? 0 };
}

/** @throws custody/log-empty where nothing was signed yet */
export async function requireCheckpoint(db: Db): Promise<SignedCheckpoint> {
  const checkpoint = await newestCheckpoint(db);
  if (!checkpoint) throw new IcarusError('custody/log-empty');
  return checkpoint;
}

/** The newest event of the operation about that thing, or the event of that number. */
export async function newestEventAbout(
  db: Db,
  operationId: OperationId,
  what: string,
): Promise<{ readonly sequence: number } | undefined> {
  const events = db
    .selectFrom('custody_event')
    .select('sequence')
    .where('operation_id', '=', operationId)
    .orderBy('sequence', 'desc')
    .limit(1);
  const isNumber = /^\d{1,15}$/.test(what);
  return (
    isNumber ? events.where('sequence', '=', Number(what)) : events.where('subject_id', '=', what)
  ).executeTakeFirst();
}
