/**
 * `npm run load -- [--minutes 1] [--officers 500] [--rate 500] [--observations 20000] [--home DIR] [--markdown FILE]`:
 * the nodes of an exercise's operation as real nodes that officers sign in to, under the readings of their pages. First
 * the exercise is played to its end (or found in DIR); then a process serves its nodes, officers are enrolled and
 * signed in with passkeys, each says why he reads, and asks one page's question after the other, at a pace that makes
 * `--rate` requests a second of all of them. This process only asks; what serving costs is told by the other.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readStoryRecord } from '#exercise/story-record.ts';
import { freePort } from './chaos/database.ts';
import { askFor, type Measured } from './load/ask.ts';
import { type Reader, signInReaders } from './load/readers.ts';
import type { Cost, Served } from './load/server-child.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    officers: { type: 'string', default: '500' },
    rate: { type: 'string', default: '500' },
    observations: { type: 'string', default: '20000' },
    home: { type: 'string' },
    markdown: { type: 'string' },
  },
});
const command = `npm run load -- --minutes ${values.minutes} --officers ${values.officers} --rate ${values.rate} --observations ${values.observations}`;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
say(command);

const home = values.home ?? (await mkdtemp(join(tmpdir(), 'icarus-load-')));
await mkdir(home, { recursive: true });
// As root, PostgreSQL runs as another user, who must be able to walk in.
await chmod(home, 0o711);
const port = values.home ? 21_471 : await freePort();
try {
  await playExercise();
  const { child, served } = await serve();
  try {
    const readers = await signInReaders(served, say);
    say(`${readers.length} officers are signed in on ${served.agencies} nodes`);
    await askFor(readers, { url: served.url, seconds: 10, rate: Number(values.rate) });
    const before = await costOf(child);
    const measured = await askFor(readers, {
      url: served.url,
      seconds: Number(values.minutes) * 60,
      rate: Number(values.rate),
    });
    const after = await costOf(child);
    await tell(readers, measured, { before, after, agencies: served.agencies });
    process.exitCode = measured.failed > 0 ? 1 : 0;
  } finally {
    const gone = new Promise((done) => child.once('exit', done));
    child.send('stop');
    await gone;
  }
} finally {
  if (!values.home) await rm(home, { recursive: true, force: true });
}

async function playExercise(): Promise<void> {
  const record = readStoryRecord(join(home, 'exercise', 'story.json'));
  if (record && 'final' in record.done) return;
  const args = ['exercise', 'start', '--observations', values.observations, '--pace', '0'];
  const env = {
    ...process.env,
    ICARUS_DATA_DIR: home,
    ICARUS_HTTP_PORT: String(port),
    ICARUS_LOG_LEVEL: 'warn',
  };
  const child = spawn(join(import.meta.dirname, '../bin/icarus.mjs'), args, {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = new Promise((done) => child.once('exit', done));
  const at = `http://127.0.0.1:${port}/api/exercise`;
  for (let told = ''; ; await sleep(500)) {
    if (child.exitCode !== null) throw new Error(`the exercise ended with exit code ${child.exitCode}`);
    const answer = await fetch(at).catch(() => undefined);
    if (!answer?.ok) continue;
    const story = (await answer.json()) as { state: string; steps: { id: string; state: string }[] };
    const running = story.steps.find(({ state }) => state === 'running')?.id ?? story.state;
    if (running !== told) say(`exercise: ${running}`);
    told = running;
    if (story.state === 'failed') throw new Error('the exercise failed');
    if (story.steps.every(({ state }) => state === 'done')) break;
  }
  child.kill('SIGTERM');
  await gone;
}

async function serve(): Promise<{ child: ChildProcess; served: Served }> {
  const settings = { home, port, officers: Number(values.officers) };
  const child = fork(join(import.meta.dirname, 'load', 'server-child.ts'), [JSON.stringify(settings)]);
  const served = await new Promise<Served>((come, failed) => {
    child.once('message', (message) => come(message as Served));
    child.once('exit', (code) => failed(new Error(`the server ended with exit code ${code}`)));
  });
  return { child, served };
}

function costOf(child: ChildProcess): Promise<Cost> {
  return new Promise((come) => {
    child.once('message', (message) => come(message as Cost));
    child.send('cost');
  });
}

interface Costs {
  readonly before: Cost;
  readonly after: Cost;
  readonly agencies: number;
}

async function tell(
  readers: readonly Reader[],
  measured: Measured,
  { before, after, agencies }: Costs,
): Promise<void> {
  const { requests, failed, seconds, p50Ms, p99Ms, slowestMs, byPage, statuses } = measured;
  const nodeMs = (after.nodeMs - before.nodeMs) / requests;
  const databaseMs = (after.databaseMs - before.databaseMs) / requests;
  const rows = [
    ['officers signed in, nodes', `${readers.length}, ${agencies}`],
    ['seconds', seconds.toFixed(0)],
    ['requests', String(requests)],
    ['requests a second', (requests / seconds).toFixed(0)],
    ['median, ms', p50Ms.toFixed(0)],
    ['99th percentile, ms', p99Ms.toFixed(0)],
    ['slowest, ms', slowestMs.toFixed(0)],
    ['errors (no answer, or a status of 400 and above)', `${failed}${failed > 0 ? ` (${statuses})` : ''}`],
    ['processor of the serving process, ms a request', nodeMs.toFixed(2)],
    ['processor of PostgreSQL, ms a request', databaseMs.toFixed(2)],
    ['readings written down', String(after.readings - before.readings)],
    ['memory of the serving process at its end, MB', String(Math.round(after.rssBytes / 2 ** 20))],
  ];
  for (const [what, value] of rows) process.stdout.write(`${what?.padEnd(56)} ${value}\n`);
  const pages = byPage.map(
    ({ page, count, p50, p99 }) => `| \`${page}\` | ${count} | ${p50.toFixed(0)} | ${p99.toFixed(0)} |`,
  );
  for (const line of pages) process.stdout.write(`${line}\n`);
  if (!values.markdown) return;
  const table = rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
  await writeSection(
    values.markdown,
    `Command: \`${command}\`\n\n| what | value |\n| --- | --- |\n${table}\n\n| question | asked | median, ms | 99th percentile, ms |\n| --- | --- | --- | --- |\n${pages.join('\n')}`,
  );
}
