/** All SQL of work that workers share. Whoever takes a part gets a fence number; only the newest may record. */
import { sql } from 'kysely';
import type { Id, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { WorkState } from './tables.ts';

export type WorkId = Id<'work'>;

export interface SharedWork {
  readonly workId: WorkId;
  readonly kind: string;
  readonly operationId: OperationId;
  readonly key: string;
  readonly spec: object;
  readonly state: WorkState;
  readonly errorCode: string | null;
  readonly result: object | null;
  readonly startedAt: Date;
  readonly startedBy: string;
}

export type NewWork = Omit<SharedWork, 'state' | 'errorCode' | 'result'>;

/** A part that this process has taken. */
export interface Claim {
  readonly workId: WorkId;
  readonly part: number;
  readonly final: boolean;
  readonly fence: number;
}

/** A worker that has not been heard of for this long is taken for dead. */
export const SILENCE_SECONDS = 5;
/** So many failures of one part end the work. */
export const MOST_FAILURES = 3;

const SILENT = sql<boolean>`heartbeat_at < now() - make_interval(secs => ${SILENCE_SECONDS})`;

/** Opens the work with its parts, the last one final; where the same is open already, returns that and opens nothing. */
export async function openWork(
  tx: Tx,
  work: NewWork,
  parts: number,
): Promise<{ workId: WorkId; opened: boolean }> {
  const inserted = await tx
    .insertInto('observation_shared_work')
    .values({
      id: work.workId,
      kind: work.kind,
      operation_id: work.operationId,
      work_key: work.key,
      spec: JSON.stringify(work.spec),
      error_code: null,
      result: null,
      started_at: work.startedAt,
      started_by: work.startedBy,
      ended_at: null,
    })
    .onConflict((conflict) => conflict.column('work_key').where('state', '=', 'open').doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) {
    const { id } = await tx
      .selectFrom('observation_shared_work')
      .select('id')
      .where('work_key', '=', work.key)
      .where('state', '=', 'open')
      .executeTakeFirstOrThrow();
    return { workId: id as WorkId, opened: false };
  }
  const rows = Array.from({ length: parts + 1 }, (_, part) => ({
    work_id: work.workId,
    part,
    final: part === parts,
    worker: null,
    heartbeat_at: null,
    result: null,
  }));
  await tx.insertInto('observation_partition_job').values(rows).execute();
  return { workId: work.workId, opened: true };
}

export async function workById(db: Db | Tx, workId: WorkId): Promise<SharedWork | undefined> {
  const row = await db
    .selectFrom('observation_shared_work')
    .selectAll()
    .where('id', '=', workId)
    .executeTakeFirst();
  return (
    row && {
      workId,
      kind: row.kind,
      operationId: row.operation_id as OperationId,
      key: row.work_key,
      spec: row.spec,
      state: row.state,
      errorCode: row.error_code,
      result: row.result,
      startedAt: row.started_at,
      startedBy: row.started_by,
    }
  );
}

export interface PartWanted {
  readonly workId: WorkId;
  readonly part: number;
  /** Name of who takes it. */
  readonly worker: string;
  /** May it be the last step? Default true. */
  readonly mayFinish?: boolean;
}

/** Takes a part that waits, or whose worker is silent; undefined where another has it or there is nothing to do. */
export async function takePart(
  db: Db,
  { workId, part, worker, mayFinish = true }: PartWanted,
): Promise<Claim | undefined> {
  const row = await db
    .updateTable('observation_partition_job')
    .set({ state: 'running', fence: sql`fence + 1`, worker, heartbeat_at: sql`now()` })
    .where('work_id', '=', workId)
    .where('part', '=', part)
    .where((is) => is.or([is('state', '=', 'waiting'), is.and([is('state', '=', 'running'), SILENT])]))
    .where((is) => is.or([is('final', '=', false), is.lit(mayFinish)]))
    .where(
      sql<boolean>`exists (select from observation_shared_work w where w.id = work_id and w.state = 'open')`,
    )
    .where(
      sql<boolean>`not (final and exists (select from observation_partition_job other
        where other.work_id = observation_partition_job.work_id and not other.final and other.state <> 'done'))`,
    )
    .returning(['fence', 'final'])
    .executeTakeFirst();
  return row && { workId, part, final: row.final, fence: row.fence };
}

/** Says that this worker lives. False where the part is no longer its own, or the work has ended. */
export async function beat(db: Db, claim: Claim): Promise<boolean> {
  const updated = await ownPart(db, claim)
    .set({ heartbeat_at: sql`now()` })
    .where(
      sql<boolean>`exists (select from observation_shared_work w where w.id = work_id and w.state = 'open')`,
    )
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

function ownPart(db: Db | Tx, { workId, part, fence }: Claim) {
  return db
    .updateTable('observation_partition_job')
    .where('work_id', '=', workId)
    .where('part', '=', part)
    .where('fence', '=', fence)
    .where('state', '=', 'running');
}

/** How many parts but the last are not done; undefined where this worker may no longer record. */
export async function recordPart(tx: Tx, claim: Claim, result: object): Promise<number | undefined> {
  // Two parts that end at once are put in a row, so that the later one sees that it is the last.
  const open = await tx
    .selectFrom('observation_shared_work')
    .select('id')
    .where('id', '=', claim.workId)
    .where('state', '=', 'open')
    .forUpdate()
    .executeTakeFirst();
  const updated = await ownPart(tx, claim)
    .set({ state: 'done', result: JSON.stringify(result), heartbeat_at: null })
    .executeTakeFirst();
  if (!open || updated.numUpdatedRows !== 1n) return undefined;
  const { left } = await tx
    .selectFrom('observation_partition_job')
    .select(sql<number>`count(*)::int`.as('left'))
    .where('work_id', '=', claim.workId)
    .where('final', '=', false)
    .where('state', '<>', 'done')
    .executeTakeFirstOrThrow();
  return left;
}

/** Gives a part back after a failure. Returns how often it failed; undefined where it is no longer this worker's. */
export async function giveBack(db: Db, claim: Claim, failed: boolean): Promise<number | undefined> {
  const row = await ownPart(db, claim)
    .set({ state: 'waiting', heartbeat_at: null, failures: sql`failures + ${failed ? 1 : 0}` })
    .returning('failures')
    .executeTakeFirst();
  return row?.failures;
}

export interface WorkEnd {
  readonly state: Exclude<WorkState, 'open'>;
  readonly at: Date;
  readonly errorCode?: string;
  readonly result?: object;
}

/** Ends work that is open. Returns false where it had ended. */
export async function endWork(db: Db | Tx, workId: WorkId, end: WorkEnd): Promise<boolean> {
  const updated = await db
    .updateTable('observation_shared_work')
    .set({
      state: end.state,
      ended_at: end.at,
      error_code: end.errorCode ?? null,
      result: end.result ? JSON.stringify(end.result) : null,
    })
    .where('id', '=', workId)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

/** What the parts of the work came to, in their order. */
export async function resultsOf(db: Db | Tx, workId: WorkId): Promise<object[]> {
  const rows = await db
    .selectFrom('observation_partition_job')
    .select('result')
    .where('work_id', '=', workId)
    .where('final', '=', false)
    .where('state', '=', 'done')
    .orderBy('part')
    .execute();
  return rows.map(({ result }) => result ?? {});
}

export interface WorkProgress {
  readonly parts: number;
  readonly done: number;
  readonly running: number;
  /** Workers that have a part now. */
  readonly workers: number;
  /** Since the work was opened. */
  readonly waitingSeconds: number;
}

export async function progressOf(db: Db, workId: WorkId): Promise<WorkProgress> {
  return db
    .selectFrom('observation_partition_job as job')
    .innerJoin('observation_shared_work as work', 'work.id', 'job.work_id')
    .select([
      sql<number>`count(*)::int`.as('parts'),
      sql<number>`(count(*) filter (where job.state = 'done'))::int`.as('done'),
      sql<number>`(count(*) filter (where job.state = 'running'))::int`.as('running'),
      sql<number>`(count(distinct worker) filter (where job.state = 'running'))::int`.as('workers'),
      sql<number>`extract(epoch from now() - min(work.started_at))::float8`.as('waitingSeconds'),
    ])
    .where('work_id', '=', workId)
    .executeTakeFirstOrThrow();
}

/** Parts of open work that somebody could take now: those that wait, and those of silent workers. */
export async function partsToTake(db: Db): Promise<{ workId: WorkId; part: number }[]> {
  const rows = await db
    .selectFrom('observation_partition_job as job')
    .innerJoin('observation_shared_work as work', 'work.id', 'job.work_id')
    .select(['job.work_id', 'job.part'])
    .where('work.state', '=', 'open')
    .where((is) =>
      is.or([is('job.state', '=', 'waiting'), is.and([is('job.state', '=', 'running'), SILENT])]),
    )
    .where(
      sql<boolean>`not (job.final and exists (select from observation_partition_job other
        where other.work_id = job.work_id and not other.final and other.state <> 'done'))`,
    )
    .orderBy('work.sequence')
    .orderBy('job.part')
    .execute();
  return rows.map(({ work_id, part }) => ({ workId: work_id as WorkId, part }));
}

/** Work that is open: what lies in its folders is being written. */
export async function openWorkIds(db: Db | Tx): Promise<string[]> {
  const rows = await db
    .selectFrom('observation_shared_work')
    .select('id')
    .where('state', '=', 'open')
    .execute();
  return rows.map(({ id }) => id);
}
