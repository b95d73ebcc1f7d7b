/** The session of this terminal, kept in the officer's own folder, for him alone to read. */
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';

const OTHERS = 0o077;

/** One file a node, below XDG_CONFIG_HOME (XDG Base Directory Specification). */
export function sessionFile(agencyId: AgencyId): string {
  const folder = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  return join(folder, 'icarus', `${agencyId}.session`);
}

export async function keepSession(agencyId: AgencyId, token: string): Promise<string> {
  const file = sessionFile(agencyId);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  // It may have been there, open to others.
  await chmod(file, 0o600);
  return file;
}

/**
 * @param anyMode takes it too where others can read it: to end it
 * @returns undefined where there is none
 * @throws access/key-readable where others can read it
 */
export async function keptSession(agencyId: AgencyId, anyMode = false): Promise<string | undefined> {
  const file = sessionFile(agencyId);
  const found = await stat(file).catch(() => undefined);
  if (!found) return undefined;
  if (!anyMode && (found.mode & OTHERS) !== 0) throw new IcarusError('access/key-readable', { path: file });
  return (await readFile(file, 'utf8')).trim();
}

export async function forgetSession(agencyId: AgencyId): Promise<void> {
  await rm(sessionFile(agencyId), { force: true });
}
