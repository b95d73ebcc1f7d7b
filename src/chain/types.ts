/** The stages of an operation's one chain, from observation to press line, and what is shown of each. */
import type { Action, Role } from '#access/policy.ts';
import type { LeafState } from '#custody/exact-events.ts';
import type { EventSubject } from '#custody/record.ts';

/** In the order of the chain. `action`: who may see what stands there; `kinds`: what a chain may be asked for. */
export const STAGES = [
  { stage: 'observation', action: 'observations.read', kinds: ['import'] },
  { stage: 'target', action: 'targets.read', kinds: ['target'] },
  { stage: 'package', action: 'packages.read', kinds: ['package'] },
  { stage: 'message', action: 'exchange.read', kinds: ['message'] },
  { stage: 'receipt', action: 'exchange.read', kinds: ['receipt'] },
  { stage: 'outcome', action: 'casework.read', kinds: ['outcome'] },
  { stage: 'report', action: 'reports.read', kinds: ['report'] },
  { stage: 'hit', action: 'crossmatch.read', kinds: ['hit'] },
  { stage: 'referral', action: 'referrals.read', kinds: ['eurojust-request', 'icse-series'] },
  { stage: 'figure', action: 'results.read', kinds: ['figures', 'figure'] },
  { stage: 'press', action: 'results.read', kinds: ['press-note', 'press-line'] },
] as const satisfies readonly {
  readonly stage: string;
  readonly action: Action;
  readonly kinds: readonly string[];
}[];

export type StageName = (typeof STAGES)[number]['stage'];
export type ItemKind = (typeof STAGES)[number]['kinds'][number];
export const ITEM_KINDS: readonly ItemKind[] = STAGES.flatMap(({ kinds }) => [...kinds]);

/** Most things of one stage that are shown; how many there are is always stated. */
export const MOST_ITEMS = 60;

/** One thing of the chain. */
export interface ChainItem {
  readonly kind: ItemKind;
  /** Of a figure or press line: `<figures>/<figure>`. Of an outcome: the target. */
  readonly id: string;
  /** What names it beside its id: digests, counts, codes of countries. No content, no person. */
  readonly facts: Readonly<Record<string, string | number | null>>;
  /** The events that are its own; the log names things by these. */
  readonly subjects: readonly EventSubject[];
}

export interface ChainEvent {
  readonly sequence: number;
  readonly at: Date;
  readonly kind: string;
  readonly actor: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Number in the tree; null while it waits. */
  readonly leaf: number | null;
  readonly state: LeafState;
  /** Its content was erased; that it was there stays proved. */
  readonly erased?: true;
}

export interface ChainStage {
  readonly stage: StageName;
  /** Where it stands to what was asked for. */
  readonly relation: 'before' | 'asked' | 'after';
  /** Roles of which one would open it, where the officer has none; then there are neither items nor a count. */
  readonly withheld: readonly Role[] | null;
  /** How many there are. */
  readonly total: number;
  readonly items: readonly (Omit<ChainItem, 'subjects'> & { readonly events: readonly ChainEvent[] })[];
}

export interface Chain {
  readonly kind: ItemKind;
  readonly id: string;
  readonly stages: readonly ChainStage[];
}

/** What of the operation hangs together with the thing that was asked for: things and counts by stage. */
export type Span = Readonly<
  Record<StageName, { readonly items: readonly ChainItem[]; readonly total: number }>
>;
