/**
 * The exercise's address data as attribution snapshots: two npm packages, development dependencies, of
 * today. They are dated before the collection window, so that the story can attribute; never for a real
 * operation.
 */
import type { RangeCsvRequest } from '#observations/snapshots.ts';
import { type AddressFamily, addressDataFile } from './registry-files.ts';

const FAMILIES: readonly AddressFamily[] = ['ipv4', 'ipv6'];

/** One snapshot that knows countries, one that knows operators. */
export function exerciseSnapshots(validFrom: Date): Omit<RangeCsvRequest, 'operationId' | 'signal'>[] {
  return [
    {
      loader: 'range-csv',
      source: 'exercise data: @ip-location-db/asn-country',
      paths: FAMILIES.map((family) => addressDataFile('asn-country', family)),
      columns: { start: 1, end: 2, country: 3 },
      validFrom,
    },
    {
      loader: 'range-csv',
      source: 'exercise data: @ip-location-db/asn',
      paths: FAMILIES.map((family) => addressDataFile('asn', family)),
      columns: { start: 1, end: 2, asn: 3, operator: 4 },
      validFrom,
    },
  ];
}
