import { expect, test } from 'vitest';
import { PROFILE } from '#observations/fixtures.ts';
import { profileDigest, readProfile } from './profile.ts';

test('a profile keeps its digest whatever the order of its fields', () => {
  const { fields, ...rest } = PROFILE;
  const reversed = Object.fromEntries(Object.entries(fields).toReversed());
  expect(profileDigest(readProfile({ fields: reversed, ...rest }))).toBe(profileDigest(PROFILE));
  expect(profileDigest({ ...PROFILE, version: 2 })).not.toBe(profileDigest(PROFILE));
});

test.each([
  ['a field that does not exist', { ...PROFILE, fields: { ...PROFILE.fields, colour: { column: 'x' } } }],
  ['no column for the time', { ...PROFILE, fields: { ...PROFILE.fields, time: undefined } }],
  ['a grade that is none', { ...PROFILE, fields: { ...PROFILE.fields, grade: { constant: 'surely' } } }],
  ['a grade of its own for which we have no word', { ...PROFILE, grades: { D: 'surely' } }],
  ['a word for a grade over two lines, whatever it stands for', { ...PROFILE, grades: { 'D\n': 5 } }],
  ['no grade at all', { ...PROFILE, grades: {} }],
  [
    'a character that no SQL takes',
    { ...PROFILE, fields: { ...PROFILE.fields, network: { constant: 'a\0b' } } },
  ],
  ['half a character', { ...PROFILE, time: { format: 'iso', zone: '\ud800' } }],
  ['a version that is no number', { ...PROFILE, version: 'one' }],
  ['something that is no profile', null],
])('%s is refused', (_, profile) => {
  expect(() => readProfile(profile)).toThrow(/The mapping profile is not valid at/);
});
