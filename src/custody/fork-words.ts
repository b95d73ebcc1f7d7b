/** What a contradiction means, for the officer who meets it. */
import type { ForkKind } from './witness-rules.ts';

const WORDS: Readonly<Record<ForkKind, string>> = {
  'same-size': 'two checkpoints of one size have different roots',
  shrunk: 'a later checkpoint has fewer events than an earlier one',
  'not-extended': 'a larger checkpoint does not contain the smaller one',
};

export function contradictionWords(kind: ForkKind): string {
  return WORDS[kind];
}
