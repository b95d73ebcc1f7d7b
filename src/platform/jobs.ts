/**
 * The job queue, on the node's own database: a job and the row that it is about commit together.
 * Delivery is at least once, so a handler must come to the same result when it runs twice.
 */
import { randomUUID } from 'node:crypto';
import { CompiledQuery } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import { IcarusError } from '#core/errors.ts';
import type { Log } from './log.ts';
import type { Db, Tx } from './tables.ts';

/** A kind of job: its name and how it is retried. Rooms declare theirs with {@link defineJob}. */
export interface JobKind<Data extends object> {
  readonly name: string;
  /** How often a failed job is tried again. Default 5. */
  readonly retryLimit: number;
  /** First delay before a retry, doubled each time with jitter. Default 1 s. */
  readonly retryDelaySeconds: number;
  /** Longest time a job may run before it is given to another worker. Default 900 s. */
  readonly expireInSeconds: number;
  /** A worker silent for this long is taken for dead and its job given to another. Default: only expiry tells. */
  readonly heartbeatSeconds?: number;
  /** How many may run at once in one process. Default 1. */
  readonly concurrency: number;
  /** Only a type: the data that the job carries. */
  readonly data?: Data;
}

export function defineJob<Data extends object>(
  name: string,
  options: Partial<
    Pick<
      JobKind<Data>,
      'retryLimit' | 'retryDelaySeconds' | 'expireInSeconds' | 'heartbeatSeconds' | 'concurrency'
    >
  > = {},
): JobKind<Data> {
  return { name, retryLimit: 5, retryDelaySeconds: 1, expireInSeconds: 900, concurrency: 1, ...options };
}

export type JobHandler<Data extends object> = (data: Data, signal: AbortSignal) => Promise<void>;

export interface EnqueueOptions {
  /** Not before this many seconds from now. Default 0. */
  readonly delaySeconds?: number;
  /** While a job with this key waits, another is not added. */
  readonly onceKey?: string;
}

/** Work that a room finds in rows of its own instead of in jobs; it starts, wakes and stops with the queue. */
export interface WorkSource {
  /** Room and what it does: `exchange.dispatch`. */
  readonly name: string;
  start(): Promise<void>;
  /** Something may be there to do. */
  wake(): void;
  /** Rows that wait or are worked on. */
  pending(): Promise<number>;
  stop(): Promise<void>;
}

export interface JobQueue {
  /** Adds a job in the caller's transaction: it exists if and only if that commits. */
  enqueue<Data extends object>(
    tx: Tx,
    kind: JobKind<Data>,
    data: Data,
    options?: EnqueueOptions,
  ): Promise<void>;
  /** Names a source of work. All are named before `start`. */
  attach(source: WorkSource): void;
  /** Wakes that source when `tx` has committed. */
  touch(tx: Tx, source: string): void;
  /** Names the one handler of a kind. All are named before `start`. */
  register<Data extends object>(kind: JobKind<Data>, handler: JobHandler<Data>): void;
  /** Creates the queues and, if `work`, begins to run jobs here: of all kinds, or of the rooms in `only`. */
  start(options?: { work?: boolean; only?: readonly string[] | undefined }): Promise<void>;
  /** Names of the kinds that are registered and of the sources of work. */
  kinds(): string[];
  /**
   * Wakes the workers of kinds that were enqueued since; polling finds the jobs anyway.
   * @param tx the transaction that committed: of the sources of work, only those it touched are woken. Without: all
   */
  nudge(tx?: Tx): void;
  /** Jobs that wait or run, and what the sources of work have left. */
  pending(): Promise<number>;
  /** Lets running jobs finish (at most 10 s), then stops. */
  stop(): Promise<void>;
}

interface Registered {
  readonly kind: JobKind<object>;
  readonly handler: JobHandler<object>;
  workers: string[];
}

export interface JobQueueOptions {
  /** How often a kind is asked for jobs that nobody woke it for (retries, other processes' jobs). Default 1 s. */
  readonly pollSeconds?: number;
}

/** The further workers of a kind wait to be woken; they poll only in case that was missed. */
const HELPER_POLL_SECONDS = 30;

export function createJobQueue(db: Db, log: Log, options: JobQueueOptions = {}): JobQueue {
  const boss = new PgBoss({
    schema: 'pgboss',
    db: {
      executeSql: (text, values) =>
        db.executeQuery(CompiledQuery.raw(text, values ?? [])) as Promise<{ rows: unknown[] }>,
    },
    migrate: false,
    createSchema: false,
    schedule: false,
    superviseIntervalSeconds: 60,
  });
  boss.on('error', (error: Error) => log.error({ err: error.name }, 'job queue error'));
  const registered = new Map<string, Registered>();
  const touched = new Set<string>();
  const abort = new AbortController();
  const sources = new Map<string, WorkSource>();
  const touchedBy = new WeakMap<Tx, Set<string>>();
  const started: WorkSource[] = [];
  let working = false;

  return {
    async enqueue(tx, kind, data, options = {}) {
      if (!registered.has(kind.name)) throw new IcarusError('job/unknown-kind', { kind: kind.name });
      await boss.send(kind.name, data, {
        db: fromKysely(tx),
        ...(options.delaySeconds ? { startAfter: options.delaySeconds } : {}),
        singletonKey: options.onceKey ?? randomUUID(),
      });
      touched.add(kind.name);
    },
    attach(source) {
      if (sources.has(source.name)) throw new Error(`two sources of work are called ${source.name}`);
      sources.set(source.name, source);
    },
    touch(tx, source) {
      const names = touchedBy.get(tx) ?? new Set();
      touchedBy.set(tx, names.add(source));
    },
    register(kind, handler) {
      if (registered.has(kind.name)) throw new Error(`two handlers for jobs of kind ${kind.name}`);
      registered.set(kind.name, { kind, handler: handler as JobHandler<object>, workers: [] });
    },
    async start({ work = true, only } = {}) {
      await boss.start();
      for (const entry of registered.values()) {
        await createQueue(boss, entry.kind);
        const wanted = work && (only === undefined || only.includes(roomOf(entry.kind.name)));
        for (let n = 0; wanted && n < entry.kind.concurrency; n++) {
          const pollSeconds = n === 0 ? (options.pollSeconds ?? 1) : HELPER_POLL_SECONDS;
          entry.workers.push(await startWorker(boss, entry, { log, signal: abort.signal, pollSeconds }));
        }
      }
      working = true;
      for (const source of sources.values()) {
        if (!work || (only !== undefined && !only.includes(roomOf(source.name)))) continue;
        started.push(source);
        await source.start();
      }
    },
    kinds: () => [...registered.keys(), ...sources.keys()],
    nudge(tx) {
      const awake = tx && (touchedBy.get(tx) ?? new Set());
      for (const source of started) if (awake === undefined || awake.has(source.name)) source.wake();
      for (const name of touched) for (const id of registered.get(name)?.workers ?? []) boss.notifyWorker(id);
      touched.clear();
    },
    async pending() {
      const { rows } = (await db.executeQuery(
        CompiledQuery.raw(
          `select count(*)::int as n from pgboss.job where state in ('created', 'retry', 'active') and name not like '\\_\\_%'`,
        ),
      )) as { rows: { n: number }[] };
      const others = await Promise.all([...sources.values()].map((source) => source.pending()));
      return others.reduce((sum, n) => sum + n, rows[0]?.n ?? 0);
    },
    async stop() {
      abort.abort();
      await Promise.all(started.splice(0).map((source) => source.stop()));
      if (working) await boss.stop({ graceful: true, timeout: 10_000 });
      working = false;
    },
  };
}

/** Jobs that wait or run, as a backup keeps them. */
export async function waitingJobs(
  db: Db,
): Promise<{ name: string; data: Record<string, unknown>; onceKey: string | null }[]> {
  const { rows } = (await db.executeQuery(
    CompiledQuery.raw(
      `select name, coalesce(data, '{}') as data, singleton_key as "onceKey" from pgboss.job
       where state in ('created', 'retry', 'active') and name not like '\\_\\_%' order by created_on`,
    ),
  )) as { rows: { name: string; data: Record<string, unknown>; onceKey: string | null }[] };
  return rows;
}

/** The room that a kind of job belongs to: `evidence` of `evidence.match`. */
export function roomOf(kind: string): string {
  return kind.split('.')[0] ?? kind;
}

async function createQueue(boss: PgBoss, kind: JobKind<object>): Promise<void> {
  await boss.createQueue(kind.name, {
    policy: 'short',
    retryLimit: kind.retryLimit,
    retryDelay: kind.retryDelaySeconds,
    retryBackoff: true,
    retryDelayMax: 600,
    expireInSeconds: kind.expireInSeconds,
    ...(kind.heartbeatSeconds === undefined ? {} : { heartbeatSeconds: kind.heartbeatSeconds }),
  });
}

interface WorkerRun {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly pollSeconds: number;
}

async function startWorker(boss: PgBoss, entry: Registered, run: WorkerRun): Promise<string> {
  const { kind, handler } = entry;
  const id: string = await boss.work<object>(
    kind.name,
    { pollingIntervalSeconds: run.pollSeconds, batchSize: 1 },
    async ([job]) => {
      if (!job) return;
      const startedAt = performance.now();
      try {
        await handler(job.data, AbortSignal.any([job.signal, run.signal]));
        run.log.debug(
          { job: kind.name, id: job.id, ms: Math.round(performance.now() - startedAt) },
          'job done',
        );
      } catch (error) {
        const code = error instanceof IcarusError ? error.code : 'internal/unexpected';
        run.log.warn(
          { job: kind.name, id: job.id, code, ...(code === 'internal/unexpected' ? { err: error } : {}) },
          'job failed',
        );
        throw error;
      } finally {
        // Where one job was, more may wait: look at once instead of at the next poll.
        boss.notifyWorker(id);
      }
    },
  );
  return id;
}
