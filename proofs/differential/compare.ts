/**
 * One package, two verdicts. Ours may be the stricter one, for a code and a reason that the damage names;
 * we never take what the tools refuse.
 */
import { IcarusError } from '#core/errors.ts';
import { chunksOf, keyringOf, memorySink } from '#seal/fixtures.ts';
import { openPackage } from '#seal/open.ts';
import type { Damage } from './damage.ts';
import { officersVerdict } from './officer.ts';
import type { Arrival } from './package.ts';

export interface Comparison {
  readonly damage: string;
  /** `accepts` or a code; whatever else was thrown, as text. */
  readonly ours: string;
  /** `accepts` or where it stops. */
  readonly theirs: string;
  readonly verdict: 'both accept' | 'both refuse' | 'ours is stricter' | 'disagreement';
}

export async function compared(arrival: Arrival, damage: Damage | undefined): Promise<Comparison> {
  const [ours, theirs] = await Promise.all([ourVerdict(arrival), officersVerdict(arrival)]);
  return { damage: damage?.name ?? 'none', ours, theirs, verdict: judged(ours, theirs, damage) };
}

function judged(ours: string, theirs: string, damage: Damage | undefined): Comparison['verdict'] {
  // An undamaged package opens, for both.
  if (damage === undefined && (ours !== 'accepts' || theirs !== 'accepts')) return 'disagreement';
  if (ours === 'accepts') return theirs === 'accepts' ? 'both accept' : 'disagreement';
  if (!ours.startsWith('seal/')) return 'disagreement';
  if (theirs !== 'accepts') return 'both refuse';
  return Object.hasOwn(damage?.stricter ?? {}, ours) ? 'ours is stricter' : 'disagreement';
}

async function ourVerdict({ bytes, card, reader, at, id }: Arrival): Promise<string> {
  const sink = memorySink();
  const keys = { keyring: keyringOf(card), identities: [reader.identity], me: reader.card.agencyId };
  try {
    const { envelope } = await openPackage({ stream: chunksOf(bytes, 10_000), ...keys, at, sink });
    // What the officer reads of the envelope: is it the one that was announced?
    return envelope.id === id && envelope.from === 'dk' ? 'accepts' : 'seal/envelope-invalid';
  } catch (error) {
    return error instanceof IcarusError ? error.code : String(error);
  }
}
