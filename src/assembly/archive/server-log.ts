/**
 * The log of the embedded server: read where the server writes it, up to what it has made durable, as a standby's
 * server would be sent it. A slot keeps the server from removing what was not read yet, up to a bound that the server
 * itself watches: an archive that cannot be written never fills the node's disk.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import type { Db } from '#platform/tables.ts';
import { SEGMENT_BYTES, segmentName } from './layout.ts';

const SLOT = 'icarus_archive';
const READ_BYTES = 1024 * 1024;

export interface ServerLog {
  readonly systemId: string;
  readonly timeline: number;
  /** What the slot keeps begins here; undefined where there is none, or the server has dropped what it kept. */
  readonly keptFrom: number | undefined;
}

export async function serverLog(db: Db): Promise<ServerLog> {
  const { rows } = await sql<{ id: string; segment: string }>`
    select system_identifier::text as id, pg_walfile_name(pg_current_wal_insert_lsn()) as segment
    from pg_control_system()`.execute(db);
  const slots = await sql<{ from: number | null; standing: string | null }>`
    select (restart_lsn - '0/0')::float8 as "from", wal_status as standing from pg_replication_slots
    where slot_name = ${SLOT}`.execute(db);
  const [slot] = slots.rows;
  return {
    systemId: rows[0]?.id ?? '',
    timeline: Number.parseInt(rows[0]?.segment.slice(0, 8) ?? '0', 16),
    keptFrom: slot && slot.standing !== 'lost' ? (slot.from ?? undefined) : undefined,
  };
}

/** From now on the server keeps its log. */
export async function keepLog(db: Db): Promise<void> {
  if ((await serverLog(db)).keptFrom !== undefined) return;
  await dropSlot(db);
  await sql`select pg_create_physical_replication_slot(${SLOT}, true)`.execute(db);
}

export async function dropSlot(db: Db): Promise<void> {
  await sql`select pg_drop_replication_slot(slot_name) from pg_replication_slots
    where slot_name = ${SLOT} and not active`.execute(db);
}

/** The server need not keep what lies before `position`. */
export async function releaseLog(db: Db, position: number): Promise<void> {
  const { keptFrom } = await serverLog(db);
  if (keptFrom === undefined || keptFrom >= position) return;
  await sql`select pg_replication_slot_advance(${SLOT}, '0/0'::pg_lsn + ${position}::numeric)`.execute(db);
}

export interface Mark {
  /** All that was confirmed up to this moment lies before `end`, and something later does too. */
  readonly until: Date;
  readonly end: number;
}

/**
 * Marks a moment in the log: a replay up to it finds something after it, and so knows that it is there.
 * The session's commits must be synchronous.
 */
export async function markLog(db: Db): Promise<Mark> {
  const { rows } = await sql<{ ms: number }>`
    select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
  await sql`select pg_logical_emit_message(true, 'icarus-archive', '')`.execute(db);
  const { rows: ends } = await sql<{ end: number }>`
    select (pg_current_wal_flush_lsn() - '0/0')::float8 as "end"`.execute(db);
  return { until: new Date(rows[0]?.ms ?? Number.NaN), end: ends[0]?.end ?? 0 };
}

/**
 * The bytes from `start` to `end`, which the server must have made durable.
 * @param cluster folder of the server's files
 * @throws archive/lost-log where the server has removed some of them
 */
export async function* readLog(
  cluster: string,
  { timeline, start, end }: { readonly timeline: number; readonly start: number; readonly end: number },
): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const segment = segmentName(timeline, at);
    const last = Math.min(end, at - (at % SEGMENT_BYTES) + SEGMENT_BYTES);
    const file = await open(join(cluster, 'pg_wal', segment), 'r').catch((cause: unknown) => {
      throw new IcarusError('archive/lost-log', { from: segment }, { cause });
    });
    try {
      while (at < last) {
        const bytes = Buffer.alloc(Math.min(READ_BYTES, last - at));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, at % SEGMENT_BYTES);
        if (bytesRead === 0) throw new IcarusError('archive/lost-log', { from: segment });
        yield bytes.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
  }
}
