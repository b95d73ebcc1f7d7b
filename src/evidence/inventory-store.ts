import { type Selectable, sql } from 'kysely';
import type { OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { FileFinding } from './hash-file.ts';
import { pathBytes, type RawPath, rawPath, shownPath } from './path-text.ts';
import type { InventoryTable } from './tables.ts';
import type { ExhibitId, InventoryId, InventoryState } from './types.ts';

export interface Inventory {
  readonly inventoryId: InventoryId;
  /** Key of its files inside this database. */
  readonly number: number;
  readonly exhibitId: ExhibitId;
  readonly operationId: OperationId;
  readonly folder: string;
  readonly tool: string;
  readonly state: InventoryState;
  readonly failure: string | null;
  readonly failures: number;
  readonly filesSeen: number;
  readonly filesHashed: number;
  readonly filesNotExamined: number;
  readonly bytesHashed: number;
  /** Read, but not recorded yet. */
  readonly bytesInHand: number;
  /** Null until the folder has been counted. */
  readonly filesTotal: number | null;
  readonly bytesTotal: number | null;
  readonly lastPath: RawPath | null;
  /** Of the run that may append now. */
  readonly runToken: string | null;
  readonly startedAt: Date;
  readonly startedBy: string;
  readonly finishedAt: Date | null;
}

export interface NewInventory {
  readonly inventoryId: InventoryId;
  readonly exhibitId: ExhibitId;
  readonly operationId: OperationId;
  readonly folder: string;
  readonly tool: string;
  readonly at: Date;
  readonly by: string;
}

/** Returns false where another inventory of the exhibit is under way. */
export async function insertInventory(tx: Tx, inventory: NewInventory): Promise<boolean> {
  const inserted = await tx
    .insertInto('inventory')
    .values({
      id: inventory.inventoryId,
      exhibit_id: inventory.exhibitId,
      operation_id: inventory.operationId,
      folder: inventory.folder,
      tool: inventory.tool,
      state: 'running',
      failure: null,
      run_token: null,
      files_total: null,
      bytes_total: null,
      last_path: null,
      started_at: inventory.at,
      started_by: inventory.by,
      finished_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('number')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function inventoryById(db: Db, inventoryId: InventoryId): Promise<Inventory | undefined> {
  const row = await db.selectFrom('inventory').selectAll().where('id', '=', inventoryId).executeTakeFirst();
  return row && toInventory(row);
}

/** Newest first. */
export async function inventoriesOf(db: Db, exhibitId: ExhibitId): Promise<Inventory[]> {
  const rows = await db
    .selectFrom('inventory')
    .selectAll()
    .where('exhibit_id', '=', exhibitId)
    .orderBy('number', 'desc')
    .execute();
  return rows.map(toInventory);
}

/** The newest of each exhibit of the operation. */
export async function newestInventories(
  db: Db,
  operationId: OperationId,
): Promise<Map<ExhibitId, Inventory>> {
  const rows = await db
    .selectFrom('inventory')
    .distinctOn('exhibit_id')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('exhibit_id')
    .orderBy('number', 'desc')
    .execute();
  return new Map(rows.map(toInventory).map((inventory) => [inventory.exhibitId, inventory]));
}

/** Is an inventory of the exhibit under way? Holds the answer until the end of the transaction. */
export async function hasRunning(tx: Tx, exhibitId: ExhibitId): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${exhibitId}, 0))`.execute(tx);
  const row = await tx
    .selectFrom('inventory')
    .select('id')
    .where('exhibit_id', '=', exhibitId)
    .where('state', 'in', ['running', 'matching', 'measuring'])
    .executeTakeFirst();
  return row !== undefined;
}

/** Makes this run the only one that may append. Undefined where the inventory is not running. */
export async function takeOver(
  db: Db,
  inventoryId: InventoryId,
  token: string,
): Promise<Inventory | undefined> {
  const row = await db
    .updateTable('inventory')
    .set({ run_token: token, bytes_in_hand: 0 })
    .where('id', '=', inventoryId)
    .where('state', '=', 'running')
    .returningAll()
    .executeTakeFirst();
  return row && toInventory(row);
}

/** A run of an inventory: only the one that took over last may write. */
export interface Run {
  readonly inventoryId: InventoryId;
  readonly number: number;
  readonly token: string;
}

/** Appends findings behind what is recorded, in one transaction with the position. Returns false where another run took over. */
export async function appendFindings(tx: Tx, run: Run, findings: readonly FileFinding[]): Promise<boolean> {
  const hashed = findings.filter(({ problem }) => problem === null);
  const last = findings.at(-1);
  if (!last) return stillRunning(tx, run);
  const row = await tx
    .updateTable('inventory')
    .set({
      files_seen: sql`files_seen + ${findings.length}`,
      files_hashed: sql`files_hashed + ${hashed.length}`,
      files_not_examined: sql`files_not_examined + ${findings.length - hashed.length}`,
      bytes_hashed: sql`bytes_hashed + ${hashed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)}`,
      last_path: pathBytes(last.path),
      failures: 0,
      failure: null,
    })
    .where('id', '=', run.inventoryId)
    .where('state', '=', 'running')
    .where('run_token', '=', run.token)
    .returning('files_seen')
    .executeTakeFirst();
  if (!row) return false;
  await insertFindings(tx, { number: run.number, before: row.files_seen - findings.length }, findings);
  return true;
}

/** One statement a batch, columns as arrays: a third of the cost of a row of parameters each. */
async function insertFindings(
  tx: Tx,
  place: { number: number; before: number },
  findings: readonly FileFinding[],
): Promise<void> {
  const shown = findings.map(({ path }) => shownPath(path));
  const inexact = findings.map(({ path }, i) => (shown[i]?.exact ? null : pathBytes(path).toString('hex')));
  await sql`
    insert into inventory_file (inventory_number, ordinal, path, path_bytes, status, reason, detail, size_bytes,
      modified_at, changed_at, born_at, media_type, md5, sha1, sha256)
    select ${place.number}, ${place.before} + n, path, decode(bytes, 'hex'),
      case when reason is null then 'hashed' else 'not-examined' end, reason, detail, size,
      to_timestamp(modified), to_timestamp(changed), to_timestamp(born), media,
      substring(hashes from 1 for 16), substring(hashes from 17 for 20), substring(hashes from 37 for 32)
    from (
      select path, bytes, reason, detail, size, modified, changed, born, media, decode(hex, 'hex') as hashes, n
      from unnest(
        ${shown.map(({ text }) => text)}::text[],
        ${inexact}::text[],
        ${findings.map(({ problem }) => problem?.reason ?? null)}::text[],
        ${findings.map(({ problem }) => problem?.detail ?? null)}::text[],
        ${findings.map(({ sizeBytes }) => sizeBytes)}::bigint[],
        ${findings.map(({ times }) => seconds(times?.modified))}::float8[],
        ${findings.map(({ times }) => seconds(times?.changed))}::float8[],
        ${findings.map(({ times }) => seconds(times?.born || undefined))}::float8[],
        ${findings.map(({ mediaType }) => mediaType)}::text[],
        ${findings.map(({ hashes }) => (hashes ? hashes.md5 + hashes.sha1 + hashes.sha256 : null))}::text[]
      ) with ordinality as finding (path, bytes, reason, detail, size, modified, changed, born, media, hex, n)
    ) as findings`.execute(tx);
}

/** Years 1 to 9999: a disk may state any time, and one beyond these is not one. */
const EARLIEST_MS = -62_135_596_800_000;
const LATEST_MS = 253_402_300_799_000;

function seconds(ms: number | undefined): number | null {
  return ms === undefined || ms < EARLIEST_MS || ms > LATEST_MS ? null : ms / 1000;
}

async function stillRunning(db: Db, run: Run): Promise<boolean> {
  const row = await db
    .selectFrom('inventory')
    .select('id')
    .where('id', '=', run.inventoryId)
    .where('state', '=', 'running')
    .where('run_token', '=', run.token)
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes how far the reading is. Returns false where the run shall stop: cancelled, or taken over. */
export async function noteProgress(db: Db, run: Run, bytesInHand: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('inventory')
    .set({ bytes_in_hand: bytesInHand })
    .where('id', '=', run.inventoryId)
    .where('state', '=', 'running')
    .where('run_token', '=', run.token)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function setTotal(
  db: Db,
  inventoryId: InventoryId,
  total: { files: number; bytes: number },
): Promise<void> {
  await db
    .updateTable('inventory')
    .set({ files_total: total.files, bytes_total: total.bytes })
    .where('id', '=', inventoryId)
    .execute();
}

export interface StateChange {
  readonly from: readonly InventoryState[];
  readonly to: InventoryState;
  readonly at?: Date;
  /** Only if this run still holds it. */
  readonly token?: string;
}

/** Returns false where the inventory is in none of the states `from`, or is another run's. */
export async function changeState(tx: Tx, inventoryId: InventoryId, change: StateChange): Promise<boolean> {
  let query = tx
    .updateTable('inventory')
    .set({ state: change.to, bytes_in_hand: 0, ...(change.at ? { finished_at: change.at } : {}) })
    .where('id', '=', inventoryId)
    .where('state', 'in', [...change.from]);
  if (change.token !== undefined) query = query.where('run_token', '=', change.token);
  const { numUpdatedRows } = await query.executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Counts a failure. Returns how many came in a row since something was recorded. */
export async function noteFailure(db: Db, inventoryId: InventoryId, code: string): Promise<number> {
  const row = await db
    .updateTable('inventory')
    .set({ failure: code, failures: sql`failures + 1` })
    .where('id', '=', inventoryId)
    .returning('failures')
    .executeTakeFirst();
  return row?.failures ?? 0;
}

function toInventory(row: Selectable<InventoryTable>): Inventory {
  return {
    inventoryId: row.id as InventoryId,
    number: row.number,
    exhibitId: row.exhibit_id as ExhibitId,
    operationId: row.operation_id as OperationId,
    folder: row.folder,
    tool: row.tool,
    state: row.state,
    failure: row.failure,
    failures: row.failures,
    filesSeen: row.files_seen,
    filesHashed: row.files_hashed,
    filesNotExamined: row.files_not_examined,
    bytesHashed: row.bytes_hashed,
    bytesInHand: row.bytes_in_hand,
    filesTotal: row.files_total,
    bytesTotal: row.bytes_total,
    lastPath: row.last_path && rawPath(row.last_path),
    runToken: row.run_token,
    startedAt: row.started_at,
    startedBy: row.started_by,
    finishedAt: row.finished_at,
  };
}
