/**
 * The exercise's address data as attribution snapshots: two npm packages, development dependencies, of
 * today. They are dated before the collection window, so that the story can attribute; never for a real
 * operation.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FlagColumns } from '#observations/attribution/flag-table.ts';
import type { Flag } from '#observations/attribution/loader-names.ts';
import type { RangeColumns } from '#observations/attribution/range-csv.ts';
import { ipv4Text } from './address-text.ts';
import type { AddressRegistry } from './registry.ts';
import { type AddressFamily, addressDataFile } from './registry-files.ts';

const FAMILIES: readonly AddressFamily[] = ['ipv4', 'ipv6'];

/** A table of addresses of the exercise, as an analyst sends it to his node. */
export type ExerciseTable = {
  /** As explanations print it. */
  readonly source: string;
  readonly path: string;
} & (
  | { readonly loader: 'range-csv'; readonly columns: RangeColumns }
  | { readonly loader: Flag; readonly columns: FlagColumns }
);

/** One snapshot that knows countries, one that knows operators; copies of the packages' files in `folder`. */
export async function exerciseSnapshots(folder: string): Promise<ExerciseTable[]> {
  return [
    {
      loader: 'range-csv',
      source: 'exercise data: @ip-location-db/asn-country',
      path: await copied('asn-country', folder),
      columns: { start: 1, end: 2, country: 3 },
    },
    {
      loader: 'range-csv',
      source: 'exercise data: @ip-location-db/asn',
      path: await copied('asn', folder),
      columns: { start: 1, end: 2, asn: 3, operator: 4 },
    },
  ];
}

/** Both families in one file. */
async function copied(set: 'asn' | 'asn-country', folder: string): Promise<string> {
  const path = join(folder, `${set}.csv`);
  const both = async function* (): AsyncGenerator<string> {
    for (const family of FAMILIES) yield* withoutOverlaps(addressDataFile(set, family));
  };
  await pipeline(Readable.from(both()), createWriteStream(path));
  return path;
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

/**
 * Two invented tables of the kind that an agency keeps itself: one range of the largest access provider of
 * each country as carrier-grade NAT, and the operators of rented servers by autonomous system.
 */
export async function exerciseFlagTables(
  folder: string,
  registry: AddressRegistry,
): Promise<ExerciseTable[]> {
  const shared = ['start,end,note'];
  const rented = new Map<number, string>();
  for (const { access, hosting } of registry.values()) {
    for (const { asn } of hosting) rented.set(asn, 'rented servers');
    const range = access[0]?.ipv4[0];
    if (range) shared.push(`${rangeText(range)},taken to be shared by many`);
  }
  const carrierNat = join(folder, 'carrier-nat.csv');
  const hosting = join(folder, 'hosting.csv');
  await writeFile(carrierNat, `${shared.join('\n')}\n`);
  await writeFile(hosting, `asn,note\n${[...rented].map(([asn, note]) => `${asn},${note}`).join('\n')}\n`);
  return [
    {
      loader: 'carrier-nat',
      source: 'exercise data: carrier NAT (invented)',
      path: carrierNat,
      columns: { start: 'start', end: 'end', note: 'note' },
    },
    {
      loader: 'hosting',
      source: 'exercise data: hosting (guessed from names)',
      path: hosting,
      columns: { asn: 'asn', note: 'note' },
    },
  ];
}

function rangeText({ start, size }: { readonly start: bigint; readonly size: number }): string {
  const first = Number(start);
  return `${ipv4Text(first)},${ipv4Text(first + size - 1)}`;
}
