import { expect, it } from 'vitest';
import { readProfile } from '#observations/import/profile.ts';
import { LOG_HEADER } from './generate.ts';
import { EXERCISE_PROFILE } from './profile.ts';

it('maps every column of the synthetic log, and no other', () => {
  const profile = readProfile(EXERCISE_PROFILE);
  const mapped = Object.values(profile.fields).flatMap((source) =>
    'column' in source ? [source.column] : [],
  );
  expect(mapped.sort()).toEqual(LOG_HEADER.trim().split(',').sort());
});
