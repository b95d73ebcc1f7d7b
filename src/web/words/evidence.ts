/** Kinds of the evidence room as forms offer them; the compiler holds both lists together. */
import type { ExhibitAct, ExhibitKind, Meaning } from '#evidence/types.ts';

export const EXHIBIT_KINDS = [
  'computer',
  'phone',
  'tablet',
  'disk',
  'memory-card',
  'optical-disc',
  'network-storage',
  'camera',
  'online-account',
  'other',
] as const satisfies readonly ExhibitKind[];

export const EXHIBIT_ACTS = [
  'moved',
  'handed-over',
  'opened',
  'sealed',
  'imaged',
  'returned',
  'destroyed',
] as const satisfies readonly ExhibitAct[];

export const MEANINGS = ['known', 'of-interest', 'benign'] as const satisfies readonly Meaning[];
