/**
 * Signing out. Where the node does not answer, the browser remembers that its officer has left, in all of its windows:
 * nothing is shown any more, and the node is told before anything else is asked of it.
 */
import { remove } from './client.ts';

const keyOf = (agency: string): string => `icarus.left.${agency}`;

/** @throws ApiError where the node was not told */
export async function leave(agency: string): Promise<void> {
  // The node has the browser clear its storage; how the pages look is no secret, and stays.
  const looks = Object.entries(window.localStorage).filter(([key]) => key !== keyOf(agency));
  try {
    await remove(`/nodes/${agency}/api/session`);
  } catch (error) {
    window.localStorage.setItem(keyOf(agency), 'untold');
    throw error;
  }
  window.localStorage.removeItem(keyOf(agency));
  for (const [key, value] of looks) window.localStorage.setItem(key, String(value));
}

/** Has its officer left without the node's knowing? */
export function hasLeft(agency: string): boolean {
  return window.localStorage.getItem(keyOf(agency)) !== null;
}

/** Before anything that a session is needed for, or begun by. */
export async function finishLeaving(agency: string): Promise<void> {
  if (hasLeft(agency)) await leave(agency);
}
