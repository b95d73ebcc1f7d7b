/**
 * The table "2011, for exercises": what the states had in force in the autumn of 2011 under Directive
 * 2006/24/EC or without it. Periods of EU states stand in the Commission's evaluation of April 2011; rows
 * that nobody checked again against the law itself are marked as not verified. For work on a real case
 * each agency enters its own.
 */
import { daysOfMonths, type RetentionRuleContent } from './rule-types.ts';

/** Name of the table, for the command line and the log. */
export const SEED_2011 = '2011-exercise';

const EVALUATION = 'COM(2011) 225; table "2011, for exercises"';
const TABLE = 'table "2011, for exercises"';
const VERIFIED_BY = 'Icarus, from published law';
const VERIFIED_ON = new Date('2026-11-26T00:00:00Z');
const DIRECTIVE = 'Directive 2006/24/EC, Art. 6';

interface Row {
  readonly country: string;
  readonly months: number;
  readonly law?: string;
  readonly from?: string;
  readonly until?: string;
}

const NO_RULE = 'no rule in force in 2011';

const VERIFIED: readonly Row[] = [
  ...['DK', 'IE', 'GB', 'FR', 'ES', 'IT', 'PT', 'BG'].map((country) => ({ country, months: 12 })),
  { country: 'PL', months: 24 },
  { country: 'CY', months: 6 },
  { country: 'NL', months: 12, until: '2011-07-16' },
  { country: 'NL', months: 6, from: '2011-07-16' },
  ...['DE', 'CZ', 'RO', 'AT', 'SE', 'BE'].map((country) => ({ country, months: 0, law: NO_RULE })),
];

const NOT_VERIFIED: readonly Row[] = [
  ...['EE', 'FI', 'GR', 'HU'].map((country) => ({ country, months: 12 })),
  { country: 'LV', months: 18 },
  { country: 'SI', months: 8 },
  ...['LU', 'LT', 'SK', 'MT'].map((country) => ({ country, months: 6 })),
  { country: 'HR', months: 12, law: 'national law' },
  { country: 'CH', months: 6, law: 'national law' },
  { country: 'NO', months: 0, law: NO_RULE },
];

/** The rows, as a person would enter them. */
export function seed2011(): RetentionRuleContent[] {
  return [
    ...VERIFIED.map((row) => toContent(row, { verifiedBy: VERIFIED_BY, verifiedOn: VERIFIED_ON })),
    ...NOT_VERIFIED.map((row) => toContent(row, { verifiedBy: null, verifiedOn: null })),
  ];
}

const OUTSIDE_THE_UNION = new Set(['HR', 'CH', 'NO']);

function toContent(
  { country, months, law = DIRECTIVE, from, until }: Row,
  verification: Pick<RetentionRuleContent, 'verifiedBy' | 'verifiedOn'>,
): RetentionRuleContent {
  return {
    country,
    operator: null,
    asn: null,
    dataClass: 'address-assignment',
    daysKept: daysOfMonths(months),
    inForceFrom: from === undefined ? null : new Date(`${from}T00:00:00Z`),
    inForceUntil: until === undefined ? null : new Date(`${until}T00:00:00Z`),
    legalReference: months === 0 ? law : `${law}: ${months} months`,
    source: OUTSIDE_THE_UNION.has(country) ? TABLE : EVALUATION,
    ...verification,
  };
}
