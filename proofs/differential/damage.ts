/** What a damage is, and the ways to make one: bytes of a finished package, or a package sealed wrongly on purpose. */
import type { ErrorCode } from '#core/error-codes.ts';
import { below, oneOf, type Random } from '#exercise/log/random.ts';
import { type Craft, craft, type Parts } from '#seal/craft.ts';
import { fieldsOf, type Party, RECEIVED_AT, SEALED_AT } from '#seal/fixtures.ts';
import type { Arrival } from './package.ts';
import type { Region } from './regions.ts';
import type { Scene } from './scene.ts';

/** Codes with which we may refuse what the tools let pass, each with the reason; nothing else may differ. */
export type Stricter = Partial<Readonly<Record<ErrorCode, string>>>;

export interface Damage {
  readonly name: string;
  readonly make: (scene: Scene, random: Random) => Promise<Arrival>;
  readonly stricter?: Stricter;
}

const FILES = {
  'summary.json': '{"targets":1}\n',
  'dossiers/Übersicht 1.txt': 'synthetic\n'.repeat(50),
  empty: '',
};

/** A package with one thing changed before it was signed or after; `other` says what its reader has instead. */
export async function crafted(
  scene: Scene,
  random: Random,
  change: Craft,
  other: Partial<Arrival> & { readonly from?: Party } = {},
): Promise<Arrival> {
  const from = other.from ?? oneOf(random(), scene.senders);
  const bytes = await craft(from, [scene.mt], { files: FILES, ...change });
  const usual = { card: from.card, reader: scene.mt, at: RECEIVED_AT, createdAt: SEALED_AT };
  return { bytes, id: fieldsOf(from, [scene.mt]).id, ...usual, ...other };
}

/** One bit of one byte of a region. */
export function flipIn(bytes: Buffer, region: Region | undefined, random: Random): Buffer {
  if (region === undefined) return bytes;
  const at = region.start + below(random(), region.end - region.start);
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ (1 << below(random(), 8));
  return changed;
}

export function regionOf(regions: readonly Region[], name: string, random: Random): Region | undefined {
  const named = regions.filter((region) => region.name === name);
  return named.length === 0 ? undefined : oneOf(random(), named);
}

export const rewritten =
  (path: string, change: (content: string) => string) =>
  (parts: Parts): Parts =>
    parts.map(([name, content]): Parts[number] => [
      name,
      name.endsWith(path) ? change(Buffer.from(content).toString('utf8')) : content,
    ]);
