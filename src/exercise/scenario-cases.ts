/**
 * Cases of the story that stand out. That there was a suspect who groomed a child and was arrested before he
 * could meet the child, and a suspect in Denmark with 29 terabytes, was published on 16 December 2011; the
 * country of the first and everything else here is synthetic. Counts only: a victim is a number.
 */

import type { Flag } from '#casework/types.ts';
import type { CountryCode } from '#core/countries.ts';

export interface NotableCase {
  readonly country: CountryCode;
  /** Number of the suspect in the order in which the country identifies them, from 0. */
  readonly suspect: number;
  readonly flags: readonly Flag[];
  readonly victimsSafeguarded: number;
  /** What was seized, where the case is known for it. */
  readonly seized?: { readonly devices: number; readonly bytes: number };
  readonly note: string;
}

export const TERABYTE = 1_000_000_000_000;

export const NOTABLE_CASES: readonly NotableCase[] = [
  {
    country: 'BE',
    suspect: 0,
    flags: ['hands-on', 'imminent-risk'],
    victimsSafeguarded: 1,
    note: 'Arrested before a planned meeting with a child. Country synthetic.',
  },
  {
    country: 'DK',
    suspect: 2,
    flags: [],
    victimsSafeguarded: 0,
    seized: { devices: 61, bytes: 29 * TERABYTE },
    note: '29 TB seized from one suspect, about 9,000 hours of video.',
  },
  { country: 'DE', suspect: 0, flags: ['producer'], victimsSafeguarded: 2, note: 'Synthetic.' },
  { country: 'FR', suspect: 1, flags: ['hands-on'], victimsSafeguarded: 1, note: 'Synthetic.' },
  { country: 'ES', suspect: 0, flags: ['producer'], victimsSafeguarded: 1, note: 'Synthetic.' },
  { country: 'SE', suspect: 0, flags: ['producer', 'hands-on'], victimsSafeguarded: 2, note: 'Synthetic.' },
  { country: 'PL', suspect: 2, flags: ['producer'], victimsSafeguarded: 0, note: 'Synthetic.' },
  { country: 'IT', suspect: 1, flags: ['hands-on'], victimsSafeguarded: 1, note: 'Synthetic.' },
];

export function notableCase(country: CountryCode, suspect: number): NotableCase | undefined {
  return NOTABLE_CASES.find((one) => one.country === country && one.suspect === suspect);
}
