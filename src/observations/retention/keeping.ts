/** Which rule answers for a holder of an address: a pure decision over the table. */
import { countryName } from '#core/countries.ts';
import {
  type DataClass,
  type Holder,
  type Keeping,
  type RetentionRule,
  type RetentionRuleContent,
  UNKNOWN_DAYS,
} from './rule-types.ts';

/**
 * How long `holder` keeps what leads from an address to a subscriber, by the rules in force at `at`. A
 * rule for that operator or autonomous system in that country goes before the country's own; where
 * several fit equally, the one in force since later, then the one entered later.
 *
 * @param dataClass default: who had which address
 */
export function keepingOf(
  rules: readonly RetentionRule[],
  holder: Holder,
  at: Date,
  dataClass: DataClass = 'address-assignment',
): Keeping {
  let best: RetentionRule | undefined;
  for (const rule of rules) {
    if (rule.dataClass !== dataClass || !covers(rule, holder) || !inForceAt(rule, at)) continue;
    if (best === undefined || goesBefore(rule, best)) best = rule;
  }
  if (!best)
    return { days: UNKNOWN_DAYS, known: false, verified: false, ruleId: null, words: unknownWords(holder) };
  return {
    days: best.daysKept,
    known: true,
    verified: best.verifiedBy !== null,
    ruleId: best.ruleId,
    words: knownWords(best, holder),
  };
}

export function inForceAt(
  { inForceFrom, inForceUntil }: Pick<RetentionRuleContent, 'inForceFrom' | 'inForceUntil'>,
  at: Date,
): boolean {
  return (inForceFrom === null || inForceFrom <= at) && (inForceUntil === null || at < inForceUntil);
}

function covers(rule: RetentionRule, holder: Holder): boolean {
  return (
    rule.country === holder.country &&
    (rule.asn === null || rule.asn === holder.asn) &&
    (rule.operator === null || sameOperator(rule.operator, holder.operator))
  );
}

/** Names as registries and tables spell them differ in case and in spaces. */
export function sameOperator(a: string, b: string | null): boolean {
  return b !== null && folded(a) === folded(b);
}

function folded(name: string): string {
  return name.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** A number names one network; a name may be spelled in several ways: the number counts for more. */
function specificity({ operator, asn }: RetentionRule): number {
  return (asn === null ? 0 : 2) + (operator === null ? 0 : 1);
}

function goesBefore(rule: RetentionRule, other: RetentionRule): boolean {
  const since = ({ inForceFrom }: RetentionRule) => inForceFrom?.getTime() ?? Number.NEGATIVE_INFINITY;
  const differences = [
    () => specificity(rule) - specificity(other),
    () => Math.sign(since(rule) - since(other)) || 0,
    () => rule.enteredAt.getTime() - other.enteredAt.getTime(),
  ];
  for (const difference of differences) {
    const by = difference();
    if (by !== 0) return by > 0;
  }
  return rule.ruleId > other.ruleId;
}

/** `Operator X in Poland keeps 730 days (Act …, verified)`. */
function knownWords(rule: RetentionRule, holder: Holder): string {
  const period =
    rule.daysKept === 0
      ? 'need not keep any record'
      : `keeps ${rule.daysKept} ${rule.daysKept === 1 ? 'day' : 'days'}`;
  const checked = rule.verifiedBy === null ? 'not verified' : 'verified';
  return `${upperFirst(holderWords(holder))} ${period} (${rule.legalReference}, ${checked})`;
}

function unknownWords(holder: Holder): string {
  return `How long ${holderWords(holder)} keeps its records is not known: ${UNKNOWN_DAYS} days are assumed`;
}

function holderWords({ operator, asn, country }: Holder): string {
  const who =
    operator !== null ? `operator ${operator}` : asn !== null ? `AS${asn}` : 'an operator that is not known';
  return `${who} in ${country === null ? 'a country that is not known' : countryName(country)}`;
}

function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
