/** What a rule must be before it is entered, and what two rules must not be together. Pure. */
import { isCountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import { DATA_CLASSES, MOST_DAYS_KEPT, type RetentionRuleContent } from './rule-types.ts';

const LONGEST_TEXT = 400;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const MOST_ASN = 4_294_967_295;

/** What is wrong with `rule`, in words that end a sentence; undefined where nothing is. */
export function faultOf(rule: RetentionRuleContent): string | undefined {
  const faults: readonly (readonly [wrong: boolean, words: string])[] = [
    [!isCountryCode(rule.country), `"${rule.country.slice(0, 10)}" is not a country that Icarus knows`],
    [!DATA_CLASSES.includes(rule.dataClass), `the class of data must be one of ${DATA_CLASSES.join(', ')}`],
    [
      !Number.isInteger(rule.daysKept) || rule.daysKept < 0 || rule.daysKept > MOST_DAYS_KEPT,
      `the days kept must be a whole number from 0 to ${MOST_DAYS_KEPT}`,
    ],
    [
      rule.asn !== null && (!Number.isInteger(rule.asn) || rule.asn < 0 || rule.asn > MOST_ASN),
      'the autonomous system must be a number',
    ],
    [rule.operator !== null && !isText(rule.operator), 'the operator must be a line of text'],
    [!isText(rule.legalReference), 'it needs the law that it comes from, as one line'],
    [!isText(rule.source), 'it needs the source that it was taken from, as one line'],
    [
      (rule.verifiedBy === null) !== (rule.verifiedOn === null),
      'who verified it and on which day belong together',
    ],
    [rule.verifiedBy !== null && !isText(rule.verifiedBy), 'who verified it must be a line of text'],
    [
      rule.inForceFrom !== null && rule.inForceUntil !== null && rule.inForceFrom >= rule.inForceUntil,
      'it must come into force before it ends',
    ],
  ];
  return faults.find(([wrong]) => wrong)?.[1];
}

function isText(text: string): boolean {
  return text.trim() !== '' && text.length <= LONGEST_TEXT && !CONTROL.test(text);
}

/** Country, operator, network and class of data that a rule is about, as one text. */
export function scopeOf({ country, operator, asn, dataClass }: RetentionRuleContent): string {
  const name = operator?.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase() ?? '';
  return [country, name, asn ?? '', dataClass].join('\n');
}

/** The same as words: `PL, AS64500 (address-assignment)`. */
export function scopeWords({ country, operator, asn, dataClass }: RetentionRuleContent): string {
  const parts = [country, ...(operator === null ? [] : [operator]), ...(asn === null ? [] : [`AS${asn}`])];
  return `${parts.join(', ')} (${dataClass})`;
}

/** Do two rules say the same? */
export function sameContent(a: RetentionRuleContent, b: RetentionRuleContent): boolean {
  return CONTENT_FIELDS.every((field) => plain(a[field]) === plain(b[field]));
}

const CONTENT_FIELDS = [
  'country',
  'operator',
  'asn',
  'dataClass',
  'daysKept',
  'inForceFrom',
  'inForceUntil',
  'legalReference',
  'source',
  'verifiedBy',
  'verifiedOn',
] as const satisfies readonly (keyof RetentionRuleContent)[];

function plain(value: string | number | Date | null): string | number | null {
  return value instanceof Date ? value.getTime() : value;
}

/**
 * No two rules of one scope may be in force at the same instant: which one holds would be chance.
 * @throws `retention/rules-overlap`
 */
export function refuseOverlaps(rules: readonly RetentionRuleContent[]): void {
  const from = ({ inForceFrom }: RetentionRuleContent) => inForceFrom?.getTime() ?? Number.NEGATIVE_INFINITY;
  const until = ({ inForceUntil }: RetentionRuleContent) =>
    inForceUntil?.getTime() ?? Number.POSITIVE_INFINITY;
  for (const ofScope of Map.groupBy(rules, scopeOf).values()) {
    const inOrder = ofScope.toSorted((a, b) => from(a) - from(b) || 0);
    for (const [i, rule] of inOrder.entries()) {
      const next = inOrder[i + 1];
      if (next && from(next) < until(rule))
        throw new IcarusError('retention/rules-overlap', { scope: scopeWords(rule) });
    }
  }
}
