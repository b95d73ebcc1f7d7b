/**
 * Sealing and opening against public tools on the same content in the same run, each in processes of its own,
 * taken in turns, medians of three; then what one small message costs. All of it reaches the disk (fsync).
 * `--rows 10240` measures the peak memory for so many MiB of content as well.
 */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AgencyCard } from '#seal/card.ts';
import type { EnvelopeFields } from '#seal/envelope.ts';
import { fieldsOf, type Party, party } from '#seal/fixtures.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { smallMessageFigures } from './seal/small-message.ts';

export const room = 'seal';

/** What `seal-child.ts` is to do; `cards` are the sender's and the recipients'. */
export interface ChildTask {
  readonly act: 'seal' | 'open';
  readonly content: string;
  readonly file: string;
  readonly folder: string;
  readonly envelope: EnvelopeFields;
  readonly cards: readonly AgencyCard[];
  readonly privateKey: string;
  readonly identity: string;
}

interface Measured {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakBytes: number;
}

const RUNS = 3;
const MIB = 2 ** 20;
const FILES = 8;
const peers = join(import.meta.dirname, 'peers');

export async function run({ small, rows, scratch, log }: BenchOptions): Promise<Figure[]> {
  const [dk, mt, eu] = await Promise.all([party('dk', 'DK'), party('mt', 'MT'), party('europol')]);
  const scene: Scene = { scratch, log, dk, mt, eu };
  const figures = await speedFigures(scene, small ? 128 : 1024);
  figures.push(...(await smallMessageFigures(scene, small ? 200 : 1000)));
  for (const mib of rows ?? []) figures.push(...(await memoryFigures(scene, mib)));
  return figures;
}

export interface Scene {
  readonly scratch: string;
  log(text: string): void;
  readonly dk: Party;
  readonly mt: Party;
  readonly eu: Party;
}

async function speedFigures(scene: Scene, mib: number): Promise<Figure[]> {
  const { scratch, log } = scene;
  const task = await prepared(scene, mib);
  const [recipients, identity] = [join(scratch, 'recipients.txt'), join(scratch, 'identity.txt')];
  await writeFile(recipients, [scene.mt, scene.eu].map(({ card }) => `${card.ageRecipients[0]}\n`).join(''));
  await writeFile(identity, `${scene.mt.identity}\n`);
  const piped = join(scratch, 'piped');
  const opened = join(scratch, 'opened-by-tools');
  const opening = [task.file, task.envelope.id, identity, opened];
  const acts = {
    seal: () => oneself({ ...task, act: 'seal' }),
    sealPipe: () => tools('seal.sh', [task.content, recipients, piped]),
    open: () => oneself({ ...task, act: 'open' }),
    openPipe: () => tools('open.sh', opening),
    openSteps: () => tools('open-by-steps.sh', opening),
  };
  for (const script of ['seal.sh', 'open.sh', 'open-by-steps.sh']) {
    log(`--- ${script}\n${await readFile(join(peers, script), 'utf8')}`);
  }
  const runs: Record<keyof typeof acts, Measured[]> = {
    seal: [],
    sealPipe: [],
    open: [],
    openPipe: [],
    openSteps: [],
  };
  for (let turn = 1; turn <= RUNS; turn++) {
    log(`turn ${turn} of ${RUNS}`);
    await rm(task.file, { force: true });
    for (const name of Object.keys(acts) as (keyof typeof acts)[]) {
      runs[name].push(await acts[name]());
      for (const made of [task.folder, piped, opened]) await rm(made, { recursive: true, force: true });
    }
  }
  await rm(task.content, { recursive: true });
  await rm(task.file);
  const size = mib >= 1024 ? `${mib / 1024} GiB` : `${mib} MiB`;
  const beside = (peer: string, measured: Measured[]) => ({ peer, measured });
  return [
    ...compared(
      `seal ${size} for two recipients`,
      mib,
      runs.seal,
      beside('pipe of tar, sha512sum, age', runs.sealPipe),
    ),
    ...compared(
      `open and verify ${size}`,
      mib,
      runs.open,
      beside('pipe of tar, sha512sum, age', runs.openPipe),
    ),
    ...compared(
      `open and verify ${size}`,
      mib,
      runs.open,
      beside('the procedure, step by step', runs.openSteps),
    ),
    ...(['seal', 'open'] as const).map((act) => ({
      name: `${act} ${size}, peak memory`,
      value: median(runs[act].map(({ peakBytes }) => peakBytes)) / MIB,
      unit: 'MiB',
    })),
  ];
}

function compared(
  name: string,
  mib: number,
  ours: readonly Measured[],
  { peer, measured }: { peer: string; measured: readonly Measured[] },
): Figure[] {
  const rate = (runs: readonly Measured[]) => (mib * MIB) / 1e6 / median(runs.map(({ seconds }) => seconds));
  const processor = (runs: readonly Measured[]) =>
    median(runs.map(({ processorSeconds }) => processorSeconds));
  return [
    {
      name,
      value: rate(ours),
      unit: 'MB/s',
      peer: { name: peer, value: rate(measured) },
      ratio: rate(ours) / rate(measured),
    },
    {
      name: `${name}, processor time`,
      value: processor(ours),
      unit: 's',
      peer: { name: peer, value: processor(measured) },
      ratio: processor(ours) / processor(measured),
    },
  ];
}

async function memoryFigures(scene: Scene, mib: number): Promise<Figure[]> {
  const task = await prepared(scene, mib);
  const sealed = await oneself({ ...task, act: 'seal' });
  await rm(task.content, { recursive: true });
  const opened = await oneself({ ...task, act: 'open' });
  await rm(task.folder, { recursive: true });
  await rm(task.file);
  return Object.entries({ seal: sealed, open: opened }).flatMap(([act, { peakBytes, seconds }]) => [
    { name: `${act} ${mib / 1024} GiB, peak memory`, value: peakBytes / MIB, unit: 'MiB' },
    { name: `${act} ${mib / 1024} GiB`, value: (mib * MIB) / 1e6 / seconds, unit: 'MB/s' },
  ]);
}

/** Writes the content: files of noise, which nothing compresses. */
async function prepared({ scratch, dk, mt, eu, log }: Scene, mib: number): Promise<Omit<ChildTask, 'act'>> {
  const content = join(scratch, 'content');
  log(`writing ${mib} MiB of noise in ${FILES} files`);
  await mkdir(content);
  const noise = randomBytes(MIB);
  for (let file = 0; file < FILES; file++) {
    await using handle = await open(join(content, `part ${file}.bin`), 'w');
    for (let i = 0; i < mib / FILES; i++) {
      noise.writeUInt32LE(file * 1e6 + i, 0);
      await handle.write(noise);
    }
    await handle.sync();
  }
  return {
    content,
    file: join(scratch, 'package.icarus'),
    folder: join(scratch, 'opened'),
    envelope: fieldsOf(dk, [mt, eu]),
    cards: [dk.card, mt.card, eu.card],
    privateKey: dk.privateKey,
    identity: mt.identity,
  };
}

async function oneself(task: ChildTask): Promise<Measured> {
  const place = `${task.file}.task.json`;
  await writeFile(place, JSON.stringify(task), { mode: 0o600 });
  const startedAt = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'seal-child.ts'),
    place,
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  await rm(place);
  return { ...(JSON.parse(stdout) as Omit<Measured, 'seconds'>), seconds };
}

/** Runs a peer under bash's own `time`, which counts what all its processes used. */
async function tools(script: string, values: readonly string[]): Promise<Measured> {
  const timed = 'TIMEFORMAT="%R %U %S"; time bash "$@"';
  const child = spawn('bash', ['-c', timed, 'bash', join(peers, script), ...values], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  const [seconds = 0, user = 0, system = 0] = (said.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  if (exitCode !== 0) throw new Error(`${script} failed: ${said}`);
  return { seconds, processorSeconds: user + system, peakBytes: 0 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
