/**
 * Erasing targets from packages on the disk. What was composed here is bound by its digest and cannot be
 * changed: the content of a package that names one goes whole, with the sealed file; its row, digest and
 * counts stay, and a new version can be composed without them. What came is worked with: its sealed file goes,
 * and of the opened content everything that names the targets.
 */
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { MessageId, OperationId, PackageId } from '#core/ids.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { sqlText } from '#platform/duckdb.ts';
import type { Db } from '#platform/tables.ts';
import { TARGETS_FILE } from './content.ts';
import { contentFolder } from './folder.ts';
import { packagesOf } from './store.ts';

/** Packages composed here whose content names one of the targets. */
export async function composedWith(
  { db, paths }: Pick<LakeContext, 'db' | 'paths'>,
  operationId: OperationId,
  targetIds: readonly string[],
): Promise<{ packageId: PackageId; messageId: MessageId | null }[]> {
  const found: { packageId: PackageId; messageId: MessageId | null }[] = [];
  for (const { packageId, messageId } of await packagesOf(db, operationId)) {
    if (await names(join(contentFolder(paths, packageId), TARGETS_FILE), targetIds))
      found.push({ packageId, messageId });
  }
  return found;
}

async function names(file: string, ids: readonly string[]): Promise<boolean> {
  if (!existsSync(file)) return false;
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (ids.some((id) => line.includes(`"${id}"`))) return true;
  }
  return false;
}

/** Packages that came with one of the targets: their message and the folder of the opened content. */
export async function receivedWith(
  db: Db,
  operationId: OperationId,
  targetIds: readonly string[],
): Promise<{ messageId: string; folder: string }[]> {
  const rows = await db
    .selectFrom('received_package')
    .select(['message_id', 'folder'])
    .distinct()
    .innerJoin('received_target', 'received_target.package_id', 'received_package.id')
    .where('received_package.operation_id', '=', operationId)
    .where('received_target.target_id', 'in', targetIds)
    .execute();
  return rows.map(({ message_id, folder }) => ({ messageId: message_id, folder }));
}

/** Of many targets at once, so that one cannot be taken out of them. */
const OF_MANY = ['summary.pdf', 'preservation'];

/**
 * Takes the targets out of an opened package: their dossiers, their lines and rows; documents that speak of
 * several go whole. Done twice, it comes to the same.
 */
export async function takeOutOfContent(
  ctx: LakeContext,
  folder: string,
  targetIds: readonly string[],
): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of OF_MANY) await rm(join(folder, name), { recursive: true, force: true });
  const dossiers = join(folder, 'dossiers');
  const ends = targetIds.map((id) => `-${id.replace(/^target_/, '')}.pdf`);
  for (const name of await readdir(dossiers).catch(() => [])) {
    if (ends.some((end) => name.endsWith(end))) await rm(join(dossiers, name), { force: true });
  }
  const without = (line: string): boolean => !targetIds.some((id) => line.includes(id));
  for (const name of ['targets.csv', 'addresses.csv', 'observations.csv'])
    await rewrite(join(folder, name), (text) => text.split('\n').filter(without).join('\n'));
  await rewrite(join(folder, TARGETS_FILE), (text) => {
    const lines = text.split('\n').filter((line) => !/^[[\]]?$/.test(line) && without(line));
    return `[\n${lines.map((line) => line.replace(/,$/, '')).join(',\n')}\n]\n`;
  });
  await sieveObservations(ctx, join(folder, 'observations.parquet'), targetIds);
}

async function rewrite(file: string, change: (text: string) => string): Promise<void> {
  if (!existsSync(file)) return;
  await writeFile(`${file}.erasing`, change(await readFile(file, 'utf8')), { mode: 0o600 });
  await rename(`${file}.erasing`, file);
}

async function sieveObservations(
  ctx: LakeContext,
  file: string,
  targetIds: readonly string[],
): Promise<void> {
  if (!existsSync(file)) return;
  await using duck = await openLake(duckOptions(ctx));
  const beside = `${file}.erasing`;
  await duck.run(`COPY (SELECT * FROM read_parquet(${sqlText(file)}) WHERE target_id NOT IN (${targetIds.map(sqlText).join(', ')}))
    TO ${sqlText(beside)} (FORMAT parquet)`);
  await rename(beside, file);
}
