import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COUNTRY_NAMES } from '#core/countries.ts';
import { listEvents } from '#custody/record.ts';
import { type TestNet, testNodes, testOfficer } from '#test/nodes.ts';
import { keepingOf } from './keeping.ts';
import { readRulesCsv, rulesCsv } from './rule-csv.ts';
import { retentionRulesOf, versionsOfRule } from './rule-store.ts';
import { DATA_CLASSES, type RetentionRuleContent } from './rule-types.ts';
import { loadRules, setRule, tableDigest, withdrawRule } from './rules.ts';
import { SEED_2011, seed2011 } from './seed-2011.ts';

let net: TestNet;
let operationId: Awaited<ReturnType<TestNet['operation']>>['operationId'];
beforeAll(async () => {
  net = await testNodes(['dk']);
  ({ operationId } = await net.operation({ lead: 'dk', coordinator: 'europol', participants: ['dk'] }));
});
afterAll(() => net[Symbol.asyncDispose]());

const ctx = () => net.node('dk').ctx;
const investigator = () => testOfficer('investigator', operationId);
const operatorRule: RetentionRuleContent = {
  country: 'PL',
  operator: 'Sieć',
  asn: null,
  dataClass: 'address-assignment',
  daysKept: 30,
  inForceFrom: null,
  inForceUntil: null,
  legalReference: 'practice',
  source: 'letter of the operator',
  verifiedBy: null,
  verifiedOn: null,
};

test('the table of 2011 names every state that takes part once at any instant, and says what nobody checked', () => {
  const at = new Date('2011-09-21T00:00:00Z');
  const rules = seed2011();
  expect(new Set(rules.map(({ country }) => country))).toEqual(new Set(Object.keys(COUNTRY_NAMES)));
  const days = (country: string, when = at) =>
    rules.find(
      (rule) =>
        rule.country === country &&
        (rule.inForceFrom === null || rule.inForceFrom <= when) &&
        (rule.inForceUntil === null || when < rule.inForceUntil),
    )?.daysKept;
  expect([days('PL'), days('DK'), days('CY'), days('DE'), days('LV')]).toEqual([730, 365, 182, 0, 547]);
  expect([days('NL', new Date('2011-07-15T23:00:00Z')), days('NL')]).toEqual([365, 182]);
  const unverified = rules.filter(({ verifiedBy }) => verifiedBy === null).map(({ country }) => country);
  expect(unverified.sort()).toEqual([
    'CH',
    'EE',
    'FI',
    'GR',
    'HR',
    'HU',
    'LT',
    'LU',
    'LV',
    'MT',
    'NO',
    'SI',
    'SK',
  ]);
});

test('a table loaded twice changes nothing the second time; what it changed stands in the log with the reason', async () => {
  const request = { operationId, name: SEED_2011, rules: seed2011(), reason: 'exercise' };
  const first = await loadRules(ctx(), investigator(), request);
  expect(first).toEqual({ added: seed2011().length, revised: 0, unchanged: 0 });
  expect(await loadRules(ctx(), investigator(), request)).toEqual({
    added: 0,
    revised: 0,
    unchanged: seed2011().length,
  });
  expect(await retentionRulesOf(ctx().db)).toHaveLength(seed2011().length);
  const [event] = await listEvents(ctx().db, { subject: { kind: 'retention-table', id: 'node' } });
  expect(event?.facts).toMatchObject({
    reason: 'exercise',
    name: SEED_2011,
    sha256: tableDigest(seed2011()),
  });
});

test('a change is a new version with its reason; the former one stays, and a withdrawn rule answers no more', async () => {
  const by = investigator();
  const entered = await setRule(ctx(), by, { operationId, content: operatorRule, reason: 'they wrote' });
  const { ruleId } = entered;
  const content = {
    ...operatorRule,
    daysKept: 60,
    verifiedBy: 'Officer 2',
    verifiedOn: new Date('2011-09-20'),
  };
  await setRule(ctx(), by, {
    operationId,
    content,
    reason: 'they wrote again',
    revises: { ruleId, version: 1 },
  });
  const holder = { country: 'PL', operator: 'sieć', asn: 1 };
  const keeping = async () => keepingOf(await retentionRulesOf(ctx().db), holder, ctx().clock.now());
  expect(await keeping()).toMatchObject({ days: 60, verified: true, ruleId });
  const twice = setRule(ctx(), by, { operationId, content, reason: 'late', revises: { ruleId, version: 1 } });
  await expect(twice).rejects.toMatchObject({ code: 'retention/changed-meanwhile' });
  await withdrawRule(ctx(), by, { operationId, ruleId, version: 2, reason: 'taken over' });
  expect(await keeping()).not.toMatchObject({ ruleId });
  const versions = await versionsOfRule(ctx().db, ruleId);
  expect(versions.map(({ rule, withdrawn }) => [rule.daysKept, rule.reason, withdrawn])).toEqual([
    [30, 'they wrote', false],
    [60, 'they wrote again', false],
    [60, 'taken over', true],
  ]);
  const events = await listEvents(ctx().db, { subject: { kind: 'retention-rule', id: ruleId } });
  expect(events.map(({ kind, facts }) => [kind, facts['reason']])).toEqual([
    ['retention.rule-set', 'they wrote'],
    ['retention.rule-set', 'they wrote again'],
    ['retention.rule-withdrawn', 'taken over'],
  ]);
});

test('two rules of one scope cannot be in force at once, and nothing is left of the attempt', async () => {
  const content = { ...operatorRule, operator: 'Twice' };
  const enter = (over: Partial<RetentionRuleContent>) =>
    setRule(ctx(), investigator(), { operationId, content: { ...content, ...over }, reason: 'test' });
  await enter({ inForceUntil: new Date('2011-07-16') });
  await expect(enter({ operator: ' twice', inForceFrom: new Date('2011-07-15') })).rejects.toMatchObject({
    code: 'retention/rules-overlap',
  });
  await enter({ inForceFrom: new Date('2011-07-16') });
  const rules = await retentionRulesOf(ctx().db);
  expect(rules.filter(({ operator }) => operator?.toLowerCase().includes('twice'))).toHaveLength(2);
});

test('a table that says two things about one scope is refused whole', async () => {
  const before = await retentionRulesOf(ctx().db);
  const rules = [
    { ...operatorRule, operator: 'Both' },
    { ...operatorRule, operator: 'both', daysKept: 31 },
  ];
  await expect(
    loadRules(ctx(), investigator(), { operationId, name: 'two', rules, reason: 'test' }),
  ).rejects.toMatchObject({ code: 'retention/rules-overlap' });
  expect(await retentionRulesOf(ctx().db)).toEqual(before);
});

test.each<readonly [string, Partial<RetentionRuleContent>]>([
  ['a country that is none', { country: 'XX' }],
  ['a period below nought', { daysKept: -1 }],
  ['part of a day', { daysKept: 1.5 }],
  ['no law', { legalReference: ' ' }],
  ['no source', { source: '' }],
  ['a line break in the operator', { operator: 'a\nb' }],
  ['a day of verification without a name', { verifiedOn: new Date() }],
  ['an end before its beginning', { inForceFrom: new Date(2), inForceUntil: new Date(1) }],
])('refuses a rule with %s', async (_, over) => {
  const entering = setRule(ctx(), investigator(), {
    operationId,
    content: { ...operatorRule, ...over },
    reason: 'test',
  });
  await expect(entering).rejects.toMatchObject({ code: 'retention/rule-invalid' });
});

test('an auditor reads the table and changes nothing; a change needs a reason', async () => {
  const request = { operationId, content: operatorRule, reason: 'test' };
  await expect(setRule(ctx(), testOfficer('auditor', operationId), request)).rejects.toMatchObject({
    code: 'access/denied',
  });
  await expect(setRule(ctx(), investigator(), { ...request, reason: ' ' })).rejects.toMatchObject({
    code: 'retention/rule-invalid',
  });
});

const line = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && text.trim() === text && text !== '');
const day = fc.integer({ min: 0, max: 30_000 }).map((days) => new Date(days * 86_400_000));
const anyRule: fc.Arbitrary<RetentionRuleContent> = fc
  .record({
    country: fc.constantFrom(...Object.keys(COUNTRY_NAMES)),
    operator: fc.option(line),
    asn: fc.option(fc.integer({ min: 0, max: 4_294_967_295 })),
    dataClass: fc.constantFrom(...DATA_CLASSES),
    daysKept: fc.integer({ min: 0, max: 3660 }),
    inForceFrom: fc.constant(null),
    inForceUntil: fc.option(day),
    legalReference: line,
    source: line,
    verified: fc.option(fc.tuple(line, day)),
  })
  .map(({ verified, ...rule }) => ({
    ...rule,
    verifiedBy: verified?.[0] ?? null,
    verifiedOn: verified?.[1] ?? null,
  }));

test('a table that was written is read again as it was, formulas and quotation marks included', () => {
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 5 }), (rules) => {
      expect(readRulesCsv(rulesCsv(rules), 'table.csv')).toEqual(rules);
    }),
    { numRuns: 200 },
  );
});

test('months in a file become days; a line that is wrong is named', () => {
  const head = 'country,months_kept,legal_reference,source';
  expect(readRulesCsv(`${head}\npl,24,Act,me\n`, 'a.csv')[0]).toMatchObject({ country: 'PL', daysKept: 730 });
  const refused = (text: string) => {
    try {
      readRulesCsv(text, 'a.csv');
    } catch (error) {
      return error;
    }
    return undefined;
  };
  expect(refused(`${head}\nPL,24,Act,me\nPL,two,Act,me\n`)).toMatchObject({ details: { line: 3 } });
  expect(refused(`${head}\n\n"PL,24,Act,me\n`)).toMatchObject({ details: { line: 3 } });
  expect(refused('country,days_kept,colour\n')).toMatchObject({ code: 'retention/file-invalid' });
  expect(refused(`${head}\nPL,24,Act\n`)).toMatchObject({ code: 'retention/file-invalid' });
});
