/**
 * DuckDB in this process, for what comes in hundreds of millions of rows: bounded in memory, spilling
 * into its own folder, deaf to the network, UTC throughout. One instance serves one piece of work.
 */

import { type DuckDBConnection, DuckDBInstance, type JS } from '@duckdb/node-api';
import { IcarusError } from '#core/errors.ts';
import { scratchFolder } from './scratch-folder.ts';

export interface DuckDbOptions {
  /** Folder under which the instance spills; emptied again when it closes. */
  readonly temporaryFolder: string;
  /** Most memory of its buffers. Default 1 GiB. */
  readonly memoryLimitBytes?: number | undefined;
  /** Default: as many as the machine has cores. */
  readonly threads?: number;
  /** Interrupts the statement that runs. */
  readonly signal?: AbortSignal | undefined;
}

export type DuckDbRow = Record<string, JS>;

export interface DuckDb extends AsyncDisposable {
  /** Runs one statement or several. Returns the number of rows that the last one wrote. */
  run(sql: string): Promise<number>;
  /** All rows of a small result: 64-bit integers as bigint, times as Date. */
  rows(sql: string): Promise<DuckDbRow[]>;
  /** A result of any size in batches, on a connection of its own (another statement on it would end the stream), which sees no temporary tables. */
  stream(sql: string): AsyncIterable<DuckDbRow[]>;
  /** Appends `values` to the one text column of `table`. */
  appendTexts(table: string, values: Iterable<string> | AsyncIterable<string>): Promise<number>;
  /** What those who use the engine remember of it, by a name of their own; gone with the engine. */
  readonly memory: Map<string, unknown>;
  /** How far the running statement is: share from 0 to 1, rows done; zeros where DuckDB does not know. */
  progress(): { readonly share: number; readonly rows: number };
}

const DEFAULT_MEMORY_BYTES = 1024 ** 3;

/**
 * @throws `disk/full` from any statement that finds no room; the signal's reason once it is aborted
 */
export async function openDuckDb(options: DuckDbOptions): Promise<DuckDb> {
  const spill = await scratchFolder(options.temporaryFolder);
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.ceil((options.memoryLimitBytes ?? DEFAULT_MEMORY_BYTES) / 1024)}KiB`,
    temp_directory: spill.path,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  });
  const main = await connect(instance);
  // Closing under a statement that runs would crash the process, so disposal waits for them.
  const running = new Set<Promise<unknown>>();
  const guard = <T>(connection: DuckDBConnection, act: () => Promise<T>): Promise<T> => {
    const statement = guarded(connection, act, options);
    running.add(statement);
    return statement.finally(() => running.delete(statement));
  };

  return {
    memory: new Map(),
    run: (sql) =>
      guard(main, async () => {
        const result = await main.run(sql);
        return result.rowsChanged || Number((await result.getRows())[0]?.[0] ?? 0);
      }),
    rows: (sql) => guard(main, async () => (await main.runAndReadAll(sql)).getRowObjectsJS()),
    async *stream(sql) {
      const own = await connect(instance);
      try {
        const result = await guard(own, () => own.stream(sql));
        const batches = result.yieldRowObjectJs();
        for (;;) {
          const batch = await guard(own, () => batches.next());
          if (batch.done) return;
          yield batch.value;
        }
      } finally {
        own.closeSync();
      }
    },
    async appendTexts(table, values) {
      const appender = await main.createAppender(table);
      let appended = 0;
      for await (const value of values) {
        appender.appendVarchar(value);
        appender.endRow();
        appended++;
      }
      appender.closeSync();
      return appended;
    },
    progress() {
      const { percentage, rows_processed } = main.progress;
      return { share: Math.min(1, Math.max(0, percentage / 100)), rows: Math.max(0, Number(rows_processed)) };
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(running);
      main.closeSync();
      instance.closeSync();
      await spill[Symbol.asyncDispose]();
    },
  };
}

async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run(
    `SET TimeZone = 'UTC'; SET enable_progress_bar = true; SET enable_progress_bar_print = false`,
  );
  return connection;
}

async function guarded<T>(
  connection: DuckDBConnection,
  act: () => Promise<T>,
  options: DuckDbOptions,
): Promise<T> {
  const { signal } = options;
  signal?.throwIfAborted();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    return await act();
  } catch (cause) {
    signal?.throwIfAborted();
    if (isDiskFull(cause)) throw new IcarusError('disk/full', { place: options.temporaryFolder }, { cause });
    throw cause;
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

/** DuckDB tells of a full disk only in words: the system's, or its own when a spill finds no room. */
function isDiskFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    /No space left on device|Disk quota exceeded|max_temp_directory_size/.test(error.message)
  );
}

/** The text in a column; null where there is none. */
export function textIn(row: DuckDbRow | undefined, column: string): string | null {
  const value = row?.[column];
  return typeof value === 'string' ? value : null;
}

/** The whole number in a column; 0 where there is none. */
export function countIn(row: DuckDbRow | undefined, column: string): number {
  const value = Number(row?.[column] ?? 0);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${column} is not a safe integer`);
  return value;
}

/** The instant in a column; null where there is none. */
export function timeIn(row: DuckDbRow | undefined, column: string): Date | null {
  const value = row?.[column];
  return value instanceof Date ? value : null;
}

/** `text` as a SQL string literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `name` as a quoted SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Paths as a SQL list literal, for `read_parquet`. */
export function sqlList(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(', ')}]`;
}
