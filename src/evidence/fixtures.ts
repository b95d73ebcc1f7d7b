/** For tests: a Maltese node with an examiner, an exhibit to examine, and files drawn by nobody. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Actor } from '#access/policy.ts';
import { MEETING, officer, testNode, testOperation } from '#casework/fixtures.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { testDatabase } from '#test/database.ts';
import { registerExhibit } from './exhibits.ts';
import type { HashListDraft } from './hash-lists.ts';
import { type Inventory, inventoryById } from './inventory-store.ts';
import { registerEvidenceJobs } from './jobs.ts';
import type { Exhibit, InventoryId, InventoryState } from './types.ts';

export interface EvidenceNode extends AsyncDisposable {
  readonly ctx: NodeContext;
  readonly operationId: OperationId;
  readonly examiner: Actor;
  readonly investigator: Actor;
  readonly auditor: Actor;
  /** The owner's connection string. */
  readonly databaseUrl: string;
  /** A folder that stands for a mounted exhibit. */
  readonly folder: string;
  /** What an import needs besides its file. */
  readonly list: Omit<HashListDraft, 'path'>;
  /** Writes a file outside the exhibit; gives its path. */
  file(name: string, content: string | Buffer): Promise<string>;
  /** Writes files of the exhibit. */
  fill(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
  exhibit(reference?: string): Promise<Exhibit>;
  count(table: string): Promise<number>;
  /** Runs the jobs from now on. */
  work(): Promise<void>;
  /** Waits for the jobs to bring the inventory there. */
  until(inventoryId: InventoryId, state: InventoryState): Promise<Inventory>;
}

/** `work`: run the jobs; otherwise they are only enqueued. */
export async function evidenceNode(options: { work?: boolean } = {}): Promise<EvidenceNode> {
  const database = await testDatabase();
  const operation = testOperation();
  const node = await testNode(database, 'mt', operation);
  const place = await mkdtemp(join(tmpdir(), 'icarus-evidence-'));
  const folder = join(place, 'exhibit');
  await mkdir(folder);
  const jobs = createJobQueue(node.ctx.db, node.ctx.log);
  const ctx: NodeContext = { ...node.ctx, jobs };
  registerEvidenceJobs(ctx);
  await jobs.start({ work: options.work ?? false });
  const { operationId } = operation;
  const investigator = officer('investigator', 'investigator', operation);
  return {
    ctx,
    operationId,
    examiner: officer('examiner', 'examiner', operation),
    investigator,
    auditor: officer('auditor', 'auditor', operation),
    databaseUrl: database.url,
    folder,
    list: { operationId, name: 'A list', source: 'drawn for the test', version: '1', meaning: 'known' },
    async file(name, content) {
      const path = join(place, name);
      await writeFile(path, content);
      return path;
    },
    async fill(files) {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
    },
    exhibit: (reference = '2011/1') =>
      registerExhibit(ctx, investigator, {
        operationId,
        reference,
        kind: 'disk',
        seizedAt: new Date(MEETING.getTime() - 3_600_000),
        seizedWhere: 'a house in Valletta',
        seizedBy: 'Officer 4711',
        sealNumber: 'S-1',
      }),
    async count(table) {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
        ctx.db,
      );
      return rows[0]?.n ?? 0;
    },
    work: () => jobs.start({ work: true }),
    async until(inventoryId, state) {
      for (;;) {
        const inventory = await inventoryById(ctx.db, inventoryId);
        if (inventory?.state === state) return inventory;
        if (inventory?.state === 'failed' || inventory?.state === 'done')
          throw new Error(`the inventory is ${inventory.state}: ${inventory.failure}`);
        await sleep(20);
      }
    },
    async [Symbol.asyncDispose]() {
      await jobs.stop();
      await node[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await rm(place, { recursive: true, force: true });
    },
  };
}
