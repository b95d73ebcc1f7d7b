/**
 * The story that the exercise plays: Operation Icarus (Europol, 2011) as far as the public record goes, and
 * what had to be invented beside it, each marked. Nothing here names a real person.
 *
 * Sources: [E] Europol's statement "Operation Icarus Press Conference" of 16 December 2011 and its operation
 * page; [D] the press documents prepared for the event (draft release, speaking points, note with the list
 * of countries and provisional figures); [P] what the press printed from the conference of that day.
 */
import { type CountryCode, countryName } from '#core/countries.ts';
import type { AgencyId } from '#core/ids.ts';
import { EUROJUST, INTERPOL } from '#referrals/types.ts';

/** Printed by every screen and document that shows a figure of a country. */
export const SYNTHETIC_NOTE = 'Synthetic exercise data: the split by country was never published.';

/** Marks what was invented; `note` is printed where it is shown. */
export interface Synthetic {
  readonly synthetic: true;
  readonly note: string;
}

export interface ScenarioAgency {
  readonly agencyId: AgencyId;
  readonly name: string;
  /** Null: not a state. */
  readonly country: CountryCode | null;
  /** Invented role names; the first prepares, the second approves. */
  readonly officers: readonly [string, string];
  /** Why this one is invented; null where the public record names it. */
  readonly synthetic: Synthetic | null;
}

/**
 * The 22 countries of the final result [E]. The press list printed 21 of them: Bulgaria, positive in the
 * provisional list [D], is missing from some prints [P].
 */
export const PUBLISHED_PARTICIPANTS = [
  'AT',
  'BE',
  'BG',
  'HR',
  'CY',
  'CZ',
  'DK',
  'EE',
  'FI',
  'FR',
  'DE',
  'IE',
  'IT',
  'LU',
  'MT',
  'NL',
  'NO',
  'PL',
  'SK',
  'ES',
  'SE',
  'CH',
] as const satisfies readonly CountryCode[];

/** 26 countries took part [E]; four are not named anywhere. These are the exercise's choice. */
export const INVENTED_PARTICIPANTS = ['GR', 'HU', 'PT', 'RO'] as const satisfies readonly CountryCode[];

export const PARTICIPANTS: readonly CountryCode[] = [...PUBLISHED_PARTICIPANTS, ...INVENTED_PARTICIPANTS];

/** Denmark's high-tech crime unit led; Europol coordinated [E]. */
const LEAD: CountryCode = 'DK';
export const COORDINATOR = 'europol' as AgencyId;

export function agencyIdOf(country: CountryCode): AgencyId {
  return country.toLowerCase() as AgencyId;
}

export const LEAD_AGENCY = agencyIdOf(LEAD);

/** The coordinator first, then one national unit a country, then where referrals go, which takes no part in the operation. */
export const AGENCIES: readonly ScenarioAgency[] = [
  { agencyId: COORDINATOR, name: 'Europol', country: null, officers: officersOf('Europol'), synthetic: null },
  ...PARTICIPANTS.map((country) => ({
    agencyId: agencyIdOf(country),
    name: `${countryName(country)} national unit`,
    country,
    officers: officersOf(country),
    synthetic: isInvented(country)
      ? { synthetic: true as const, note: 'Synthetic: the public record does not name this participant.' }
      : null,
  })),
  { agencyId: INTERPOL, name: 'Interpol', country: null, officers: officersOf('Interpol'), synthetic: null },
  { agencyId: EUROJUST, name: 'Eurojust', country: null, officers: officersOf('Eurojust'), synthetic: null },
];

function officersOf(desk: string): readonly [string, string] {
  return [`Officer ${desk}-1`, `Officer ${desk}-2`];
}

export function isInvented(country: CountryCode): boolean {
  return (INVENTED_PARTICIPANTS as readonly string[]).includes(country);
}

export const CODE_NAME = 'Icarus';

/** Moments of the story, UTC. The dates are published unless marked; the hours are the exercise's. */
export const MOMENTS = {
  /** Synthetic: the lead observed for weeks; the first day is not public. */
  collectionFrom: new Date('2011-08-08T00:00:00Z'),
  /** "Until a few days before the meeting" [D]; the day itself is synthetic. First instant after collection. */
  collectionUntil: new Date('2011-09-17T00:00:00Z'),
  /** Operational meeting at Europol, 21 September 2011 [D]. */
  meeting: new Date('2011-09-21T09:00:00Z'),
  meetingEnds: new Date('2011-09-21T12:30:00Z'),
  /** All packages left within 24 hours of the meeting [D]. */
  dissemination: new Date('2011-09-21T14:00:00Z'),
  /** Synthetic: the day before the provisional figures, on which exhibits, matches and referrals are played. */
  exhibits: new Date('2011-12-05T06:00:00Z'),
  matches: new Date('2011-12-05T10:00:00Z'),
  referrals: new Date('2011-12-05T14:00:00Z'),
  /** Synthetic: the provisional figures [D] were drawn up before the event; their date is not public. */
  provisional: new Date('2011-12-06T09:00:00Z'),
  /** Press conference, 16 December 2011 [E]. */
  final: new Date('2011-12-16T09:00:00Z'),
} as const;

/** "Within 24 hours, to guarantee the integrity of data and to ensure a fast reaction" [D]. */
export const DISSEMINATION_HOURS = 24;

/**
 * Provisional figures [D]. Here and in the final figures suspects identified include those arrested or
 * detained: "220 suspects identified of whom 101 arrested or detained".
 */
export const PROVISIONAL = {
  positiveCountries: [
    'AT',
    'BE',
    'BG',
    'CY',
    'DK',
    'EE',
    'FI',
    'FR',
    'DE',
    'IE',
    'LU',
    'NO',
    'PL',
    'SK',
    'ES',
    'SE',
    'CH',
  ] as const satisfies readonly CountryCode[],
  /** One target, not actionable. */
  notActionable: 'MT',
  /** Negative results. */
  negative: 'HR',
  suspectsIdentified: 220,
  suspectsArrested: 101,
} as const;

/**
 * Final figures [E]: 269 suspects identified, 112 arrested, in 22 of 26 countries. The texts differ on
 * whether the 269 contain the 112 ("112 arrested and 269 more identified" [P]; "identify 269 suspects and
 * arrest 112" [E]). The exercise counts as the provisional list does: identified includes arrested.
 */
export const FINAL = {
  countries: PUBLISHED_PARTICIPANTS,
  suspectsIdentified: 269,
  suspectsArrested: 112,
} as const;
