/** SQL of witnessing: checkpoints of others, cosignatures from others, contradictions. */
import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '#platform/tables.ts';
import type { Evidence, Returned } from './riding-lines.ts';
import type { CustodyForkTable } from './tables.ts';
import type { ForkKind, Seen } from './witness-rules.ts';

/** What of a message's lines was here before. */
export interface AlreadyHere {
  /** Root of the checkpoint of that log and size. */
  readonly root: Buffer | null;
  /** This node has cosigned it. */
  readonly cosigned: boolean;
  /** The cosignature is here already. */
  readonly returned: boolean;
}

export async function alreadyHere(
  tx: Tx,
  seen: { readonly origin: string; readonly size: number },
  returned: { readonly size: number; readonly witness: string },
): Promise<AlreadyHere> {
  const { rows } = await sql<AlreadyHere>`
    select p.root, p.cosignature is not null as cosigned,
      exists (select from custody_cosignature where size = ${returned.size} and witness = ${returned.witness}) as returned
    from (values (1)) as one left join custody_peer_checkpoint p on p.origin = ${seen.origin} and p.size = ${seen.size}`.execute(
    tx,
  );
  return rows[0] ?? { root: null, cosigned: false, returned: false };
}

/** One at a time judges a checkpoint of that log, until the transaction ends. */
export async function lockOrigin(tx: Tx, origin: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${origin}, 7236815444))`.execute(tx);
}

/** The largest checkpoint of that log that this node has cosigned. */
export async function cosignedHead(db: Db, origin: string): Promise<Seen | undefined> {
  const row = await db
    .selectFrom('custody_peer_checkpoint')
    .selectAll()
    .where('origin', '=', origin)
    .where('cosignature', 'is not', null)
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return seenRow(row);
}

export async function seenOfSize(db: Db, origin: string, size: number): Promise<Seen | undefined> {
  const row = await db
    .selectFrom('custody_peer_checkpoint')
    .selectAll()
    .where('origin', '=', origin)
    .where('size', '=', size)
    .executeTakeFirst();
  return seenRow(row);
}

function seenRow(
  row: { size: number; root: Buffer; signed_at: Date; note: string } | undefined,
): Seen | undefined {
  return row && { size: row.size, root: row.root, signedAt: row.signed_at, note: row.note };
}

/** Keeps a checkpoint of another log, with this node's cosignature where it gave one. */
export async function keepSeen(
  tx: Tx,
  seen: Seen,
  how: { readonly origin: string; readonly seenAt: Date; readonly cosignature: string | null },
): Promise<void> {
  const { size, root, signedAt, note } = seen;
  await tx
    .insertInto('custody_peer_checkpoint')
    .values({
      origin: how.origin,
      size,
      root,
      signed_at: signedAt,
      note,
      seen_at: how.seenAt,
      cosignature: how.cosignature,
    })
    .onConflict((conflict) =>
      conflict.columns(['origin', 'size']).doUpdateSet({
        cosignature: sql`coalesce(custody_peer_checkpoint.cosignature, excluded.cosignature)`,
      }),
    )
    .execute();
}

/** Checkpoints of that log are forgotten: the next one is taken as the first. */
export async function forgetOrigin(tx: Tx, origin: string): Promise<void> {
  await tx.deleteFrom('custody_peer_checkpoint').where('origin', '=', origin).execute();
}

/** The newest cosignature that this node gave on each of these logs. */
export async function newestGiven(db: Db, origins: readonly string[]): Promise<Returned[]> {
  const { rows } = await sql<{ origin: string; size: number; line: string }>`
    select distinct on (origin) origin, size, cosignature as line from custody_peer_checkpoint
    where origin = any (${origins}) and cosignature is not null order by origin, size desc`.execute(db);
  return rows;
}

/** The largest own checkpoint that each of these witnesses has cosigned. */
export async function newestReturned(db: Db, witnesses: readonly string[]): Promise<number[]> {
  const { rows } = await sql<{ size: number }>`
    select max(size) as size from custody_cosignature where witness = any (${witnesses}) group by witness`.execute(
    db,
  );
  return rows.map(({ size }) => size);
}

export async function insertCosignature(
  tx: Tx,
  cosignature: { readonly size: number; readonly witness: string; readonly at: Date; readonly line: string },
): Promise<void> {
  const { size, witness, at, line } = cosignature;
  await tx
    .insertInto('custody_cosignature')
    .values({ size, witness, cosigned_at: at, line })
    .onConflict((conflict) => conflict.columns(['size', 'witness']).doNothing())
    .execute();
}

/** The own checkpoint of exactly that size, as it was signed. */
export async function ownNoteOfSize(db: Db, size: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('custody_checkpoint')
    .select('note')
    .where('size', '=', size)
    .executeTakeFirst();
  return row?.note;
}

/** The own checkpoint of that size with all cosignatures on it. */
export async function cosignedNote(db: Db, size: number): Promise<string> {
  const { rows } = await sql<{ note: string; lines: string | null }>`
    select note, (select string_agg(line || E'\n', '' order by witness) from custody_cosignature g
      where g.size = c.size) as lines
    from custody_checkpoint c where c.size = ${size}`.execute(db);
  return `${rows[0]?.note ?? ''}${rows[0]?.lines ?? ''}`;
}

/** The newest own checkpoint that a partner has cosigned, with the cosignatures. */
export async function witnessedNote(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom('custody_cosignature')
    .select('size')
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && cosignedNote(db, row.size);
}

/** A contradiction, with the two signed notes that show it. */
export interface Fork extends Evidence {
  readonly id: string;
  readonly origin: string;
  readonly kind: ForkKind;
  readonly foundAt: Date;
  /** Name of the log of whoever told this node; null where it found it itself. */
  readonly reportedBy: string | null;
}

/** @returns false where it was known */
export async function insertFork(tx: Tx, fork: Fork): Promise<boolean> {
  const inserted = await tx
    .insertInto('custody_fork')
    .values({
      id: fork.id,
      origin: fork.origin,
      kind: fork.kind,
      first_note: fork.first,
      second_note: fork.second,
      found_at: fork.foundAt,
      reported_by: fork.reportedBy,
      settled_at: null,
      settled_by: null,
      reason: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute();
  return inserted.length > 0;
}

/** Contradictions that no officer has settled; of one log, or of all. */
export async function openForks(db: Db, origin?: string): Promise<Fork[]> {
  let query = db.selectFrom('custody_fork').selectAll().where('settled_at', 'is', null).orderBy('found_at');
  if (origin !== undefined) query = query.where('origin', '=', origin);
  return (await query.execute()).map(forkFrom);
}

/** A contradiction, and how it was settled; null where it is open. */
export interface SettledFork extends Fork {
  readonly settled: { readonly at: Date; readonly by: string; readonly reason: string } | null;
}

/** The newest contradictions, settled ones too: open ones first. */
export async function newestForks(db: Db, limit: number): Promise<SettledFork[]> {
  const rows = await db
    .selectFrom('custody_fork')
    .selectAll()
    .orderBy('settled_at', (order) => order.desc().nullsFirst())
    .orderBy('found_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...forkFrom(row),
    settled: row.settled_at && {
      at: row.settled_at,
      by: row.settled_by ?? '',
      reason: row.reason ?? '',
    },
  }));
}

function forkFrom(row: Selectable<CustodyForkTable>): Fork {
  return {
    id: row.id,
    origin: row.origin,
    kind: row.kind as ForkKind,
    first: row.first_note,
    second: row.second_note,
    foundAt: row.found_at,
    reportedBy: row.reported_by,
  };
}

export async function markSettled(
  tx: Tx,
  origin: string,
  how: { readonly at: Date; readonly by: string; readonly reason: string },
): Promise<number> {
  const done = await tx
    .updateTable('custody_fork')
    .set({ settled_at: how.at, settled_by: how.by, reason: how.reason })
    .where('origin', '=', origin)
    .where('settled_at', 'is', null)
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}
