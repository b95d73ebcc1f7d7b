/**
 * What is planted for the cross-match: a known offender, a member of a known network, a group over three
 * countries that nobody knew, a resemblance that is none and one that stays open. All synthetic: the public
 * record says only that many suspects were known already and that networks were looked for.
 */
import type { Decision } from '#crossmatch/hit.ts';
import type { SelectorType } from '#crossmatch/selectors.ts';

export interface PlantedSelector {
  readonly type: SelectorType;
  readonly value: string;
}

/** A hit that the story must find, and what the officer decides on it. */
export interface PlantedHit {
  /** References of both sides: suspects as `SE-1`, persons known as `Person 0042`. */
  readonly sides: readonly [string, string];
  /** What both sides carry. */
  readonly shared: readonly PlantedSelector[];
  readonly decision: Decision;
  readonly reason: string;
}

export const KNOWN_NETWORK = 'Network Kestrel (invented)';
/** Persons of the known network; the first is the one that a suspect turns out to be. */
export const NETWORK_MEMBERS = ['Person 0103', 'Person 0104', 'Person 0105', 'Person 0106'] as const;

export const PLANTED_HITS: readonly PlantedHit[] = [
  {
    sides: ['SE-1', 'Person 0042'],
    shared: [
      { type: 'e-mail', value: 'heron-42@known.example' },
      { type: 'phone', value: '+44 7700 900042' },
      { type: 'nickname', value: 'Grey Heron 42' },
    ],
    decision: 'same',
    reason: 'Three selectors agree; the officer who led the earlier case confirms it.',
  },
  {
    sides: ['FR-2', NETWORK_MEMBERS[0]],
    shared: [
      { type: 'e-mail', value: 'kestrel-3@known.example' },
      { type: 'device-serial', value: 'KST-2009-000103' },
    ],
    decision: 'same',
    reason: 'The seized device is the one that the network was known by.',
  },
  {
    sides: ['FI-1', 'Person 1200'],
    shared: [{ type: 'phone', value: '+44 7700 900120' }],
    decision: 'same',
    reason: 'The subscriber of the number is the same in both cases.',
  },
  {
    sides: ['DE-1', 'PL-3'],
    shared: [{ type: 'e-mail', value: 'three-lakes@group.example' }],
    decision: 'same',
    reason: 'Both used one mailbox; the provider confirms it. One group.',
  },
  {
    sides: ['ES-1', 'PL-3'],
    shared: [{ type: 'device-serial', value: 'TLK 7781-0042-X' }],
    decision: 'same',
    reason: 'One camera, lent from one to the other. One group.',
  },
  {
    sides: ['DE-1', 'ES-1'],
    shared: [{ type: 'nickname', value: 'Lake Warden Seven' }],
    decision: 'same',
    reason: 'An unusual name that both used in the same weeks. One group.',
  },
  {
    sides: ['AT-1', 'Person 0777'],
    shared: [{ type: 'nickname', value: 'bluebird' }],
    decision: 'not-same',
    reason: 'A common word; the person known was abroad without a connection at the time.',
  },
  {
    sides: ['IE-1', 'Person 0900'],
    shared: [{ type: 'address', value: '203.0.113.77' }],
    decision: 'unsure',
    reason: 'The address was shared by a household; the operator is asked.',
  },
];

/** Too many persons known have it for it to say anything. */
export const COMMON_NICKNAME: PlantedSelector = { type: 'nickname', value: 'Anonymous' };
/** A suspect who uses it, and is not matched by it. */
export const COMMON_SUSPECT = 'NO-2';

/** What is planted on one side, by its reference. */
export function plantedOn(reference: string): PlantedSelector[] {
  const planted = PLANTED_HITS.filter(({ sides }) => sides.includes(reference)).flatMap(
    ({ shared }) => shared,
  );
  return reference === COMMON_SUSPECT ? [...planted, COMMON_NICKNAME] : planted;
}
