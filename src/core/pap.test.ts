import { expect, test } from 'vitest';
import { conditionsMet, conditionsProblem } from './conditions.ts';
import { PAP_ACTS, PAP_LEVELS, papAllows, strictestPap } from './pap.ts';

test('RED allows nothing that is seen outside, AMBER checks with third parties, GREEN and CLEAR everything', () => {
  const allowed = PAP_LEVELS.map((level) => PAP_ACTS.filter((act) => papAllows(level, act)));
  expect(allowed).toEqual([[], ['selectors', 'eurojust', 'icse'], PAP_ACTS, PAP_ACTS]);
});

test('of information put together the strictest level holds', () => {
  expect(strictestPap(['CLEAR', 'AMBER', 'GREEN'])).toBe('AMBER');
  expect(strictestPap([])).toBeUndefined();
});

test('a permission holds until its day, for its agencies and acts, and not a moment longer', () => {
  const conditions = {
    text: 'Tell us first',
    until: '2011-10-01T00:00:00.000Z',
    onlyTo: ['fr'],
    onlyFor: ['forward' as const],
  };
  const use = { at: new Date('2011-09-30T23:59:59Z'), to: 'fr', act: 'forward' as const };
  expect(conditionsMet(conditions, use)).toBe(true);
  expect(conditionsMet(conditions, { ...use, at: new Date('2011-10-01T00:00:00Z') })).toBe(false);
  expect(conditionsMet(conditions, { ...use, to: 'no' })).toBe(false);
  expect(conditionsMet(conditions, { ...use, act: 'eurojust' })).toBe(false);
  expect(conditionsMet(null, use)).toBe(true);
});

test('conditions that are over already, or that say nothing, cannot be given', () => {
  const none = { text: ' ', until: null, onlyTo: null, onlyFor: null };
  const now = new Date('2011-09-21T10:00:00Z');
  expect(conditionsProblem(none, now)).toBe('conditions');
  expect(conditionsProblem({ ...none, until: '2011-09-20T00:00:00.000Z' }, now)).toBe('until');
  expect(conditionsProblem({ ...none, text: 'Tell us first' }, now)).toBeUndefined();
});
