/**
 * The command in which an officer acts: kept with his connection to the database, so that what he does there can
 * name it. A process that runs one command has one; a server has none.
 */
import type { Db } from './tables.ts';

export interface ActingCall {
  /** The command's own event in the custody log has the proof under this id. */
  readonly callId: string;
  readonly officerId: string;
}

const calls = new WeakMap<Db, ActingCall>();

/** From now on the officer's acts over this connection belong to that command. */
export function actIn(db: Db, call: ActingCall): void {
  calls.set(db, call);
}

export function callOf(db: Db): ActingCall | undefined {
  return calls.get(db);
}

/** What is done in a transaction belongs to the command of its connection. */
export function carryCall(from: Db, to: Db): void {
  const call = calls.get(from);
  if (call) calls.set(to, call);
}
