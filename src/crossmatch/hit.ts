/**
 * A hit: equal selectors on two sides. It states a match of values, not of persons; an officer decides
 * whether both sides are the same. Pure: its reason in words, and what may be passed on.
 */
import { type CountryCode, countryName } from '#core/countries.ts';
import type { Handling } from '#core/handling.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { Selector, SelectorType } from './selectors.ts';
import type { HitId, Information } from './types.ts';

export const DECISIONS = ['same', 'not-same', 'unsure'] as const;
export type Decision = (typeof DECISIONS)[number];
export const HIT_STATES = ['undecided', ...DECISIONS] as const;

export type MatchedSelector = Selector;

export interface HitSide extends Information {
  readonly kind: 'suspect' | 'target' | 'holding';
  readonly id: string;
  /** Whose information it is; null: this agency's own. */
  readonly agencyId: AgencyId | null;
  /** Null for a holding. */
  readonly country: CountryCode | null;
  /** The owner's own reference; for a target its id. */
  readonly reference: string;
  /** The system that a holding comes from. */
  readonly source: string | null;
  /** The known network that a holding is a member of. */
  readonly network: string | null;
  readonly targetId: string | null;
  /** Those that matched, as this side wrote them. */
  readonly selectors: readonly MatchedSelector[];
}

export interface Decided {
  readonly version: number;
  readonly decision: Decision;
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedAt: Date;
}

export interface Hit {
  readonly hitId: HitId;
  readonly operationId: OperationId;
  readonly foundAt: Date;
  readonly selectors: readonly Pick<Selector, 'type' | 'value'>[];
  /** The second is the holding, where one is. */
  readonly sides: readonly [HitSide, HitSide];
  /** The decision that stands; undefined: nobody has decided. */
  readonly current: Decided | undefined;
  /** A further selector matched after the decision: it is worth another look. */
  readonly grownSince: boolean;
}

/** known: this agency held the one side already; new: both came with this operation. */
export function standingOf(hit: Pick<Hit, 'sides'>): 'known' | 'new' {
  return hit.sides[1].kind === 'holding' ? 'known' : 'new';
}

const NOUNS: Readonly<Record<SelectorType, readonly [string, string]>> = {
  address: ['internet address', 'internet addresses'],
  'client-id': ['client id', 'client ids'],
  'e-mail': ['e-mail address', 'e-mail addresses'],
  phone: ['telephone number', 'telephone numbers'],
  nickname: ['nickname', 'nicknames'],
  'device-serial': ['device serial number', 'device serial numbers'],
  'file-hash': ['file hash', 'file hashes'],
  'name-with-birth-date': ['name with birth date', 'names with birth date'],
};

/** Why it is a hit, in one sentence. Names types and owners; the values stand beside it. */
export function reasonOf(hit: Pick<Hit, 'selectors' | 'sides'>): string {
  const byType = Map.groupBy(hit.selectors, ({ type }) => type);
  const equal = [...byType].map(
    ([type, { length }]) => `${length === 1 ? 'one' : length} ${NOUNS[type][length === 1 ? 0 : 1]}`,
  );
  const when =
    byType.has('address') && hit.sides.every(({ kind }) => kind === 'target')
      ? ', the addresses at overlapping times'
      : '';
  const [one, other] = hit.sides.map(sideName);
  return `${one} and ${other} have ${listed(equal)} in common${when}.`;
}

function sideName(side: HitSide, position: number): string {
  const name =
    side.kind === 'holding'
      ? `holding ${side.reference} of ${side.source}`
      : `${side.kind} ${side.reference} of ${countryName(side.country ?? '')}`;
  return position === 0 ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** May one side's content leave this agency? */
export interface SideDissemination {
  readonly allowed: boolean;
  /** In words, for the officer and the log. */
  readonly reason: string;
}

export interface Dissemination {
  /** Both sides may go: then the hit as a whole may. */
  readonly allowed: boolean;
  readonly reason: string;
  /** In the order of the hit's sides. */
  readonly sides: readonly [SideDissemination, SideDissemination];
  /** What binds a recipient although it blocks nothing here. */
  readonly notes: readonly string[];
}

/**
 * Handling codes travel with their side (Council doc 6243/18). H2 blocks: no further dissemination
 * without the provider's permission. H3 blocks too: its text is for a person to judge, never for us.
 * H1 is noted, since it binds whoever would use the content in court.
 */
export function mayDisseminate(hit: Pick<Hit, 'sides'>): Dissemination {
  const [one, other] = hit.sides;
  const sides = [sideDissemination(one), sideDissemination(other)] as const;
  const blocked = sides.find(({ allowed }) => !allowed);
  return {
    allowed: blocked === undefined,
    reason: blocked?.reason ?? 'no handling code of either side forbids it',
    sides,
    notes: hit.sides
      .filter(({ handling }) => handling.codes.includes('H1'))
      .map(
        (side) =>
          `H1: what ${provider(side)} states is not to be disclosed in judicial proceedings without permission`,
      ),
  };
}

function sideDissemination(side: HitSide): SideDissemination {
  const { codes, text }: Handling = side.handling;
  if (codes.includes('H2'))
    return {
      allowed: false,
      reason: `H2: no further dissemination without the permission of ${provider(side)}`,
    };
  if (codes.includes('H3'))
    return { allowed: false, reason: `H3: ask ${provider(side)} first; its restriction reads: ${text}` };
  return { allowed: true, reason: 'no handling code forbids it' };
}

function provider(side: HitSide): string {
  return side.agencyId ?? side.source ?? 'its owner';
}
