/**
 * What a browser decides: every test of vectors, of the age project's vectors, of sealing and of opening
 * once more, on the primitives that a browser has. Nothing is faked: `#primitives` is what a bundler would take.
 */
import { describe, vi } from 'vitest';

vi.mock('#primitives', () => import('./primitives/browser.ts'));

describe('in a browser', async () => {
  await import('./vectors.test.ts');
  await import('./age.test.ts');
  await import('./seal.test.ts');
  await import('./sshsig.test.ts');
  await import('./public-key.test.ts');
  await import('./wycheproof.test.ts');
});
