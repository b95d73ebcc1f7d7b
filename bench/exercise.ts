/** How long a newcomer waits: from the command to a usable page, and to the last receipt. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'exercise';

interface Story {
  readonly state: string;
  readonly steps: readonly { readonly id: string; readonly state: string }[];
}

/** `npm start` as a newcomer types it, on an empty data directory. */
export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const observations = small ? 20_000 : 100_000;
  const port = 20_000 + (process.pid % 20_000);
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const child = spawn(
    join(import.meta.dirname, '../bin/icarus.mjs'),
    ['exercise', 'start', '--observations', String(observations), '--pace', '0'],
    {
      env: { ...process.env, ICARUS_DATA_DIR: scratch, ICARUS_HTTP_PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  try {
    const base = `http://127.0.0.1:${port}`;
    const page = await until(async () => (await fetch(`${base}/`)).ok, child).then(seconds);
    log(`page after ${page.toFixed(1)} s`);
    const done = (id: string): Promise<number> =>
      until(async () => {
        const story = (await (await fetch(`${base}/api/exercise`)).json()) as Story;
        if (story.state === 'failed') throw new Error('the exercise failed');
        return story.steps.find((step) => step.id === id)?.state === 'done';
      }, child).then(seconds);
    const receipts = await done('disseminate');
    log(`all receipts after ${receipts.toFixed(1)} s`);
    const figures: Figure[] = [
      { name: `usable page, ${observations.toLocaleString('en-GB')} observations`, value: page, unit: 's' },
      { name: 'all receipts', value: receipts, unit: 's' },
    ];
    if (!small)
      figures.push({
        name: 'final press note, feedback not slowed down',
        value: await done('final'),
        unit: 's',
      });
    return figures;
  } finally {
    child.kill('SIGTERM');
    await new Promise((gone) => child.once('exit', gone));
  }
}

async function until(reached: () => Promise<boolean>, child: { exitCode: number | null }): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the exercise ended with exit code ${child.exitCode}`);
    if (
      await reached().catch((error: unknown) => {
        if (error instanceof TypeError) return false;
        throw error;
      })
    )
      return;
    await sleep(100);
  }
}
