/**
 * Attributing one list, the addresses of one family and period. What an earlier run decided is taken over
 * wherever the sources that answer now decide the same; only the other addresses, and new ones, are asked.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDb, sqlList, sqlText } from '#platform/duckdb.ts';
import { type EarlierList, linkFile, listFile } from './earlier-run.ts';
import {
  addressKey,
  attributedBy,
  DECIDED,
  type Family,
  lookupFile,
  lookupKey,
  PARQUET_OPTIONS,
  writeLookup,
} from './lookup.ts';
import type { Answering } from './periods.ts';

/** Where a run is being written, and where the one before is held. */
export interface RunFolders {
  readonly lake: string;
  readonly folder: string;
  readonly earlier: string;
  /** Names this run's own files among those that it takes over. */
  readonly part: string;
}

export interface ListWork {
  readonly family: Family;
  readonly period: number;
  readonly answering: readonly Answering[];
  /** What an earlier run knows of the period that this one is, or lies in. */
  readonly known?: {
    readonly list: EarlierList;
    readonly answering: readonly Answering[];
    readonly split: boolean;
  };
}

const ADDRESS = 'family, address_high, address_low, period';
/** More files than this in one list are made into one. */
const MOST_PARTS = 8;

/** Writes the list's files into the run's folder, from the tables `fresh` and `again`. Returns how many addresses were asked. */
export async function writeList(duck: DuckDb, folders: RunFolders, work: ListWork): Promise<number> {
  const { family, period, known } = work;
  const lookup = await lookupOf(duck, folders, work);
  const here = `WHERE family = ${family} AND period = ${period}`;
  let asked = `(SELECT ${ADDRESS} FROM fresh ${here})`;
  if (known) {
    await markKnown(duck, folders, { ...work, known, lookup });
    asked = known.split
      ? await keepOfSplit(duck, folders, work)
      : await keepWhole(duck, folders, { ...work, known });
  }
  const file = join(folders.folder, listFile(work, `${folders.part}a`));
  const count = await duck.run(
    `COPY (${await attributedBy(duck, asked, { file: lookup, family, period })}) TO ${sqlText(file)} ${PARQUET_OPTIONS}`,
  );
  if (count === 0) await rm(file, { force: true });
  await joinParts(duck, folders, work);
  return count;
}

async function lookupOf(
  duck: DuckDb,
  { lake, folder, earlier }: RunFolders,
  { family, answering }: ListWork,
): Promise<string> {
  const key = lookupKey(answering);
  const file = lookupFile(folder, key, family);
  if (existsSync(file)) return file;
  const made = lookupFile(earlier, key, family);
  if (existsSync(made)) await linkFile(made, file);
  else await writeLookup(duck, { lake, answering, family, file });
  return file;
}

type Known = NonNullable<ListWork['known']>;

/** The view `known`: the earlier list with `differs`, whether the sources decide otherwise now. */
async function markKnown(
  duck: DuckDb,
  { lake, earlier }: RunFolders,
  { family, answering, known, lookup }: ListWork & { known: Known; lookup: string },
): Promise<void> {
  const rows = `read_parquet(${sqlList(known.list.files.map((name) => join(earlier, name)))})`;
  const before = lookupFile(earlier, lookupKey(known.answering), family);
  const same = lookupKey(known.answering) === lookupKey(answering);
  if (!same && !existsSync(before))
    await writeLookup(duck, { lake, answering: known.answering, family, file: before });
  if (same || !(await compareLookups(duck, family, { before, after: lookup }))) {
    await duck.run(`CREATE OR REPLACE TEMP VIEW known AS SELECT *, false AS differs FROM ${rows}`);
    return;
  }
  await duck.run(`CREATE OR REPLACE TEMP VIEW known AS SELECT r.*, differs
    FROM (SELECT *, ${addressKey(family, 'address')} AS key FROM ${rows}) r ASOF JOIN changed ON key >= point`);
}

/** The table `changed`: where, from `point` on, two tables decide differently. Returns whether they do anywhere. */
async function compareLookups(
  duck: DuckDb,
  family: Family,
  { before, after }: { before: string; after: string },
): Promise<boolean> {
  const said = (name: string) =>
    `struct_pack(${DECIDED.map((column) => `${column} := ${name}.${column}`).join(', ')})`;
  const table = (file: string) =>
    `(SELECT ${addressKey(family, 'first')} AS first, ${DECIDED.join(', ')} FROM read_parquet(${sqlText(file)}))`;
  await duck.run(`CREATE OR REPLACE TEMP TABLE changed AS
    SELECT point, ${said('b')} IS DISTINCT FROM ${said('a')} AS differs
    FROM (SELECT first AS point FROM ${table(before)} UNION SELECT first FROM ${table(after)}) c
    ASOF JOIN ${table(before)} b ON point >= b.first ASOF JOIN ${table(after)} a ON point >= a.first`);
  const [row] = await duck.rows('SELECT coalesce(bool_or(differs), false) AS any FROM changed');
  return row?.['any'] === true;
}

/** The period is as it was: its files stay unless some of them changed. Returns SQL for the addresses to ask. */
async function keepWhole(
  duck: DuckDb,
  folders: RunFolders,
  work: ListWork & { known: Known },
): Promise<string> {
  const { family, period, known } = work;
  const [row] = await duck.rows('SELECT coalesce(bool_or(differs), false) AS any FROM known');
  if (row?.['any'] === true)
    await keepFile(duck, folders, { work, rows: 'SELECT * EXCLUDE (differs) FROM known WHERE NOT differs' });
  else
    for (const name of known.list.files)
      await linkFile(join(folders.earlier, name), join(folders.folder, name));
  return `(SELECT ${ADDRESS} FROM known WHERE differs UNION ALL
    SELECT ${ADDRESS} FROM fresh ANTI JOIN known USING (address_high, address_low) WHERE family = ${family} AND period = ${period})`;
}

/** The period lies in an earlier one that was divided: only what was seen in it is kept. Returns SQL for the addresses to ask. */
async function keepOfSplit(duck: DuckDb, folders: RunFolders, work: ListWork): Promise<string> {
  const { family, period } = work;
  await duck.run(`CREATE OR REPLACE TEMP TABLE wanted AS SELECT DISTINCT ${ADDRESS}
    FROM (SELECT * FROM again UNION ALL SELECT * FROM fresh) WHERE family = ${family} AND period = ${period}`);
  const kept = `(SELECT * FROM known WHERE NOT differs)`;
  await keepFile(duck, folders, {
    work,
    rows: `SELECT k.* EXCLUDE (differs) REPLACE (${period}::UINTEGER AS period) FROM ${kept} k SEMI JOIN wanted USING (address_high, address_low)`,
  });
  return `(SELECT ${ADDRESS} FROM wanted ANTI JOIN ${kept} USING (address_high, address_low))`;
}

async function keepFile(
  duck: DuckDb,
  { folder, part }: RunFolders,
  { work, rows }: { work: ListWork; rows: string },
): Promise<void> {
  const file = join(folder, listFile(work, `${part}k`));
  const columns = `${ADDRESS}, ${DECIDED.join(', ')}`;
  if (
    (await duck.run(`COPY (SELECT ${columns} FROM (${rows})) TO ${sqlText(file)} ${PARQUET_OPTIONS}`)) === 0
  )
    await rm(file, { force: true });
}

async function joinParts(duck: DuckDb, { folder, part }: RunFolders, work: ListWork): Promise<void> {
  const names = [...(work.known && !work.known.split ? work.known.list.files : [])];
  const parts = [...names, listFile(work, `${part}a`), listFile(work, `${part}k`)]
    .map((name) => join(folder, name))
    .filter((file) => existsSync(file));
  if (parts.length <= MOST_PARTS) return;
  await duck.run(
    `COPY (SELECT * FROM read_parquet(${sqlList(parts)})) TO ${sqlText(join(folder, listFile(work, `${part}j`)))} ${PARQUET_OPTIONS}`,
  );
  for (const file of parts) await rm(file);
}
