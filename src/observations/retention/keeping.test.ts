import { expect, test } from 'vitest';
import { retentionRule } from './fixtures.ts';
import { keepingOf } from './keeping.ts';
import { daysOfMonths } from './rule-types.ts';

const at = new Date('2011-09-21T00:00:00Z');
const holder = { country: 'PL', operator: 'Sieć', asn: 64500 };

test('the rule of an operator goes before that of its country, and that of its network before both', () => {
  const country = retentionRule({ name: 'country', daysKept: 730 });
  const operator = retentionRule({ name: 'operator', operator: ' sieć ', daysKept: 30 });
  const network = retentionRule({ name: 'network', asn: 64500, daysKept: 3 });
  expect(keepingOf([country], holder, at).days).toBe(730);
  expect(keepingOf([operator, country], holder, at).days).toBe(30);
  expect(keepingOf([country, network, operator], holder, at).days).toBe(3);
});

test('a rule for another operator, network, country or class of data does not count', () => {
  const others = [
    retentionRule({ operator: 'Other' }),
    retentionRule({ asn: 1 }),
    retentionRule({ country: 'MT' }),
    retentionRule({ dataClass: 'session' }),
    retentionRule({ operator: 'Sieć', asn: 1 }),
  ];
  expect(keepingOf(others, holder, at)).toMatchObject({ known: false, days: 7, ruleId: null });
  expect(keepingOf(others, holder, at, 'session').known).toBe(true);
});

test('a rule counts from its first instant and no longer from the first after it', () => {
  const before = retentionRule({ name: 'before', daysKept: 365, inForceUntil: at });
  const after = retentionRule({ name: 'after', daysKept: 182, inForceFrom: at });
  expect(keepingOf([before, after], holder, new Date(at.getTime() - 1)).days).toBe(365);
  expect(keepingOf([before, after], holder, at).days).toBe(182);
});

test('of two that fit equally the one in force since later answers, whatever their order', () => {
  const old = retentionRule({ name: 'old', daysKept: 365 });
  const young = retentionRule({ name: 'young', daysKept: 182, inForceFrom: new Date('2011-07-16') });
  expect(keepingOf([old, young], holder, at).days).toBe(182);
  expect(keepingOf([young, old], holder, at).days).toBe(182);
});

test('where nothing is known seven days are assumed, and it says so', () => {
  const nobody = { country: null, operator: null, asn: null };
  expect(keepingOf([], holder, at).words).toBe(
    'How long operator Sieć in Poland keeps its records is not known: 7 days are assumed',
  );
  expect(keepingOf([], nobody, at).words).toBe(
    'How long an operator that is not known in a country that is not known keeps its records is not known: 7 days are assumed',
  );
});

test('what is known is said with its law and whether anybody checked it', () => {
  const rule = retentionRule({ daysKept: 730, verifiedBy: 'Officer 1', verifiedOn: at });
  expect(keepingOf([rule], holder, at)).toMatchObject({
    verified: true,
    words: 'Operator Sieć in Poland keeps 730 days (Act of the test, verified)',
  });
  expect(keepingOf([retentionRule({ daysKept: 0 })], { ...holder, operator: null }, at).words).toBe(
    'AS64500 in Poland need not keep any record (Act of the test, not verified)',
  );
});

test('months become whole days, rounded down', () => {
  expect([6, 8, 12, 18, 24].map(daysOfMonths)).toEqual([182, 243, 365, 547, 730]);
});
