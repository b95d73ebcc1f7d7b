/**
 * Attribution of addresses that are distinct already: the look-up of each and the writing of what was
 * decided, as a run does it. Not included: finding the distinct addresses among the rows (the figures of
 * `observations` include that), and making the lookup table, which happens once for a set of snapshots and
 * stands beside. The peer looks the same addresses up in sorted typed arrays on one thread and writes nothing.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ListWork, type RunFolders, writeList } from '#observations/attribution/lists.ts';
import { type Family, lookupFile, lookupKey, writeLookup } from '#observations/attribution/lookup.ts';
import type { Answering } from '#observations/attribution/periods.ts';
import { rangesFile } from '#observations/attribution/snapshots.ts';
import { lakeFolder, openLake } from '#observations/lake.ts';
import type { SnapshotId } from '#observations/types.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'attribution';

const DAY = new Date('2011-09-01T00:00:00Z');
const ROUNDS = 3;

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const addresses = small ? 1_500_000 : 10_000_000;
  const figures: Figure[] = [];
  for (const [family, ranges] of [
    [4, 60_000],
    [4, 500_000],
    [6, 500_000],
  ] as const) {
    const one = await measure({ scratch, family, ranges, addresses });
    const name = `IPv${family}, ${ranges.toLocaleString('en-GB')} ranges`;
    log(`${name}: ${Math.round(one.rate).toLocaleString('en-GB')} addresses/s`);
    const peer =
      one.peerRate === undefined
        ? undefined
        : { name: 'typed arrays, one thread, nothing written', value: one.peerRate };
    figures.push(
      {
        name: `attribution of distinct addresses, ${name}`,
        value: one.rate,
        unit: 'addresses/s',
        ...(peer && { peer, ratio: one.rate / peer.value }),
      },
      { name: `the same for each second of one processor, ${name}`, value: one.cpuRate, unit: 'addresses' },
      {
        name: `lookup table of two sources and two tables of flags, ${name} each`,
        value: one.tableSeconds,
        unit: 's',
      },
    );
  }
  return figures;
}

interface Size {
  readonly scratch: string;
  readonly family: Family;
  readonly ranges: number;
  readonly addresses: number;
}

interface Measured {
  readonly rate: number;
  /** For each second of a processor: steadier than `rate` where the machine is shared. */
  readonly cpuRate: number;
  readonly peerRate: number | undefined;
  readonly tableSeconds: number;
}

async function measure(size: Size): Promise<Measured> {
  const { family, addresses } = size;
  const lake = join(size.scratch, `lake-${family}-${size.ranges}`);
  await using duck = await openLake({ temporaryFolder: size.scratch });
  const answering = await sources(duck, { ...size, lake });
  const folders: RunFolders = { lake, folder: join(lake, 'run'), earlier: join(lake, 'none'), part: 'bench' };
  await mkdir(join(folders.folder, 'lookup'), { recursive: true });
  const file = lookupFile(folders.folder, lookupKey(answering), family);
  const tableSeconds = await seconds(() => writeLookup(duck, { lake, answering, family, file }));
  const column = `(hash(i) % ${family === 4 ? '3700000000' : '9000000000000000000'} + 16777216)::UBIGINT`;
  await duck.run(`CREATE TEMP TABLE fresh AS SELECT DISTINCT ${family}::UTINYINT AS family,
    ${family === 4 ? '0::UBIGINT' : column} AS address_high, ${family === 4 ? column : 'hash(i, 2)::UBIGINT'} AS address_low, 0::UINTEGER AS period FROM range(${addresses}) t(i)`);
  const list: ListWork = { family, period: 0, answering };
  let best = Number.POSITIVE_INFINITY;
  let bestCpu = Number.POSITIVE_INFINITY;
  let asked = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const taken = await seconds(async () => {
      asked = await writeList(duck, folders, list);
    });
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, taken);
    bestCpu = Math.min(bestCpu, (user + system) / 1e6);
  }
  return {
    rate: asked / best,
    cpuRate: asked / bestCpu,
    tableSeconds,
    peerRate: family === 4 ? await typedArrays(duck, file) : undefined,
  };
}

/** Two sources that know every address, with ranges that do not begin together, and two tables of flags. */
async function sources(
  duck: DuckDb,
  { lake, family, ranges }: Size & { lake: string },
): Promise<Answering[]> {
  const step =
    family === 4 ? Math.floor(3_900_000_000 / ranges) : Math.floor(9_100_000_000_000_000 / ranges) * 1000;
  const answering: Answering[] = [];
  for (const [i, loader] of (['range-csv', 'range-csv', 'carrier-nat', 'hosting'] as const).entries()) {
    const snapshotId = `snapshot_${i}` as SnapshotId;
    await mkdir(lakeFolder(lake, 'snapshots', snapshotId), { recursive: true });
    const first = `(i * ${step} + ${i * 256})::UBIGINT`;
    const last = `(i * ${step} + ${step - 1} + ${i * 256})::UBIGINT`;
    const [high, low] = family === 4 ? ['0::UBIGINT', 'x'] : ['x', '0::UBIGINT'];
    const halves = (point: string, lower: string) =>
      `${high.replace('x', point)} AS ${lower}_high, ${family === 4 ? low.replace('x', point) : lower === 'end' ? '18446744073709551615::UBIGINT' : low} AS ${lower}_low`;
    await duck.run(`COPY (SELECT ${family}::UTINYINT AS family, ${halves(first, 'start')}, ${halves(last, 'end')},
        ['DK', 'SE', 'FI', 'DE'][(1 + hash(i // 4) % 4)::INTEGER] AS country, (hash(i) % 60000)::UINTEGER AS asn, 'Operator ' || hash(i) % 60000 AS operator
      FROM range(${loader === 'range-csv' ? ranges : Math.floor(ranges / 20)}) t(i)) TO ${sqlText(rangesFile(lake, snapshotId))} (FORMAT parquet)`);
    await duck.run(
      `COPY (SELECT i::UINTEGER AS asn FROM range(1000) t(i)) TO ${sqlText(join(lakeFolder(lake, 'snapshots', snapshotId), 'systems.parquet'))} (FORMAT parquet)`,
    );
    const snapshot = {
      snapshotId,
      source: `source ${i}`,
      loader,
      priority: i,
      validFrom: DAY,
      ranges,
      fileName: '',
      fileSha256: '',
      loadedAt: DAY,
      loadedBy: '',
    };
    answering.push({ snapshot, afterTheFact: false });
  }
  return answering;
}

async function typedArrays(duck: DuckDb, file: string): Promise<number> {
  const read = async (sql: string) => Uint32Array.from(await duck.rows(sql), ({ n }) => Number(n));
  const firsts = await read(`SELECT first_low::UINTEGER AS n FROM read_parquet(${sqlText(file)}) ORDER BY n`);
  const wanted = await read('SELECT address_low::UINTEGER AS n FROM fresh LIMIT 1500000');
  let sum = 0;
  const taken = await seconds(() => {
    for (const address of wanted) sum += lastAtMost(firsts, address);
    return Promise.resolve();
  });
  if (sum < 0) throw new RangeError('nothing was looked up');
  return wanted.length / taken;
}

function lastAtMost(firsts: Uint32Array, address: number): number {
  let from = 0;
  let to = firsts.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((firsts[middle] ?? 0) <= address) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return (performance.now() - startedAt) / 1000;
}
