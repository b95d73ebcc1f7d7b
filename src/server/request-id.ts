import { randomBytes } from 'node:crypto';

/** An id that a person can read out to the administrator, who finds it in the log. */
export function newRequestId(): string {
  return randomBytes(6).toString('hex');
}
