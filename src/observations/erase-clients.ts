/**
 * Erasing client ids from the lake: every Parquet file of the operation that names one is written anew
 * without its rows, beside itself, and takes its own place. Done twice, it comes to the same. What is derived
 * and can be made again (covers, shelves, merged lists) goes whole. Counts of an import stay: they say what
 * was read then.
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction } from '#platform/context.ts';
import { countIn, type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { duckOptions, type LakeContext, lakeFolder, openLake, syncFiles } from './lake.ts';
import { lakeRows } from './lake-rows.ts';
import { sweepStorage } from './partition/object-lake.ts';
import { importsOf, runsOf } from './store.ts';
import { BUILD_PARQUET } from './targets/build-files.ts';
import { buildsOf, updateRanking } from './targets/build-store.ts';

export interface ClientErasure {
  readonly operationId: OperationId;
  readonly targetIds: readonly string[];
  readonly clientIds: readonly string[];
  /** Custody event's subject: the erasure that asks for it. */
  readonly erasureId: string;
}

/** @returns how many rows went, of all files together, and how many files were written anew or removed */
export async function eraseClients(
  ctx: LakeContext,
  erasure: ClientErasure,
): Promise<{ rows: number; files: number }> {
  const { operationId } = erasure;
  await using duck = await openLake(duckOptions(ctx));
  const folders = await foldersOf(ctx, operationId);
  // Before the observations go: which addresses only these clients had.
  const addresses = await ownAddresses(ctx, duck, erasure);
  let rows = 0;
  let files = await removeDerived(ctx, erasure);
  for (const file of await filesBelow(folders)) {
    const gone = file.endsWith('.parquet')
      ? await sieveParquet(duck, file, { ...erasure, addresses })
      : await sieveLines(file, erasure);
    rows += gone;
    if (gone > 0) files++;
  }
  await sweepStorage(ctx);
  return { rows, files };
}

/** Every folder of the lake that holds an operation's data. */
export async function foldersOf({ db, paths }: LakeContext, operationId: OperationId): Promise<string[]> {
  const links = await db
    .selectFrom('target_link_run')
    .select('id')
    .where('operation_id', '=', operationId)
    .execute();
  const uploads = await db
    .selectFrom('log_upload')
    .select('id')
    .where('operation_id', '=', operationId)
    .execute();
  return [
    ...(await importsOf(db, operationId)).map(({ importId }) => lakeFolder(paths.lake, 'imports', importId)),
    ...(await runsOf(db, operationId)).map(({ runId }) => lakeFolder(paths.lake, 'attribution', runId)),
    ...(await buildsOf(db, operationId)).map(({ buildId }) => lakeFolder(paths.lake, 'builds', buildId)),
    ...links.map(({ id }) => lakeFolder(paths.lake, 'links', id)),
    ...uploads.map(({ id }) => join(paths.lake, 'uploads', id)),
  ];
}

/** The client ids that these targets have in the builds of the operation. */
export async function clientIdsOf(
  ctx: LakeContext,
  operationId: OperationId,
  targetIds: readonly string[],
): Promise<string[]> {
  const found = new Set<string>();
  await using duck = await openLake(duckOptions(ctx));
  for (const { buildId } of await buildsOf(ctx.db, operationId)) {
    const facts = join(lakeFolder(ctx.paths.lake, 'builds', buildId), 'facts', '*.parquet');
    for (const row of await duck.rows(
      `SELECT DISTINCT client_id FROM read_parquet(${sqlText(facts)}) WHERE target_id IN (${quoted(targetIds)})`,
    ))
      found.add(textIn(row, 'client_id') ?? '');
  }
  return [...found].sort();
}

/** SQL: `family, address_high, address_low` of addresses that no other client of the operation had. */
async function ownAddresses(
  ctx: LakeContext,
  duck: DuckDb,
  { operationId, clientIds }: ClientErasure,
): Promise<string> {
  const rows = lakeRows(await importsOf(ctx.db, operationId), {
    lake: ctx.paths.lake,
    columns: ['client_id', 'family', 'address_high', 'address_low'],
  });
  const own = clientIds.length === 0 ? 'false' : `client_id IN (${quoted(clientIds)})`;
  await duck.run(
    rows === undefined
      ? `CREATE TABLE own_address (family UTINYINT, address_high UBIGINT, address_low UBIGINT)`
      : `CREATE TABLE own_address AS SELECT family, address_high, address_low FROM (${rows})
          GROUP BY ALL HAVING bool_and(${own})`,
  );
  return 'SELECT family, address_high, address_low FROM own_address';
}

/** What a build holds beside its own files, and the lists of rankings before the present one. */
async function removeDerived(ctx: LakeContext, { operationId, erasureId }: ClientErasure): Promise<number> {
  let removed = 0;
  for (const { buildId, ranking, profile, rankedAt } of await buildsOf(ctx.db, operationId)) {
    const folder = lakeFolder(ctx.paths.lake, 'builds', buildId);
    const kept = new Set(['facts', 'places', 'supply', 'rare', 'rare-files.parquet']);
    // Under a new name, so that no engine goes on reading a copy of the old list that it holds open.
    const renamed = `${ranking.replace(/-e[0-9a-f]{8}$/, '')}-e${randomBytes(4).toString('hex')}`;
    await rename(join(folder, `${ranking}.parquet`), join(folder, `${renamed}.parquet`));
    kept.add(`${renamed}.parquet`);
    await inTransaction(ctx, async (tx) => {
      await updateRanking(tx, buildId, { ranking: renamed, profile, rankedAt });
      await recordEvent(tx, {
        at: ctx.clock.now(),
        kind: 'observations.data-erased',
        actor: 'system:protection',
        operationId,
        subject: { kind: 'erasure', id: erasureId },
        facts: { build: buildId },
      });
    });
    for (const name of await readdir(folder)) {
      if (kept.has(name)) continue;
      await rm(join(folder, name), { recursive: true, force: true });
      removed++;
    }
  }
  return removed;
}

async function filesBelow(folders: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    for (const name of names) {
      const path = join(folder, name);
      if ((await stat(path)).isFile()) files.push(path);
    }
  }
  return files;
}

/** Rows that name one of the ids in any of their texts go; answers on addresses that only they had, too. */
async function sieveParquet(
  duck: DuckDb,
  file: string,
  { targetIds, clientIds, addresses }: ClientErasure & { readonly addresses: string },
): Promise<number> {
  const columns = await duck.rows(`DESCRIBE SELECT * FROM ${read(file)}`);
  const ids = [...targetIds, ...clientIds];
  const named = (type: string) =>
    columns
      .filter((column) => textIn(column, 'column_type') === type)
      .map((column) => `"${textIn(column, 'column_name')}"`);
  const tests = [
    ...named('VARCHAR').map((column) => `${column} IN (${quoted(ids)})`),
    ...named('VARCHAR[]').map((column) => `list_has_any(${column}, [${quoted(ids)}])`),
    ...(isMalformed(file) ? clientIds.map((id) => `contains(value, ${sqlText(id)})`) : []),
    ...(basename(dirname(dirname(file))) === 'attribution' && named('UTINYINT').includes('"family"')
      ? [`(family, address_high, address_low) IN (${addresses})`]
      : []),
  ];
  if (tests.length === 0) return 0;
  const goes = tests.map((test) => `coalesce(${test}, false)`).join(' OR ');
  const [counted] = await duck.rows(`SELECT count(*) AS gone FROM ${read(file)} WHERE ${goes}`);
  const gone = countIn(counted, 'gone');
  if (gone === 0) return 0;
  const beside = `${file}.erasing`;
  await duck.run(
    `COPY (SELECT * FROM ${read(file)} WHERE NOT (${goes})) TO ${sqlText(beside)} (${BUILD_PARQUET})`,
  );
  await syncFiles([beside]);
  await rename(beside, file);
  return gone;
}

function read(file: string): string {
  return `read_parquet(${sqlText(file)}, hive_partitioning = false)`;
}

/** Lines that could not be cut into columns: their text is kept for people. */
function isMalformed(file: string): boolean {
  return /^malformed-\d+\.parquet$/.test(basename(file));
}

/** Lists for people, such as refused lines: a line that names one of the ids goes. Uploads are raw logs. */
async function sieveLines(file: string, { targetIds, clientIds }: ClientErasure): Promise<number> {
  if (!file.endsWith('.csv')) return 0;
  const ids = [...targetIds, ...clientIds];
  const lines = (await readFile(file, 'utf8')).split('\n');
  const left = lines.filter((line) => !ids.some((id) => line.includes(id)));
  if (left.length === lines.length) return 0;
  const beside = `${file}.erasing`;
  await writeFile(beside, left.join('\n'), { mode: 0o600 });
  await syncFiles([beside]);
  await rename(beside, file);
  return lines.length - left.length;
}

function quoted(ids: readonly string[]): string {
  return ids.length === 0 ? 'NULL' : ids.map(sqlText).join(', ');
}
