/** Names of the formats of address data that can be loaded. */

export const LOADERS = [
  'rir-delegated',
  'pfx2as',
  'iptoasn',
  'mmdb',
  'range-csv',
  'carrier-nat',
  'hosting',
] as const;
export type LoaderName = (typeof LOADERS)[number];

/** Loaders whose tables flag addresses and name no country. */
export const FLAG_LOADERS = ['carrier-nat', 'hosting'] as const satisfies LoaderName[];
export type Flag = (typeof FLAG_LOADERS)[number];

export function flagOf(loader: LoaderName): Flag | undefined {
  return FLAG_LOADERS.find((flag) => flag === loader);
}
