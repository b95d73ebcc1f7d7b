/** How the custody log of the node stands. */
import type { LogState } from '#custody/log-state.ts';
import { useResource } from './resource.ts';

type OverHttp<T> = T extends Date ? string : T extends object ? { [K in keyof T]: OverHttp<T[K]> } : T;

export type CustodyState = OverHttp<LogState>;

/** Asked again at every act, and every ten seconds: what waits and partners' cosignatures are no acts. */
export function useCustodyState() {
  return useResource<CustodyState>('custody', '/custody/state', {}, () => 10_000);
}
