/**
 * The secret files of a node, as they lie in its folder of keys: in clear, or, once a passphrase protects them, each
 * an age file to a key of the folder's own. That key lies beside them in a file that only the passphrase opens, so
 * that new keys are written without asking for it. Public tools open both (docs/keys.md).
 */
import { existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import { stagingFile, syncFolder } from '#platform/staging-folder.ts';
import { ageWriter, openSmallAge } from '#seal/age.ts';
import { recipientOf } from '#seal/age-keys.ts';

/** An age file under a passphrase (scrypt): the identity that opens the others. That it is there says that they are protected. */
export const LOCK_FILE = 'passphrase.age';
const PROTECTED = '.age';

export interface KeyFolder {
  readonly path: string;
  /** The identity that opens its files; undefined: they are in clear. */
  readonly lock: string | undefined;
}

export function keyFolderOf({ paths, keys }: Pick<NodeContext, 'paths' | 'keys'>): KeyFolder {
  return { path: paths.keys, lock: keys.lock };
}

/** Where a secret lies. */
export function secretPath({ path, lock }: KeyFolder, name: string): string {
  return join(path, lock === undefined ? name : `${name}${PROTECTED}`);
}

/** The text of a secret; undefined where it is not there. @throws keys/damaged */
export function readSecret(folder: KeyFolder, name: string): string | undefined {
  const path = secretPath(folder, name);
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  if (folder.lock === undefined) return bytes.toString('utf8');
  try {
    return Buffer.from(openSmallAge(bytes, folder.lock)).toString('utf8');
  } catch (cause) {
    throw new IcarusError('keys/damaged', { file: `${name}${PROTECTED}` }, { cause });
  }
}

/** Writes a secret, durable and whole, in the place of what is there. */
export async function writeSecret(folder: KeyFolder, name: string, text: string): Promise<void> {
  const bytes = Buffer.from(text, 'utf8');
  await writeWhole(
    secretPath(folder, name),
    folder.lock === undefined ? bytes : await sealed(bytes, folder.lock),
  );
}

export async function moveSecret(folder: KeyFolder, from: string, to: string): Promise<void> {
  await rename(secretPath(folder, from), secretPath(folder, to));
}

export async function removeSecret(folder: KeyFolder, name: string): Promise<void> {
  await rm(secretPath(folder, name), { force: true });
}

export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const next = `${path}.new`;
  await rm(next, { force: true });
  const file = await stagingFile(next);
  await file.write(bytes);
  await file.commit();
  await rename(next, path);
  await syncFolder(join(path, '..'));
}

async function sealed(bytes: Uint8Array, lock: string): Promise<Uint8Array> {
  const writer = await ageWriter([await recipientOf(lock)]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer.encrypt(once(bytes))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
