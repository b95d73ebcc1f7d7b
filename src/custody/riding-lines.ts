/**
 * What nodes tell each other of their logs with every message, as lines of its bag-info.txt: a line holds
 * 200 characters, so each text goes in base64 over numbered lines, `Log-Checkpoint-1`, `Log-Checkpoint-2` …
 * They are signed with the message. Pure.
 */
const CHUNK = 180;
const MAX_CHUNKS = 120;

/** The sender's newest checkpoint, a signed note with cosignatures. */
export const CHECKPOINT = 'Log-Checkpoint';
/** Proofs that it extends what the recipients cosigned before. */
export const CONSISTENCY = 'Log-Consistency';
/** The sender's newest cosignatures on the recipients' logs. */
export const COSIGNATURES = 'Log-Cosignature';
/** Checkpoints that contradict each other. */
export const FORKS = 'Log-Fork';

export type Lines = Readonly<Record<string, string>>;

export function toLines(label: string, text: string): Record<string, string> {
  const chunks =
    Buffer.from(text, 'utf8')
      .toString('base64')
      .match(/.{1,180}/g) ?? [];
  return Object.fromEntries(chunks.map((chunk, at) => [`${label}-${at + 1}`, chunk]));
}

/** The text under a label; undefined where there is none, or it is damaged. */
export function fromLines(label: string, lines: Lines): string | undefined {
  const chunks: string[] = [];
  for (let at = 1; at <= MAX_CHUNKS; at++) {
    const chunk = lines[`${label}-${at}`];
    if (chunk === undefined) break;
    if (chunk.length > CHUNK || !/^[A-Za-z0-9+/]+={0,2}$/.test(chunk)) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 0 ? undefined : Buffer.from(chunks.join(''), 'base64').toString('utf8');
}

/** A proof that a tree extends the one of `size` leaves. */
export interface Consistency {
  readonly size: number;
  readonly proof: readonly Buffer[];
}

/** One line a proof: the old size, then the hashes in base64. */
export function writeConsistency(proofs: readonly Consistency[]): string {
  return proofs
    .map(({ size, proof }) => `${[size, ...proof.map((hash) => hash.toString('base64'))].join(' ')}\n`)
    .join('');
}

export function readConsistency(text: string): Consistency[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [size = '', ...hashes] = line.split(' ');
      return { size: Number(size), proof: hashes.map((hash) => Buffer.from(hash, 'base64')) };
    });
}

/** A cosignature on its way back: which log, which size, and the signature line. */
export interface Returned {
  readonly origin: string;
  readonly size: number;
  readonly line: string;
}

export function writeReturned(all: readonly Returned[]): string {
  return all.map(({ origin, size, line }) => `${origin} ${size} ${line}\n`).join('');
}

export function readReturned(text: string): Returned[] {
  return text.split('\n').flatMap((entry) => {
    const [, origin = '', size = '', line = ''] = /^(\S+) (\d{1,15}) (\u2014 .+)$/.exec(entry) ?? [];
    return origin === '' ? [] : [{ origin, size: Number(size), line }];
  });
}

/** Two notes of one log that contradict each other. */
export interface Evidence {
  readonly first: string;
  readonly second: string;
}

export function writeForks(forks: readonly Evidence[]): string {
  const coded = (note: string) => Buffer.from(note, 'utf8').toString('base64');
  return forks.map(({ first, second }) => `${coded(first)} ${coded(second)}\n`).join('');
}

export function readForks(text: string): Evidence[] {
  const decoded = (note: string) => Buffer.from(note, 'base64').toString('utf8');
  return text.split('\n').flatMap((line) => {
    const [first, second] = line.split(' ');
    return first && second ? [{ first: decoded(first), second: decoded(second) }] : [];
  });
}
