/** The inputs that are kept: proofs/corpus/PARSER, one file each. What once broke a parser stays in it. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORPUS } from './fixed-party.ts';

export interface CorpusInput {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function readCorpus(parser: string): CorpusInput[] {
  const folder = join(CORPUS, parser);
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, bytes: Uint8Array.from(readFileSync(join(folder, name))) }));
}

/** @returns the file that now keeps it */
export function keepInput(parser: string, kind: string, bytes: Uint8Array): string {
  const name = `${kind}-${createHash('sha256').update(bytes).digest('hex').slice(0, 10)}`;
  const path = join(CORPUS, parser, name);
  writeFileSync(path, bytes);
  return path;
}
