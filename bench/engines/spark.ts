/** Asks Apache Spark, as a cluster of a master and two workers that lives for these statements only. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sqlText } from '#platform/duckdb.ts';

const SCRIPT = join(import.meta.dirname, 'spark.sh');

/** A question, and the folder that gets its answer as Parquet files in the order of their names. */
export interface SparkQuestion {
  readonly sql: string;
  readonly folder: string;
}

export interface SparkRun {
  /** From nothing to a master with two workers. */
  readonly startSeconds: number;
  /** Of each question, by Spark's own clock. */
  readonly seconds: readonly number[];
}

export async function sparkInstalled(): Promise<boolean> {
  return (await script(['home'])).exitCode === 0;
}

/** Fetches Spark into the cache where it is not there yet. */
export async function installSpark(): Promise<void> {
  const { exitCode, told } = await script(['install']);
  if (exitCode !== 0) throw new Error(`Spark cannot be installed: ${told}`);
}

/**
 * @param options `scratch`: a folder for the statements' file; `brief`: suits little data, not measuring
 */
export async function askSpark(
  questions: readonly SparkQuestion[],
  { scratch, brief = false }: { scratch: string; brief?: boolean },
): Promise<SparkRun> {
  const file = join(scratch, 'questions.sql');
  // The first statement lets the executors start, so that no question pays for it.
  const statements = questions.map(
    ({ sql, folder }) => `INSERT OVERWRITE DIRECTORY ${sqlText(`file://${folder}`)} USING parquet\n${sql}`,
  );
  await writeFile(file, `${['SELECT count(*) FROM range(1000)', ...statements].join(';\n')};\n`);
  const startedAt = performance.now();
  let startSeconds = 0;
  const { exitCode, told } = await script(['run', file], {
    brief,
    onTold: (text) => {
      if (text.includes('cluster ready')) startSeconds = (performance.now() - startedAt) / 1000;
    },
  });
  if (exitCode !== 0) throw new Error(`Spark failed: ${told}`);
  const taken = [...told.matchAll(/Time taken: ([\d.]+) seconds/g)].map(([, seconds]) => Number(seconds));
  if (taken.length !== statements.length + 1) throw new Error(`Spark answered ${taken.length} statements`);
  return { startSeconds, seconds: taken.slice(1) };
}

interface ScriptOptions {
  readonly brief?: boolean;
  readonly onTold?: (text: string) => void;
}

function script(
  words: readonly string[],
  { brief = false, onTold }: ScriptOptions = {},
): Promise<{ exitCode: number | null; told: string }> {
  const env = { ...process.env, ...(brief && { ICARUS_ENGINE_BRIEF: '1' }) };
  const child = spawn(SCRIPT, words, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    onTold?.(text);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, told }));
  });
}
