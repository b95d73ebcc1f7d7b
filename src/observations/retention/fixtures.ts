import type { RetentionRule, RetentionRuleId } from './rule-types.ts';

/** A rule of Poland that keeps a year, with what a test says otherwise. */
export function retentionRule(over: Partial<RetentionRule> & { readonly name?: string } = {}): RetentionRule {
  const { name = 'pl', ...rest } = over;
  return {
    ruleId: `retention_${name}` as RetentionRuleId,
    version: 1,
    country: 'PL',
    operator: null,
    asn: null,
    dataClass: 'address-assignment',
    daysKept: 365,
    inForceFrom: null,
    inForceUntil: null,
    legalReference: 'Act of the test',
    source: 'test',
    verifiedBy: null,
    verifiedOn: null,
    reason: 'test',
    enteredAt: new Date('2011-09-01T00:00:00Z'),
    enteredBy: 'officer_test',
    ...rest,
  };
}
