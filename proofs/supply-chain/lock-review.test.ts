import { expect, test } from 'vitest';
import { complaintsAbout } from './lock-review.ts';

const SOUND = {
  license: 'MIT',
  integrity: 'sha512-AA==',
  resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz',
};

test.each([
  ['under a licence that nobody has looked at', { license: 'AGPL-3.0-only' }, 'its licence (AGPL-3.0-only)'],
  ['without a digest', { integrity: 'sha1-AA==' }, 'no SHA-512'],
  ['from elsewhere', { resolved: 'git+ssh://git@example.org/a.git' }, 'not from the public registry'],
  ['that runs a script when it is installed', { hasInstallScript: true }, 'it runs a script'],
])('a package %s is refused; a sound one beside it is not', (_what, change, sentence) => {
  const packages = { '': {}, 'node_modules/b': SOUND, 'node_modules/a': { ...SOUND, ...change } };
  expect(complaintsAbout({ packages })).toEqual([expect.stringContaining(sentence)]);
});
