import { sql } from 'kysely';
import type { Db } from '#platform/tables.ts';
import type { VideoLength } from './ffprobe.ts';
import { type RawPath, rawPath, rawPathOf } from './path-text.ts';

/** Hashed videos that have neither a length nor a reason yet. */
export async function unmeasuredVideos(
  db: Db,
  inventoryNumber: number,
  limit: number,
): Promise<{ ordinal: number; path: RawPath }[]> {
  const {
    rows: [{ last } = { last: 0 }],
  } = await sql<{ last: number }>`
    select coalesce(max(ordinal), 0) as last from video_length where inventory_number = ${inventoryNumber}`.execute(
    db,
  );
  const rows = await db
    .selectFrom('inventory_file')
    .select(['ordinal', 'path', 'path_bytes'])
    .where('inventory_number', '=', inventoryNumber)
    .where('ordinal', '>', last)
    .where('status', '=', 'hashed')
    .where('media_type', 'like', 'video/%')
    .orderBy('ordinal')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ordinal: row.ordinal,
    path: row.path_bytes ? rawPath(row.path_bytes) : rawPathOf(row.path),
  }));
}

export async function insertVideoLength(
  db: Db,
  measured: { inventoryNumber: number; ordinal: number; length: VideoLength },
): Promise<void> {
  const { length } = measured;
  await db
    .insertInto('video_length')
    .values({
      inventory_number: measured.inventoryNumber,
      ordinal: measured.ordinal,
      seconds: 'seconds' in length ? length.seconds : null,
      failure: 'failure' in length ? length.failure : null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export interface VideoSum {
  /** Videos by content. */
  readonly files: number;
  readonly measured: number;
  readonly seconds: number;
  /** Tried, without an answer. */
  readonly failed: number;
}

export async function videoSum(db: Db, inventoryNumber: number): Promise<VideoSum> {
  const { rows } = await sql<VideoSum>`
    select count(*) as files, count(v.seconds) as measured, coalesce(sum(v.seconds), 0)::float8 as seconds,
      count(v.failure) as failed
    from inventory_file f
      left join video_length v on v.inventory_number = f.inventory_number and v.ordinal = f.ordinal
    where f.inventory_number = ${inventoryNumber} and f.status = 'hashed' and f.media_type like 'video/%'`.execute(
    db,
  );
  return rows[0] ?? { files: 0, measured: 0, seconds: 0, failed: 0 };
}
