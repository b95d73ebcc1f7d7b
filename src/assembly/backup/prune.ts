/**
 * Letting backups end: keys of weeks that were kept long enough are destroyed, which closes every backup of them
 * wherever its copies lie, and the folders that lie here are removed.
 */
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { lookRegularly, type RegularLook } from '#platform/regular-look.ts';
import { syncFolder } from '#platform/staging-folder.ts';
import { backupRegister, destroyExpired, retireCopy } from '#protection/backup-keys.ts';
import { LABEL_FILE, MANIFEST_FILE } from './manifest.ts';

/** No backup is readable for longer, where nothing else is set. */
export const KEEP_DAYS = 35;

export interface Pruned {
  /** Backups that were removed. */
  readonly folders: readonly string[];
  readonly keysDestroyed: number;
}

/**
 * Removes from `folder` the backups that were made longer ago than the days of `ICARUS_BACKUP_KEEP_DAYS`.
 * @throws access/denied, backup/folder-unreadable, backup/register-unreachable
 */
export async function pruneBackups(ctx: NodeContext, actor: Actor, folder: string): Promise<Pruned> {
  authorize(actor, 'node.administer');
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new IcarusError('backup/folder-unreadable', { folder }, { cause });
  });
  const keysDestroyed = await destroyOld(ctx);
  const before = ctx.clock.now().getTime() - keepDays(ctx) * DAY_MS;
  const folders: string[] = [];
  for (const name of names.sort()) {
    const path = join(resolve(folder), name);
    // What an earlier pruning that was cut off has left.
    if (/^\..+\.pruned$/.test(name)) await rm(path, { recursive: true, force: true });
    const madeAt = await madeAtOf(path);
    if (name.startsWith('.') || madeAt === undefined || madeAt > before) continue;
    // No longer a backup, before its files go one by one.
    const going = join(resolve(folder), `.${name}.pruned`);
    await rename(path, going);
    await syncFolder(resolve(folder));
    await rm(going, { recursive: true, force: true });
    folders.push(path);
  }
  await recordPruned(ctx, actorName(actor), { folders: folders.length, keysDestroyed });
  return { folders, keysDestroyed };
}

/** Destroys the keys of weeks that are over; the node does it by itself every hour and with every backup. */
export async function expireBackupKeys(ctx: NodeContext): Promise<number> {
  const keysDestroyed = await destroyOld(ctx);
  if (keysDestroyed > 0) await recordPruned(ctx, 'system:backup', { folders: 0, keysDestroyed });
  return keysDestroyed;
}

function destroyOld(ctx: NodeContext): Promise<number> {
  return destroyExpired(backupRegister(ctx), ctx.clock.now(), keepDays(ctx));
}

function keepDays({ backups }: Pick<NodeContext, 'backups'>): number {
  return backups?.keepDays ?? KEEP_DAYS;
}

/**
 * Ends the use of a copy of the register; `folder` as `ICARUS_BACKUP_REGISTER` names it.
 * @throws access/denied, backup/register-unknown, backup/register-unreachable
 */
export async function retireRegister(
  ctx: NodeContext,
  actor: Actor,
  copy: { readonly folder: string; readonly lost: boolean },
): Promise<string> {
  authorize(actor, 'node.administer');
  const folder = join(resolve(copy.folder), ctx.node.agencyId);
  await retireCopy(backupRegister(ctx), folder, copy);
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'node.register-retired',
      actor: actorName(actor),
      subject: { kind: 'agency', id: ctx.node.agencyId },
      facts: { lost: copy.lost },
    }),
  );
  return folder;
}

/** When a backup was made, by its label; undefined where the folder is none. */
async function madeAtOf(path: string): Promise<number | undefined> {
  try {
    const label = JSON.parse(await readFile(join(path, LABEL_FILE), 'utf8')) as { at: string };
    await readFile(join(path, MANIFEST_FILE));
    const at = Date.parse(label.at);
    return Number.isNaN(at) ? undefined : at;
  } catch {
    return undefined;
  }
}

async function recordPruned(
  ctx: NodeContext,
  actor: string,
  facts: { readonly folders: number; readonly keysDestroyed: number },
): Promise<void> {
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'node.backups-pruned',
      actor,
      subject: { kind: 'agency', id: ctx.node.agencyId },
      facts,
    }),
  );
}

/** Looks every hour whether a week is over. */
export function watchBackupKeys(ctx: NodeContext): RegularLook {
  const options = { everyMs: HOUR_MS, atOnce: true, failed: 'keys of old backups could not be destroyed' };
  return lookRegularly(ctx, options, () => expireBackupKeys(ctx));
}
