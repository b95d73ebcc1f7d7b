/**
 * What lies in an archive. Each generation is a folder: a label in clear, a copy of the database's files, the pieces of
 * its log since, and the node's files. Names tell positions in the log and times, and nothing of what is in it: so
 * that anybody can see how far an archive reaches and whether it is whole, without a key.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { IcarusError } from '#core/errors.ts';

export const ARCHIVE_FORMAT = 'icarus-archive/1';
export const LABEL_FILE = 'archive.json';
export const BASE_FILE = 'base.age';
export const LOG_FOLDER = 'log';
export const FILES_FOLDER = 'files';
/** Of PostgreSQL, as `initdb` sets it. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;

/** Positions are bytes from the beginning of the server's log. */
const Position = Type.Integer({ minimum: 0 });

const Label = Type.Object(
  {
    format: Type.Literal(ARCHIVE_FORMAT),
    agencyId: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
    /** Tells whether a register has its key. */
    key: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    /** When its copy was begun, by the node's clock. */
    begunAt: Type.String({ format: 'date-time' }),
    /** First moment that can be brought back, by the server's. */
    from: Type.String({ format: 'date-time' }),
    startPosition: Position,
    stopPosition: Position,
    timeline: Type.Integer({ minimum: 1, maximum: 0xffffffff }),
    /** Of the server's cluster. */
    systemId: Type.String({ pattern: '^[0-9]{1,20}$' }),
  },
  { additionalProperties: false },
);
export type Label = Static<typeof Label>;
const check = Compile(Label);

/** A piece of the log, with all that was confirmed up to `until`. */
export interface Piece {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly until: Date;
}

export interface Generation {
  readonly folder: string;
  readonly label: Label;
  /** In their order. */
  readonly pieces: readonly Piece[];
}

/** By what a label names a key, without telling the recipient. */
export function keyTag(recipient: string): string {
  return createHash('sha256').update(recipient).digest('hex').slice(0, 16);
}

const hex = (position: number): string => position.toString(16).padStart(14, '0');

export function pieceName(start: number, end: number, until: Date): string {
  return `${hex(start)}-${hex(end)}-${until.getTime()}.age`;
}

const PIECE = /^([0-9a-f]{14})-([0-9a-f]{14})-(\d{1,15})\.age$/;

function pieceOf(name: string): Piece | undefined {
  const [, start, end, until] = PIECE.exec(name) ?? [];
  if (start === undefined || end === undefined) return undefined;
  return {
    file: name,
    start: Number.parseInt(start, 16),
    end: Number.parseInt(end, 16),
    until: new Date(Number(until)),
  };
}

/** Name of the server's file that a position lies in. */
export function segmentName(timeline: number, position: number): string {
  const segment = Math.floor(position / SEGMENT_BYTES);
  const perFile = 0x1_0000_0000 / SEGMENT_BYTES;
  return [timeline, Math.floor(segment / perFile), segment % perFile]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
}

/** Where the segment begins that a position lies in: the server reads segments from their beginning. */
export function segmentStart(position: number): number {
  return position - (position % SEGMENT_BYTES);
}

/** @returns undefined where `folder` is no whole generation. @throws archive/other-format, backup/damaged */
export async function readGeneration(folder: string): Promise<Generation | undefined> {
  const text = await readFile(join(folder, LABEL_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const label = readLabel(text, join(folder, LABEL_FILE));
  const names = await readdir(join(folder, LOG_FOLDER)).catch(() => []);
  const pieces = names.flatMap((name) => pieceOf(name) ?? []);
  return { folder, label, pieces: pieces.sort((a, b) => a.start - b.start || a.end - b.end) };
}

/** @throws archive/other-format, backup/damaged naming `place` */
export function readLabel(text: string, place: string): Label {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IcarusError('backup/damaged', { place }, { cause });
  }
  const { format } = { ...(value as object) } as { format?: unknown };
  if (typeof format === 'string' && format.startsWith('icarus-archive/') && format !== ARCHIVE_FORMAT)
    throw new IcarusError('archive/other-format', { format });
  if (!check.Check(value)) throw new IcarusError('backup/damaged', { place });
  return value;
}

/**
 * The generations of one node, oldest first.
 * @param folder of the archive, of one node in it, or of one generation
 * @throws archive/missing, archive/several-nodes, archive/other-format, backup/damaged
 */
export async function readArchive(folder: string): Promise<Generation[]> {
  const top = resolve(folder);
  const found = await generationsBelow(top, 2);
  if (found.length === 0) throw new IcarusError('archive/missing', { folder: top });
  const agencies = [...new Set(found.map(({ label }) => label.agencyId))].sort();
  if (agencies.length > 1)
    throw new IcarusError('archive/several-nodes', {
      agencies: agencies.join(', '),
      folder: join(top, agencies[0] ?? ''),
    });
  return found.sort((a, b) => Date.parse(a.label.from) - Date.parse(b.label.from));
}

async function generationsBelow(folder: string, depth: number): Promise<Generation[]> {
  const own = await readGeneration(folder);
  if (own) return [own];
  if (depth === 0 || basename(folder).startsWith('.')) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory());
  return (await Promise.all(below.map(({ name }) => generationsBelow(join(folder, name), depth - 1)))).flat();
}

export interface Reach {
  readonly from: Date;
  /** Last moment that can be brought back; undefined where there is none yet. */
  readonly until: Date | undefined;
  /** First file of the server's log of which something is missing, where pieces follow. */
  readonly gap: string | undefined;
  /** Those without a gap between. */
  readonly pieces: readonly Piece[];
}

/** How far a generation reaches: up to its newest piece, or to the first gap. */
export function reachOf({ label, pieces }: Generation): Reach {
  const from = new Date(label.from);
  const whole: Piece[] = [];
  let end = segmentStart(label.startPosition);
  for (const piece of pieces) {
    if (piece.start > end)
      return { from, until: usable(whole, label), gap: segmentName(label.timeline, end), pieces: whole };
    // One that ends no later was written again after a crash, with more in it.
    if (piece.end <= end && whole.length > 0) continue;
    whole.push(piece);
    end = piece.end;
  }
  return { from, until: usable(whole, label), gap: undefined, pieces: whole };
}

/** A database is whole only with the log up to the end of its copying. */
function usable(pieces: readonly Piece[], { stopPosition }: Label): Date | undefined {
  const last = pieces.at(-1);
  return last && last.end >= stopPosition ? last.until : undefined;
}
