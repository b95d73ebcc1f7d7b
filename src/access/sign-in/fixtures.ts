/** The authenticator of tests, on the pages of the test node. */
import { newPasskey, type SoftwareAuthenticator, softwareAuthenticator } from './software-authenticator.ts';

export interface TestAuthenticator extends SoftwareAuthenticator {
  /** Signatures so far; tests turn it back to play a copy. */
  counter: number;
}

export function testAuthenticator(origin = 'http://localhost:4711'): TestAuthenticator {
  return softwareAuthenticator(origin, newPasskey(), { counts: true }) as TestAuthenticator;
}
