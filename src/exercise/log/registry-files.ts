/** The two address packages as streams of ranges, in ascending order as published. */
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';

export type AddressFamily = 'ipv4' | 'ipv6';

export interface CountryRange {
  readonly start: bigint;
  readonly end: bigint;
  readonly country: CountryCode;
}

export interface OperatorRange {
  readonly start: bigint;
  readonly end: bigint;
  readonly asn: number;
  readonly organisation: string;
}

/** Paths of the four files (numbers, no header), for whoever loads the same data as a snapshot. */
export function addressDataFile(set: 'asn' | 'asn-country', family: AddressFamily): string {
  try {
    return fileURLToPath(import.meta.resolve(`@ip-location-db/${set}/${set}-${family}-num.csv`));
  } catch (cause) {
    throw new IcarusError(
      'exercise/address-data-missing',
      { reason: `@ip-location-db/${set} is not installed` },
      { cause },
    );
  }
}

/** Ranges of the wanted countries, in the batches in which the file is read. */
export async function* readCountryRanges(
  family: AddressFamily,
  wanted: ReadonlySet<string>,
  signal?: AbortSignal,
): AsyncGenerator<CountryRange[]> {
  for await (const lines of lineBatches(addressDataFile('asn-country', family), signal)) {
    const batch: CountryRange[] = [];
    for (const line of lines) {
      const [start, end, country] = line.split(',');
      if (!start || !end || !country || !wanted.has(country)) continue;
      batch.push({ start: BigInt(start), end: BigInt(end), country: country as CountryCode });
    }
    yield batch;
  }
}

/** All operators' ranges, in the batches in which the file is read. */
export async function* readOperatorRanges(
  family: AddressFamily,
  signal?: AbortSignal,
): AsyncGenerator<OperatorRange[]> {
  for await (const lines of lineBatches(addressDataFile('asn', family), signal)) {
    yield lines.map((line): OperatorRange => {
      const [start = '', end = '', asn = '', ...name] = line.split(',');
      const organisation = name.join(',').replace(/^"|"$/g, '').replaceAll('""', '"');
      return { start: BigInt(start), end: BigInt(end), asn: Number(asn), organisation };
    });
  }
}

async function* lineBatches(path: string, signal: AbortSignal | undefined): AsyncGenerator<string[]> {
  let rest = '';
  try {
    const input = createReadStream(path, {
      encoding: 'utf8',
      highWaterMark: 1 << 18,
      ...(signal && { signal }),
    });
    for await (const text of input as AsyncIterable<string>) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? '';
      yield lines;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw new IcarusError('exercise/address-data-missing', { reason: `${path} cannot be read` }, { cause });
  }
  if (rest !== '') yield [rest];
}
