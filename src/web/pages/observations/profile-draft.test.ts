import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImportProfile } from '#observations/import/profile.ts';
import { draftOf, emptyDraft, profileOfDraft } from './profile-draft.ts';

const EXAMPLES = join(import.meta.dirname, '../../../observations/import/examples');

test.each(['gnutella', 'emule', 'bittorrent'])(
  'the %s example comes back from the form as it was',
  (name) => {
    const profile = JSON.parse(readFileSync(join(EXAMPLES, `${name}.json`), 'utf8')) as ImportProfile;
    expect(profileOfDraft(draftOf(profile))).toEqual(profile);
  },
);

test('what is not filled in does not stand in the profile', () => {
  const draft = emptyDraft();
  expect(profileOfDraft({ ...draft, name: ' tool ', timeFormat: 'pattern' })).toEqual({
    name: 'tool',
    version: 1,
    fields: {},
    time: { format: '%d.%m.%Y %H:%M:%S' },
  });
});
