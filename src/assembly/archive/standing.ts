/**
 * What a node remembers of its archive: which generation it writes, what of its files is in there, and how it stands.
 * It lies in the data directory, so that `icarus status` can say it while nothing runs.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '#protection/replace-file.ts';

const FOLDER = 'backup-archive';
const STANDING = 'standing.json';
const FILES = 'files.json';

export interface Standing {
  /** Folder of the generation that is written; null where none is. */
  readonly generation: string | null;
  /** What it is encrypted to. */
  readonly recipient: string;
  /** Week of its key. */
  readonly period: string;
  readonly timeline: number;
  readonly systemId: string;
  /** End of its newest piece. */
  readonly end: number;
  /** First and last moment that it gives back. */
  readonly from: string | null;
  readonly until: string | null;
  /** How many erasures there had been when it was begun. */
  readonly erasures: string;
  /** How many there had been when the database's files were last written anew. */
  readonly scrubbed: string;
  readonly everySeconds: number;
  /** What keeps it from going on. */
  readonly failing: { readonly since: string; readonly code: string; readonly says: string } | null;
  /** A copy of all is being made since. */
  readonly beginning: string | null;
}

export const NO_STANDING: Standing = {
  generation: null,
  recipient: '',
  period: '',
  timeline: 0,
  systemId: '',
  end: 0,
  from: null,
  until: null,
  erasures: '',
  scrubbed: '',
  everySeconds: 60,
  failing: null,
  beginning: null,
};

/** Undefined where the node has no archive. */
export async function readStanding(home: string): Promise<Standing | undefined> {
  const text = await readFile(join(home, FOLDER, STANDING), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : { ...NO_STANDING, ...(JSON.parse(text) as Partial<Standing>) };
}

export async function writeStanding(home: string, standing: Standing): Promise<void> {
  await mkdir(join(home, FOLDER), { recursive: true, mode: 0o700 });
  await replaceFile(join(home, FOLDER, STANDING), `${JSON.stringify(standing)}\n`);
}

export async function forgetStanding(home: string): Promise<void> {
  await rm(join(home, FOLDER), { recursive: true, force: true });
}

/** Tells whether a file has changed: size and time of its last change, in milliseconds. */
export type KnownFiles = Readonly<Record<string, readonly [sizeBytes: number, modifiedMs: number]>>;

/** Files of the node that are in the generation, by path. */
export async function readKnown(home: string, generation: string): Promise<KnownFiles> {
  const text = await readFile(join(home, FOLDER, FILES), 'utf8').catch(() => '{}');
  const known = JSON.parse(text) as { generation?: string; files?: KnownFiles };
  return known.generation === generation ? (known.files ?? {}) : {};
}

export async function writeKnown(home: string, generation: string, files: KnownFiles): Promise<void> {
  await replaceFile(join(home, FOLDER, FILES), `${JSON.stringify({ generation, files })}\n`);
}
