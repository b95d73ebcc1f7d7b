/**
 * Networks: what confirmed hits connect. They are worked out from the decisions that stand whenever they
 * are asked for, so a decision taken back dissolves what it made. A suspect and the target whose user he
 * is, by his country's word, count as one.
 */
import type { CountryCode } from '#core/countries.ts';
import type { Id } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import { components } from './components.ts';
import type { Hit, HitSide } from './hit.ts';
import { type HitFilter, hitsPage } from './hit-store.ts';

export type NetworkId = Id<'network'>;
export const NETWORK_KINDS = ['known-network', 'new-group', 'single'] as const;
export type NetworkKind = (typeof NETWORK_KINDS)[number];

export interface Network {
  /** Of its earliest subject: it stays while the network grows. */
  readonly networkId: NetworkId;
  /**
   * known-network: a member is a holding of a named network. new-group: at least two suspects or targets,
   * in no known network. single: one suspect or target that this agency knew.
   */
  readonly kind: NetworkKind;
  /** Names of the known networks that it touches. */
  readonly names: readonly string[];
  /** Suspects and targets; a suspect and his own target count as one. */
  readonly persons: number;
  readonly countries: readonly CountryCode[];
  readonly members: readonly Omit<HitSide, 'selectors'>[];
  /** The confirmed hits that make it. */
  readonly hits: readonly Hit[];
}

const HITS_AT_ONCE = 1000;

/** Every network of the operation at `at`: known networks first, then the larger. */
export async function networks(
  db: Db,
  of: Pick<HitFilter, 'operationId' | 'without'>,
  at: Date,
): Promise<Network[]> {
  const hits: Hit[] = [];
  for (;;) {
    const page = { sort: 'found' as const, offset: hits.length, limit: HITS_AT_ONCE };
    const more = await hitsPage(db, { ...of, state: 'same' }, at, page);
    hits.push(...more);
    if (more.length < HITS_AT_ONCE) return networksOf(hits);
  }
}

/** Pure: the networks that these hits, all of them confirmed, make. */
export function networksOf(hits: readonly Hit[]): Network[] {
  const sides = new Map(hits.flatMap((hit) => hit.sides.map((side) => [side.id, side] as const)));
  const own = ownTargets([...sides.values()]);
  const groups = components([...hits.map(({ sides: [one, other] }) => [one.id, other.id] as const), ...own]);
  return groups
    .map((ids) =>
      networkOf(
        ids.flatMap((id) => sides.get(id) ?? []),
        hits,
        own,
      ),
    )
    .sort(
      (a, b) =>
        NETWORK_KINDS.indexOf(a.kind) - NETWORK_KINDS.indexOf(b.kind) ||
        b.persons - a.persons ||
        (a.networkId < b.networkId ? -1 : 1),
    );
}

/** Suspects linked with their own targets, where both are in confirmed hits. */
function ownTargets(sides: readonly HitSide[]): (readonly [string, string])[] {
  const targets = new Map(
    sides.filter(({ kind }) => kind === 'target').map((side) => [side.reference, side.id]),
  );
  return sides.flatMap((side) => {
    const target = side.kind === 'suspect' && side.targetId !== null ? targets.get(side.targetId) : undefined;
    return target === undefined ? [] : [[side.id, target] as const];
  });
}

function networkOf(
  sides: readonly HitSide[],
  hits: readonly Hit[],
  own: readonly (readonly [string, string])[],
): Network {
  const ids = new Set(sides.map(({ id }) => id));
  const subjects = sides.filter(({ kind }) => kind !== 'holding').map(({ id }) => id);
  const names = [...new Set(sides.flatMap(({ network }) => network ?? []))].sort();
  // Two suspects of one target are two persons; each target joins one of its suspects.
  const joined = new Set(own.filter(([suspect]) => ids.has(suspect)).map(([, target]) => target));
  const persons = subjects.length - joined.size;
  return {
    networkId: `network_${(subjects.sort()[0] ?? '').replace(/^subject_/, '')}` as NetworkId,
    kind: names.length > 0 ? 'known-network' : persons >= 2 ? 'new-group' : 'single',
    names,
    persons,
    countries: [...new Set(sides.flatMap(({ country }) => country ?? []))].sort(),
    members: sides.map(withoutSelectors),
    hits: hits.filter(({ sides: [one] }) => ids.has(one.id)),
  };
}

function withoutSelectors(side: HitSide): Omit<HitSide, 'selectors'> {
  const { selectors: _, ...member } = side;
  return member;
}
