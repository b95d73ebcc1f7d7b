/** After a start: makes due what waits and sweeps what broken attempts left. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS } from '#core/clock.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { callDispatch } from './call-dispatch.ts';
import { makeDue } from './claim-store.ts';
import type { Exchange } from './exchange.ts';
import { inboxFiles, openedFolders } from './inbox-store.ts';
import { outboxFiles } from './outbox-store.ts';
import { partialFiles } from './partial-store.ts';
import { sweepPartials } from './take-part.ts';

/**
 * Long enough for the slowest transfer, and for a sealed message to be posted; another process of this
 * node may be at it. By the file system's clock.
 */
const LEFT_BEHIND_MS = DAY_MS;

/** Call once after `jobs.start`. @returns how many files and folders were swept away */
export async function resumeExchange(exchange: Exchange): Promise<{ swept: number }> {
  const { ctx } = exchange;
  await inTransaction(ctx, async (tx) => {
    await makeDue(tx);
    callDispatch(ctx, tx);
  });
  return { swept: (await sweepPartials(exchange)) + (await sweep(ctx)) };
}

async function sweep({ db, paths }: NodeContext): Promise<number> {
  const folders = [
    { folder: paths.inbox, named: keptInInbox },
    { folder: paths.outbox, named: outboxFiles },
    { folder: paths.opened, named: openedFolders },
  ];
  let swept = 0;
  for (const { folder, named } of folders) {
    const old = await oldEntries(folder);
    const kept = await named(db, old);
    for (const name of old.filter((entry) => !kept.has(entry))) {
      await rm(join(folder, name), { recursive: true, force: true });
      swept += 1;
    }
  }
  return swept;
}

/** Messages, and files of which parts are still to come. */
async function keptInInbox(db: Db, names: readonly string[]): Promise<Set<string>> {
  return new Set([...(await inboxFiles(db, names)), ...(await partialFiles(db, names))]);
}

async function oldEntries(folder: string): Promise<string[]> {
  const old: string[] = [];
  for (const name of await readdir(folder)) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > LEFT_BEHIND_MS) old.push(name);
  }
  return old;
}
