/** Rules broken on purpose: the simulation must find each of them, or it proves nothing. */

export interface Mutation {
  readonly name: string;
  /** Below src/. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export const MUTATIONS: readonly Mutation[] = [];
