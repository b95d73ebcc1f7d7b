/** Choosing what brings a node back to a moment: the generation, and the pieces of its log. Pure, but for the keys. */

import type { BackupKeys } from '#assembly/backup/open-backup.ts';
import { IcarusError } from '#core/errors.ts';
import { unwrapKeys } from '#protection/backup-keys.ts';
import { type Generation, keyTag, type Piece, type Reach, reachOf, readArchive } from './layout.ts';

export interface Chosen {
  readonly generation: Generation;
  /** From the beginning up to the one that has the moment in it. */
  readonly pieces: readonly Piece[];
  readonly identity: string;
}

/**
 * @throws archive/missing, archive/several-nodes, archive/not-yet, archive/closed, archive/gap, archive/not-kept,
 *   backup/needs-identity, backup/needs-register, backup/no-identity
 */
export async function openArchive(folder: string, keys: BackupKeys, to: Date): Promise<Chosen> {
  const generations = await readArchive(folder);
  if (keys.identities.length === 0) throw new IcarusError('backup/needs-identity');
  if (keys.register === undefined) throw new IcarusError('backup/needs-register');
  const identities = new Map<string, string>();
  for (const [recipient, identity] of await unwrapKeys(keys.register, keys.identities))
    identities.set(keyTag(recipient), identity);
  const generation = choose(generations, (key) => identities.has(key), to);
  const identity = identities.get(generation.label.key) ?? '';
  const { pieces } = reachOf(generation);
  return { generation, identity, pieces: piecesUpTo(pieces, to) };
}

/** What is needed to replay up to `to`: the piece that has it in it is the last. */
function piecesUpTo(pieces: readonly Piece[], to: Date): Piece[] {
  const last = pieces.findIndex(({ until }) => until >= to);
  return pieces.slice(0, last + 1);
}

/**
 * @param opens whether the register has this key
 * @throws archive/not-yet, archive/closed, archive/gap, archive/not-kept
 */
export function choose(
  generations: readonly Generation[],
  opens: (key: string) => boolean,
  to: Date,
): Generation {
  const all = generations.map((generation) => ({ generation, reach: reachOf(generation) }));
  const open = all.filter(({ generation }) => opens(generation.label.key));
  const found = open.findLast(({ reach }) => covers(reach, to));
  if (found) return found.generation;
  const facts = { to: to.toISOString(), reach: reachWords(open.map(({ reach }) => reach)) };
  const torn = open.findLast(({ generation, reach }) => reach.gap !== undefined && spans(generation, to))
    ?.reach.gap;
  if (torn !== undefined) throw new IcarusError('archive/gap', { ...facts, segment: torn });
  const closed = all.some(({ generation }) => !opens(generation.label.key) && spans(generation, to));
  if (closed) throw new IcarusError('archive/closed', facts);
  const newest = Math.max(...all.map(({ generation }) => lastMoment(generation).getTime()));
  throw new IcarusError(to.getTime() > newest ? 'archive/not-yet' : 'archive/not-kept', facts);
}

function covers({ from, until }: Reach, to: Date): boolean {
  return from <= to && until !== undefined && to <= until;
}

/** By its first and last moment, whatever is missing between. */
function spans(generation: Generation, to: Date): boolean {
  return new Date(generation.label.from) <= to && to <= lastMoment(generation);
}

function lastMoment({ label, pieces }: Generation): Date {
  return pieces.at(-1)?.until ?? new Date(label.from);
}

/** As the refusals say it. */
function reachWords(reaches: readonly Reach[]): string {
  const spans = reaches.flatMap(({ from, until }) =>
    until === undefined ? [] : [`from ${from.toISOString()} to ${until.toISOString()}`],
  );
  return spans.length === 0 ? 'back to no moment' : spans.join(', and ');
}
