/** The log of this node's own database, to be verified. */
import { sql } from 'kysely';
import type { Db } from '#platform/tables.ts';
import { readTiles, treeSize } from './store.ts';
import type { FaultKind, LogEntry, LogSource, StatedCheckpoint } from './verify.ts';

const PAGE = 4096;

interface Row {
  index: number;
  leaf_hash: Buffer;
  sequence: number | null;
  at: Date;
  kind: string;
  actor: string;
  operation_id: string | null;
  subject_kind: string;
  subject_id: string;
  event: string | null;
  salt: Buffer | null;
}

/** The log as it stands now; what is numbered meanwhile is not looked at. */
export async function databaseSource(db: Db): Promise<LogSource> {
  const size = await treeSize(db);
  return {
    size,
    async *pages() {
      for (let from = 0; from < size; from += PAGE) {
        const rows = await readRows(db, from, Math.min(from + PAGE, size));
        const vouched = await vouchedErasures(db, rows);
        yield rows.map((row) => entryOf(row, vouched));
      }
    },
    tiles: (ids) => readTiles(db, ids),
    checkpoints: (after, to) => statedCheckpoints(db, after, to),
    unnumbered: () => unnumbered(db),
  };
}

async function readRows(db: Db, from: number, to: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select l.index, l.leaf_hash, e.sequence, e.at, e.kind, e.actor, e.operation_id, e.subject_kind, e.subject_id,
      e.event, e.salt
    from custody_leaf l left join custody_event e on e.sequence = l.event_sequence
    where l.index >= ${from} and l.index < ${to} order by l.index`.execute(db);
  return rows;
}

/** Those of the erased events whose erasure an event of the log states. */
async function vouchedErasures(db: Db, rows: readonly Row[]): Promise<ReadonlySet<string>> {
  const erased = rows.filter(({ sequence, event }) => sequence !== null && event === null);
  if (erased.length === 0) return new Set();
  const leaves = erased.map((row) => row.leaf_hash.toString('hex'));
  const { rows: vouched } = await sql<{ leaf: string }>`
    select leaf from custody_event e, jsonb_array_elements_text(e.event::jsonb -> 'facts' -> 'leaves') as leaf
    where e.subject_kind = 'custody-log' and e.subject_id = 'own' and e.kind = 'custody.erased'
      and leaf = any (${leaves})`.execute(db);
  return new Set(vouched.map(({ leaf }) => leaf));
}

function entryOf(row: Row, vouched: ReadonlySet<string>): LogEntry {
  const { index, event, salt } = row;
  const fault = faultOf(row, vouched);
  return { index, leafHash: row.leaf_hash, event, salt, ...(fault && { fault }) };
}

function faultOf(row: Row, vouched: ReadonlySet<string>): FaultKind | undefined {
  if (row.sequence === null) return 'event-missing';
  if (row.event === null)
    return vouched.has(row.leaf_hash.toString('hex')) ? undefined : 'erased-without-event';
  return agrees(row, row.event) ? undefined : 'columns-altered';
}

/** What is searched by must be what was hashed. */
function agrees(row: Row, event: string): boolean {
  const stated = JSON.parse(event) as {
    at: string;
    kind: string;
    actor: string;
    operation?: string;
    subject: { kind: string; id: string };
  };
  return (
    stated.at === row.at.toISOString() &&
    stated.kind === row.kind &&
    stated.actor === row.actor &&
    (stated.operation ?? null) === row.operation_id &&
    stated.subject.kind === row.subject_kind &&
    stated.subject.id === row.subject_id
  );
}

async function statedCheckpoints(db: Db, after: number, to: number): Promise<StatedCheckpoint[]> {
  const { rows } = await sql<{ size: number; note: string; lines: string[] | null }>`
    select c.size, c.note,
      (select array_agg(line order by witness) from custody_cosignature where size = c.size) as lines
    from custody_checkpoint c where c.size > ${after} and c.size <= ${to} order by c.size`.execute(db);
  return rows.map(({ size, note, lines }) => ({ size, note, cosignatures: lines ?? [] }));
}

/** Events that have no number and do not wait for one. */
async function unnumbered(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from custody_event e
    where not exists (select from custody_leaf where event_sequence = e.sequence)
      and not exists (select from custody_waiting w where w.sequence = e.sequence)`.execute(db);
  return rows[0]?.count ?? 0;
}
