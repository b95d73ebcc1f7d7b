/** The chain of custody of one thing. */
import type { Chain, ChainEvent, ChainStage, ItemKind } from '#chain/types.ts';
import { withQuery } from './client.ts';
import { useOperationPath } from './operation.ts';
import { useResource } from './resource.ts';

/** As it comes over HTTP. */
export type TrailEvent = Omit<ChainEvent, 'at'> & { readonly at: string };
export type TrailItem = Omit<ChainStage['items'][number], 'events'> & {
  readonly events: readonly TrailEvent[];
};
export type TrailStage = Omit<ChainStage, 'items'> & { readonly items: readonly TrailItem[] };
export type Trail = Omit<Chain, 'stages'> & { readonly stages: readonly TrailStage[] };

/** Things that a chain can be asked of. */
const KINDS: Readonly<Record<ItemKind, true>> = {
  import: true,
  target: true,
  package: true,
  message: true,
  receipt: true,
  outcome: true,
  report: true,
  hit: true,
  'eurojust-request': true,
  'icse-series': true,
  figures: true,
  figure: true,
  'press-note': true,
  'press-line': true,
};

export function hasTrail(kind: string): kind is ItemKind {
  return Object.hasOwn(KINDS, kind);
}

export interface TrailOf {
  readonly kind: string;
  readonly id: string;
}

export function useTrail({ kind, id }: TrailOf) {
  return useResource<Trail>('custody', '/custody/chain', { kind, id });
}

/** Where the file for an outsider comes from. */
export function useTrailFile({ kind, id }: TrailOf): string {
  return withQuery(useOperationPath().path('/custody/chain/file'), { kind, id });
}
