/**
 * The exercise's address data as attribution snapshots: two npm packages, development dependencies, of
 * today. They are dated before the collection window, so that the story can attribute; never for a real
 * operation.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RangeCsvRequest } from '#observations/attribution/loaders.ts';
import { type AddressFamily, addressDataFile } from './registry-files.ts';

const FAMILIES: readonly AddressFamily[] = ['ipv4', 'ipv6'];

/** One snapshot that knows countries, one that knows operators; copies of the packages' files in `folder`. */
export async function exerciseSnapshots(
  folder: string,
  validFrom: Date,
): Promise<Omit<RangeCsvRequest, 'operationId' | 'signal'>[]> {
  return [
    {
      loader: 'range-csv',
      source: 'exercise data: @ip-location-db/asn-country',
      paths: await copies('asn-country', folder),
      columns: { start: 1, end: 2, country: 3 },
      validFrom,
    },
    {
      loader: 'range-csv',
      source: 'exercise data: @ip-location-db/asn',
      paths: await copies('asn', folder),
      columns: { start: 1, end: 2, asn: 3, operator: 4 },
      validFrom,
    },
  ];
}

async function copies(set: 'asn' | 'asn-country', folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const family of FAMILIES) {
    const path = join(folder, `${set}-${family}.csv`);
    await pipeline(Readable.from(withoutOverlaps(addressDataFile(set, family))), createWriteStream(path));
    paths.push(path);
  }
  return paths;
}

/** The publisher's file has a range that begins inside the one before; our loader refuses such a file, so it is left out. */
async function* withoutOverlaps(path: string): AsyncGenerator<string> {
  let end = -1n;
  let chunk = '';
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const [first = '', last = ''] = line.split(',', 2);
    if (BigInt(first) <= end) continue;
    end = BigInt(last);
    chunk += `${line}\n`;
    if (chunk.length < 65_536) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
