/**
 * Protecting a node's keys by a passphrase, and taking that off: in steps that a crash may part. What counts is
 * whether the file of the passphrase is there; what is left beside it is cleared away at the next start.
 */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext, type NodePaths } from '#platform/context.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import {
  type KeyFolder,
  keyFolderOf,
  LOCK_FILE,
  readSecret,
  secretPath,
  writeSecret,
  writeWhole,
} from './key-folder.ts';
import { SECRET_FILES } from './node.ts';
import { openUnderPassphrase, sealUnderPassphrase } from './passphrase-file.ts';

/** NIST SP 800-63B-4, section 3.1.1.2, asks for fifteen where nothing else stands beside. */
export const LEAST_CHARACTERS = 15;

export function isProtected({ keys }: Pick<NodePaths, 'keys'>): boolean {
  return existsSync(join(keys, LOCK_FILE));
}

/**
 * The folder of keys of a node, opened.
 * @param passphrase is asked for where one protects it
 * @throws keys/passphrase-wrong, keys/damaged, and what `passphrase` throws
 */
export async function openKeyFolder(
  { keys: path }: Pick<NodePaths, 'keys'>,
  passphrase: () => Promise<string>,
): Promise<KeyFolder> {
  const locked = await readFile(join(path, LOCK_FILE)).catch(() => undefined);
  const lock = locked && (await unlock(locked, await passphrase()));
  const folder: KeyFolder = { path, lock };
  await clearAway(folder);
  return folder;
}

/** Removes what an attempt left that was broken off: of each secret there is one file, and it is that which counts. */
async function clearAway(folder: KeyFolder): Promise<void> {
  const other: KeyFolder = { path: folder.path, lock: folder.lock === undefined ? 'protected' : undefined };
  for (const name of SECRET_FILES)
    if (existsSync(secretPath(folder, name))) await rm(secretPath(other, name), { force: true });
}

async function unlock(locked: Uint8Array, passphrase: string): Promise<string> {
  const text = await openUnderPassphrase(locked, passphrase).catch((cause: unknown) => {
    throw new IcarusError('keys/damaged', { file: LOCK_FILE }, { cause });
  });
  if (text === undefined) throw new IcarusError('keys/passphrase-wrong');
  return text.trim();
}

type ProtectContext = Pick<NodeContext, 'db' | 'jobs' | 'clock' | 'node' | 'paths' | 'keys'>;

/** @throws access/denied, keys/protected, keys/passphrase-weak */
export async function protectKeys(ctx: ProtectContext, actor: Actor, passphrase: string): Promise<void> {
  authorize(actor, 'node.administer');
  if (isProtected(ctx.paths)) throw new IcarusError('keys/protected');
  if (passphrase.length < LEAST_CHARACTERS)
    throw new IcarusError('keys/passphrase-weak', { least: LEAST_CHARACTERS });
  const clear = keyFolderOf(ctx);
  const { identity: lock } = await generateAgeIdentity();
  const folder: KeyFolder = { path: clear.path, lock };
  for (const name of SECRET_FILES) {
    const text = readSecret(clear, name);
    if (text === undefined) continue;
    await writeSecret(folder, name, text);
    if (readSecret(folder, name) !== text) throw new IcarusError('keys/damaged', { file: name });
  }
  await writeWhole(join(folder.path, LOCK_FILE), await sealUnderPassphrase(`${lock}\n`, passphrase));
  await clearAway(folder);
  await record(ctx, actor, 'node.keys-protected');
}

/** @throws access/denied, keys/not-protected */
export async function unprotectKeys(ctx: ProtectContext, actor: Actor): Promise<void> {
  authorize(actor, 'node.administer');
  const folder = keyFolderOf(ctx);
  if (folder.lock === undefined) throw new IcarusError('keys/not-protected');
  const clear: KeyFolder = { path: folder.path, lock: undefined };
  for (const name of SECRET_FILES) {
    const text = readSecret(folder, name);
    if (text !== undefined) await writeSecret(clear, name, text);
  }
  await rm(join(folder.path, LOCK_FILE));
  await clearAway(clear);
  await record(ctx, actor, 'node.keys-unprotected');
}

function record(
  ctx: ProtectContext,
  actor: Actor,
  kind: 'node.keys-protected' | 'node.keys-unprotected',
): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind,
      actor: actorName(actor),
      subject: { kind: 'agency', id: ctx.node.agencyId },
    });
  });
}
