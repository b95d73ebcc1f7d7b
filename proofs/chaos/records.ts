/** What stands in one node after the settling, read past the product's stores: the verdict does not ask the accused. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Db } from '#platform/tables.ts';
import { KEY_FILE } from './messages.ts';
import { type SceneNode, withDatabaseOf } from './scene.ts';

interface Sent {
  readonly id: string;
  readonly kind: string;
  readonly sha256: string;
  readonly file: string;
  readonly recipients: readonly string[];
}
interface Came extends Sent {
  readonly state: string;
  readonly folder: string | null;
}
interface Effect {
  readonly message_id: string;
  readonly kind: string;
  readonly key: string;
  readonly digest: string;
}
interface Stated {
  readonly message_id: string;
  readonly recipient: string;
  readonly status: string;
  readonly count: number;
}

export interface Records {
  readonly node: Pick<SceneNode, 'agencyId'>;
  readonly outbox: readonly Sent[];
  readonly inbox: readonly Came[];
  readonly effects: readonly Effect[];
  /** Receipts, by message, recipient and status. */
  readonly stated: readonly Stated[];
  /** Custody events by `kind message`. */
  readonly events: ReadonlyMap<string, number>;
  /** Rows whose file or folder is not there or holds something else. */
  readonly wrongFiles: readonly string[];
  /** Files and folders that no row names: what broken attempts left, swept after a day. */
  readonly leftBehind: number;
}

export async function readRecords(node: SceneNode): Promise<Records> {
  return withDatabaseOf(node, async (db) => {
    const outbox = await rowsOf<Sent>(db, 'select id, kind, sha256, file, recipients from outbox_message');
    const inbox = await rowsOf<Came>(
      db,
      'select id, kind, sha256, file, recipients, state, folder from inbox_message',
    );
    const events = await rowsOf<{ kind: string; subject_id: string; count: number }>(
      db,
      `select kind, subject_id, count(*)::int as count from custody_event where subject_kind = 'message' group by 1, 2`,
    );
    return {
      node,
      outbox,
      inbox,
      effects: await rowsOf<Effect>(db, 'select message_id, kind, key, digest from chaos_effect'),
      stated: await rowsOf<Stated>(
        db,
        'select message_id, recipient, status, count(*)::int as count from receipt group by 1, 2, 3',
      ),
      events: new Map(events.map(({ kind, subject_id, count }) => [`${kind} ${subject_id}`, count])),
      wrongFiles: await wrongFilesOf(node, outbox, inbox),
      leftBehind: await leftBehindIn(node, outbox, inbox),
    };
  });
}

async function rowsOf<Row>(db: Db, text: string): Promise<Row[]> {
  return (await sql.raw<Row>(text).execute(db)).rows;
}

/** How much still has to be done in this node: to hand over, to open. */
export async function openWork(node: SceneNode): Promise<number> {
  return withDatabaseOf(node, async (db) => {
    const [row] = await rowsOf<{ open: number }>(
      db,
      `select (select count(*) from delivery where state = 'queued')::int
            + (select count(*) from inbox_message where state = 'received')::int as open`,
    );
    return row?.open ?? 0;
  });
}

async function wrongFilesOf(
  { home, agencyId }: SceneNode,
  outbox: readonly Sent[],
  inbox: readonly Came[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [folder, messages] of [
    ['outbox', outbox],
    ['inbox', inbox],
  ] as const) {
    for (const { id, file, sha256 } of messages) {
      if ((await digestOfFile(join(home, folder, file))) !== sha256)
        wrong.push(`${agencyId} ${folder} ${id}`);
    }
  }
  for (const { id, kind, state, folder } of inbox) {
    if (state !== 'opened') continue;
    // A receipt is read in memory: its document stands in the rows and, sealed, in the inbox folder.
    const asItShould =
      kind === 'receipt'
        ? folder === null
        : folder !== null && (await isThere(join(home, 'opened', folder, KEY_FILE)));
    if (!asItShould) wrong.push(`${agencyId} opened ${id}`);
  }
  return wrong;
}

async function digestOfFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

async function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

async function leftBehindIn(
  { home }: SceneNode,
  outbox: readonly Sent[],
  inbox: readonly Came[],
): Promise<number> {
  const named = new Set([
    ...outbox.map(({ file }) => `outbox/${file}`),
    ...inbox.map(({ file }) => `inbox/${file}`),
    ...inbox.map(({ folder }) => `opened/${folder ?? ''}`),
  ]);
  let left = 0;
  for (const folder of ['outbox', 'inbox', 'opened']) {
    for (const name of await readdir(join(home, folder))) if (!named.has(`${folder}/${name}`)) left += 1;
  }
  return left;
}
