/**
 * What a witness makes of a checkpoint (C2SP tlog-witness): it cosigns only what extends all that it
 * cosigned of that log before. Messages may come late and out of order, so that a smaller tree is nothing
 * by itself; a log that calls a smaller tree its newest at a later time is. Pure.
 */
import type { TreeHead } from './checkpoint.ts';
import type { Consistency } from './riding-lines.ts';
import { isExtension } from './tree.ts';

/** A checkpoint whose signature holds. */
export interface Seen extends TreeHead {
  /** By the log's own word. */
  readonly signedAt: Date;
  /** The signed note. */
  readonly note: string;
}

export type ForkKind = 'same-size' | 'shrunk' | 'not-extended';

export type Judgement =
  /** It extends what was cosigned: cosign it. */
  | { readonly is: 'extension' }
  /** Nothing new, or nothing that can be connected yet. */
  | { readonly is: 'known' | 'late' | 'unlinked' }
  | { readonly is: 'fork'; readonly kind: ForkKind; readonly first: Seen; readonly second: Seen };

export interface Question {
  readonly candidate: Seen;
  /** The largest that this witness cosigned. */
  readonly head: Seen | undefined;
  /** What was seen of the same size before, cosigned or not. */
  readonly sameSize: Seen | undefined;
  readonly proofs: readonly Consistency[];
}

export function judge({ candidate, head, sameSize, proofs }: Question): Judgement {
  if (sameSize && !sameSize.root.equals(candidate.root)) return fork('same-size', sameSize, candidate);
  if (!head) return { is: 'extension' };
  if (candidate.size === head.size)
    return candidate.root.equals(head.root) ? { is: 'known' } : fork('same-size', head, candidate);
  const [smaller, larger] = candidate.size < head.size ? [candidate, head] : [head, candidate];
  if (smaller.signedAt > larger.signedAt) return fork('shrunk', larger, smaller);
  if (candidate.size < head.size) return { is: 'late' };
  const proof = proofs.find(({ size }) => size === head.size)?.proof;
  if (!proof) return { is: 'unlinked' };
  return isExtension({ from: head, to: candidate, proof })
    ? { is: 'extension' }
    : fork('not-extended', head, candidate);
}

/** Do two checkpoints of one log contradict each other by themselves? */
export function contradiction(a: Seen, b: Seen): ForkKind | undefined {
  if (a.size === b.size) return a.root.equals(b.root) ? undefined : 'same-size';
  const [smaller, larger] = a.size < b.size ? [a, b] : [b, a];
  return smaller.signedAt > larger.signedAt ? 'shrunk' : undefined;
}

function fork(kind: ForkKind, first: Seen, second: Seen): Judgement {
  return { is: 'fork', kind, first, second };
}
