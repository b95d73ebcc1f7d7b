/**
 * Inventory of a folder, from the walk to the rows in PostgreSQL, against hashdeep on the same folder in
 * the same run. hashdeep is measured twice: with `-c md5,sha1,sha256`, which is the same work, and as it
 * comes (`-j2`: MD5 and SHA-256 only), which is less. All read a warm cache; the better of two runs counts.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '#core/clock.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { insertExhibit } from '#evidence/exhibit-store.ts';
import { type HashList, insertHashList, insertListRows } from '#evidence/hash-list-store.ts';
import { insertInventory, inventoryById } from '#evidence/inventory-store.ts';
import { matchInventory } from '#evidence/match.ts';
import { inspectListFile, readHashList } from '#evidence/read-hash-list.ts';
import { runSlice } from '#evidence/run-inventory.ts';
import type { ExhibitId, HashListId, InventoryId } from '#evidence/types.ts';
import { nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { Db } from '#platform/tables.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'evidence';

const execute = promisify(execFile);
const RUNS = 2;
const SMALL_BYTES = 50_000;
const LARGE_FILES = 4;

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const folder = join(scratch, 'exhibit');
  const size = small
    ? { smallFiles: 8_000, largeBytes: 100_000_000, listRows: 200_000 }
    : { smallFiles: 60_000, largeBytes: 1_000_000_000, listRows: 2_000_000 };
  const totalBytes = size.smallFiles * SMALL_BYTES + LARGE_FILES * size.largeBytes;
  log(`writing ${totalBytes / 1e6} MB of noise in ${size.smallFiles + LARGE_FILES} files`);
  await writeExhibit(folder, size);
  await using database = await benchDatabase(scratch);
  const { db } = database;
  const paths = await nodePaths(join(scratch, 'node'));
  const hashdeep = await hashdeepProgram(log);
  let inventoryId = await newInventory(db, folder);
  const inventoried = async () => {
    inventoryId = await newInventory(db, folder);
    const end = await runSlice({ db, paths }, inventoryId, {
      signal: AbortSignal.timeout(3_600_000),
      sliceMs: 3_600_000,
    });
    const inventory = await inventoryById(db, inventoryId);
    if (end !== 'finished' || inventory?.bytesHashed !== totalBytes)
      throw new Error('the inventory is not complete');
  };
  const hashdeepWith = (options: readonly string[]) => async () => {
    if (hashdeep) await execute(hashdeep, ['-r', '-j2', ...options, folder], { maxBuffer: 1e9 });
  };
  const [ours, sameSeconds, plainSeconds] = await bestOf(
    [inventoried, hashdeepWith(['-c', 'md5,sha1,sha256']), hashdeepWith([])],
    log,
  );
  const rate = (seconds = 0): number => totalBytes / 1e6 / seconds;
  const peer = (name: string, seconds: number | undefined) =>
    hashdeep ? { name, value: rate(seconds) } : undefined;
  const same = peer('hashdeep -j2 -c md5,sha1,sha256 (same work)', sameSeconds);
  const plain = peer('hashdeep -j2 (no SHA-1)', plainSeconds);
  const ratio = (other: { value: number } | undefined) => (other ? rate(ours) / other.value : undefined);
  const inventory = { name: 'inventory: MD5 + SHA-1 + SHA-256, recorded', value: rate(ours), unit: 'MB/s' };
  return [
    { ...inventory, peer: same, ratio: ratio(same) },
    { ...inventory, peer: plain, ratio: ratio(plain) },
    ...(await listFigures(db, inventoryId, { path: join(scratch, 'list.txt'), rows: size.listRows, log })),
  ];
}

/** Half small files of an ordinary device, half large ones, by bytes. */
async function writeExhibit(folder: string, size: { smallFiles: number; largeBytes: number }): Promise<void> {
  const noise = Buffer.alloc(1_000_000);
  let state = 42;
  for (let i = 0; i + 4 <= noise.length; i += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    noise.writeUInt32LE(state, i);
  }
  for (let i = 0; i < size.smallFiles; i++) {
    const place = join(folder, `folder ${Math.floor(i / 200)}`);
    if (i % 200 === 0) await mkdir(place, { recursive: true });
    const content = Buffer.from(noise.subarray((i * 37) % 900_000, ((i * 37) % 900_000) + SMALL_BYTES));
    content.writeUInt32LE(i, 0);
    await writeFile(join(place, `${i}.bin`), content);
  }
  for (let i = 0; i < LARGE_FILES; i++) {
    const parts = Array.from({ length: size.largeBytes / noise.length }, () => noise);
    await writeFile(join(folder, `large ${i}.img`), parts);
  }
}

/** The best time of each, in seconds; taken in turns, so that what else the machine does falls on all alike. */
async function bestOf(
  acts: readonly (() => Promise<void>)[],
  log: (text: string) => void,
): Promise<number[]> {
  const least = acts.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 1; turn <= RUNS; turn++) {
    log(`turn ${turn} of ${RUNS}`);
    for (const [i, act] of acts.entries()) {
      const startedAt = performance.now();
      await act();
      least[i] = Math.min(least[i] ?? Number.POSITIVE_INFINITY, (performance.now() - startedAt) / 1000);
    }
  }
  return least;
}

async function hashdeepProgram(log: (text: string) => void): Promise<string | undefined> {
  try {
    const { stdout } = await execute('sh', [join(import.meta.dirname, 'peers/hashdeep.sh')]);
    return stdout.trim();
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    log(`hashdeep is left out: ${said}`);
    return undefined;
  }
}

async function newInventory(db: Db, folder: string): Promise<InventoryId> {
  const at = systemClock.now();
  const operationId = newId<OperationId>('operation', at);
  const exhibitId = newId<ExhibitId>('exhibit', at);
  const inventoryId = newId<InventoryId>('inventory', at);
  await db.transaction().execute(async (tx) => {
    await insertExhibit(tx, {
      exhibitId,
      operationId,
      targetId: null,
      reference: exhibitId,
      kind: 'disk',
      description: '',
      seizedAt: at,
      seizedWhere: 'nowhere',
      seizedBy: 'nobody',
      sealNumber: null,
      registeredAt: at,
      registeredBy: 'bench',
    });
    await insertInventory(tx, {
      inventoryId,
      exhibitId,
      operationId,
      folder,
      tool: 'bench',
      at,
      by: 'bench',
    });
  });
  return inventoryId;
}

interface ListRun {
  readonly path: string;
  readonly rows: number;
  log(text: string): void;
}

/** A list of hashes of nothing on the exhibit: import, then match the whole inventory with it. */
async function listFigures(
  db: Db,
  inventoryId: InventoryId,
  { path, rows, log }: ListRun,
): Promise<Figure[]> {
  log(`importing ${rows} hashes`);
  await writeFile(
    path,
    Array.from({ length: rows }, (_, i) => `${createHash('sha1').update(`${i}`).digest('hex')}\n`).join(''),
  );
  const startedAt = performance.now();
  await db.transaction().execute(async (tx) => {
    const file = await inspectListFile(path);
    const number = await insertHashList(tx, benchList(file.sha256, file.sizeBytes));
    if (number === undefined) throw new Error('the list is here already');
    for await (const group of readHashList(file)) await insertListRows(tx, number, group);
  });
  const importedAt = performance.now();
  const inventory = await inventoryById(db, inventoryId);
  if (!inventory) throw new Error('the inventory is gone');
  await db.transaction().execute((tx) => matchInventory({ clock: systemClock }, tx, inventory, 'bench'));
  const matchedAt = performance.now();
  return [
    {
      name: `hash list import, ${rows.toLocaleString('en-GB')} rows`,
      value: (rows * 1000) / (importedAt - startedAt),
      unit: 'rows/s',
    },
    {
      name: `match ${inventory.filesHashed.toLocaleString('en-GB')} files with it`,
      value: (matchedAt - importedAt) / 1000,
      unit: 's',
    },
  ];
}

function benchList(fileSha256: string, fileBytes: number): HashList {
  const importedAt = systemClock.now();
  return {
    listId: newId<HashListId>('hashlist', importedAt),
    name: 'bench',
    source: 'made here',
    version: '1',
    listedOn: null,
    format: 'plain',
    fileSha256,
    fileBytes,
    meaning: 'known',
    meanings: {},
    rowsRead: 0,
    rowsImported: 0,
    rowsSkipped: 0,
    operationId: newId<OperationId>('operation', importedAt),
    importedAt,
    importedBy: 'bench',
  };
}

/** A server as a node has it: commits reach the disk. */
async function benchDatabase(scratch: string): Promise<{ db: Db } & AsyncDisposable> {
  const dataDir = join(scratch, 'database');
  await mkdir(dataDir, { recursive: true });
  // As root, the server runs as another user, who must be able to walk in.
  for (const place of [scratch, dataDir]) await chmod(place, 0o711);
  const cluster = await openCluster({ dataDir });
  await createDatabase(cluster.url('postgres'), 'bench');
  await migrate(cluster.url('bench'));
  const db = openDatabase({ url: cluster.url('bench') });
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await cluster.stop();
      await rm(clusterFolder(dataDir), { recursive: true, force: true });
    },
  };
}
