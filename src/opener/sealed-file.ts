/** The two acts of the page, on files that somebody chose. What is checked is the format's checklist, in #seal/open.ts. */
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { identitiesIn } from '#seal/age-keys.ts';
import { type AgencyCard, readCard } from '#seal/card.ts';
import type { ReadOptions } from '#seal/container.ts';
import { type CheckedPackage, type OpenedPackage, openPackage, readEnvelope } from '#seal/open.ts';
import type { PackageSink } from '#seal/sink.ts';

/** What was chosen to check. */
export interface Question {
  readonly file: File;
  readonly cards: readonly AgencyCard[];
  /** When the file was received. */
  readonly at: Date;
}

/** Cards and identities are small; whatever is larger is another file, chosen by mistake. */
const MOST_TEXT_BYTES = 1024 * 1024;
/** A browser may hand over megabytes at once; their digests would take longer than a reader waits. */
const PIECE_BYTES = 256 * 1024;

/** @throws `seal/card-invalid`, `seal/signature-invalid` */
export async function readCards(files: Iterable<File>): Promise<AgencyCard[]> {
  const cards: AgencyCard[] = [];
  for (const file of files) {
    if (file.size > MOST_TEXT_BYTES) throw new IcarusError('seal/card-invalid', { field: 'file' });
    cards.push(await readCard(await file.text()));
  }
  return cards;
}

/** @throws `seal/key-unreadable` for a file without identities */
export async function readIdentities(file: File): Promise<string[]> {
  const identities = file.size > MOST_TEXT_BYTES ? [] : identitiesIn(await file.text());
  if (identities.length === 0) {
    throw new IcarusError('seal/key-unreadable', { reason: 'the file holds no age identity' });
  }
  return identities;
}

/** The courier's check: who sealed it, and is it whole. */
export function check({ file, cards, at }: Question, options: ReadOptions): Promise<CheckedPackage> {
  return readEnvelope(bytesOf(file), keyringOf(cards), at, options);
}

export interface Opening {
  readonly identities: readonly string[];
  readonly me: AgencyId;
  readonly sink: PackageSink;
}

export function open(
  { file, cards, at }: Question,
  { identities, me, sink }: Opening,
  options: ReadOptions,
): Promise<OpenedPackage> {
  const from = { stream: bytesOf(file), keyring: keyringOf(cards), at };
  return openPackage({ ...from, identities, me, sink, ...options });
}

function keyringOf(cards: readonly AgencyCard[]) {
  return { cardOf: (agencyId: AgencyId) => cards.find((card) => card.agencyId === agencyId) };
}

/** So long the page may be deaf to its reader: to a click on Cancel, above all. */
const DEAF_MS = 50;

/** The file piece by piece, as the disk gives it. Not every browser iterates streams by itself. */
async function* bytesOf(file: File): AsyncGenerator<Uint8Array, void> {
  const reader = file.stream().getReader();
  let heardAt = performance.now();
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      for (let at = 0; at < step.value.length; at += PIECE_BYTES) {
        if (performance.now() - heardAt > DEAF_MS) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          heardAt = performance.now();
        }
        yield step.value.subarray(at, at + PIECE_BYTES);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
