/**
 * The register of backup keys: what a backup is encrypted with, kept where it can be destroyed, and never in a
 * backup. Each part of the backups of a week (the node's own, and each operation's) has a key of its own, wrapped
 * for those who may restore. Whoever holds the backup and the recipient's identity reads nothing without the
 * register; what is destroyed here is gone from every backup, wherever its copies lie.
 *
 * The register lies in the node's folder and in every place that `ICARUS_BACKUP_REGISTER` names. A key counts as
 * destroyed only when it is gone from all of them.
 */
import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import { syncFolder } from '#platform/staging-folder.ts';
import { ageWriter, decryptAge } from '#seal/age.ts';
import { generateIdentityLike, recipientOf } from '#seal/age-keys.ts';
import { byteReader } from '#seal/bytes.ts';
import { replaceFile } from './replace-file.ts';

/** The part of a backup that belongs to no operation. */
export const NODE_PART = 'node';
/** The archive: the database and its log in one stream, which any erasure ends. */
export const ARCHIVE_PART = 'archive';
/** Keys are of seven days, counted from the first of January 1970. */
export const PERIOD_DAYS = 7;
const MARK = 'register.json';
const KEYS = 'keys';

/** One agency's register: the node's own folder, and its copies elsewhere. */
export interface BackupRegister {
  readonly own: string;
  readonly copies: readonly string[];
}

type RegisterContext = Pick<NodeContext, 'node' | 'paths' | 'backups'>;

export function backupRegister({ node, paths, backups }: RegisterContext): BackupRegister {
  return {
    own: ownRegister(paths.home, node.agencyId),
    copies: (backups?.registers ?? []).map((folder) => join(folder, node.agencyId)),
  };
}

/** Where a node keeps its own register. */
export function ownRegister(home: string, agencyId: string): string {
  return join(home, 'backup-register', agencyId);
}

export interface PartKey {
  readonly part: string;
  /** First day of its week, `2026-11-26`. */
  readonly period: string;
  /** What the part is encrypted to. */
  readonly recipient: string;
}

interface Mark {
  readonly id: string;
  /** Of the node's own: the copies that were begun, by folder. */
  readonly copies?: Readonly<Record<string, string>>;
}

/** The first day of the week of keys that `at` falls into. */
export function periodOf(at: Date): string {
  const day = Math.floor(at.getTime() / DAY_MS);
  return new Date((day - (day % PERIOD_DAYS)) * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The register with all its copies there; made where there is none, and begun in a place that is new.
 * @throws backup/register-unreachable where a copy that was begun is not there
 */
export async function openRegister(register: BackupRegister): Promise<void> {
  const own = (await markOf(register.own)) ?? { id: randomUUID(), copies: {} };
  const copies: Record<string, string> = { ...own.copies };
  for (const copy of register.copies) {
    const there = await markOf(copy);
    if (copies[copy] !== undefined) {
      if (there?.id !== copies[copy]) throw unreachable(copy);
      continue;
    }
    // The place itself must be there: it may be a disk that is not mounted.
    await stat(join(copy, '..')).catch((cause: unknown) => {
      throw unreachable(copy, cause);
    });
    if (!there) await copyRegister(register.own, copy);
    // One that is there is of this agency's node before it was restored: it goes on.
    const id = there?.id ?? randomUUID();
    if (!there) await writeMark(copy, { id });
    copies[copy] = id;
  }
  await writeMark(register.own, { id: own.id, copies });
}

/**
 * Every folder of the register, the node's own last: the copies that were begun, whatever this process was told of
 * them, and those that it was told of and that are there.
 * @throws backup/register-unreachable where a copy that was begun is not there: it may hold what is to be destroyed
 */
export async function registerFolders(register: BackupRegister): Promise<string[]> {
  const begun = (await markOf(register.own))?.copies ?? {};
  const found: string[] = [];
  for (const copy of new Set([...Object.keys(begun), ...register.copies])) {
    const id = (await markOf(copy))?.id;
    if (begun[copy] !== undefined && id !== begun[copy]) throw unreachable(copy);
    if (id !== undefined) found.push(copy);
  }
  return [...found, register.own];
}

/**
 * Ends the use of a copy: its keys are destroyed, and nothing asks for it any more.
 * @param how `lost`: it is not there, and somebody answers for it
 * @throws backup/register-unknown, backup/register-unreachable
 */
export async function retireCopy(
  register: BackupRegister,
  copy: string,
  how: { readonly lost: boolean },
): Promise<void> {
  const own = await markOf(register.own);
  const { [copy]: begun, ...copies } = own?.copies ?? {};
  if (!own || begun === undefined) throw new IcarusError('backup/register-unknown', { folder: copy });
  if (!how.lost) {
    if ((await markOf(copy))?.id !== begun) throw unreachable(copy);
    await destroyIn(copy, () => true);
    await rm(copy, { recursive: true });
  }
  await writeMark(register.own, { id: own.id, copies });
}

/**
 * The key of a part for a backup made at `at`: that of its week, made where there is none.
 * @param wanted `recipients`: who can restore
 */
export async function partKey(
  register: BackupRegister,
  wanted: { readonly part: string; readonly at: Date; readonly recipients: readonly string[] },
): Promise<PartKey> {
  const { part, at, recipients } = wanted;
  const period = periodOf(at);
  const tag = createHash('sha256')
    .update([...recipients].sort().join('\n'))
    .digest('hex')
    .slice(0, 12);
  const file = join(KEYS, period, `${part}.${tag}.json`);
  const known = await readFile(join(register.own, file), 'utf8').catch(() => undefined);
  const text = known ?? (await newKey(recipients));
  for (const folder of await registerFolders(register)) {
    if (folder === register.own && known !== undefined) continue;
    const there = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (there === text) continue;
    await mkdir(join(folder, KEYS, period), { recursive: true, mode: 0o700 });
    await replaceFile(join(folder, file), text);
    await syncFolder(join(folder, KEYS));
  }
  return { part, period, recipient: (JSON.parse(text) as KeyFile).recipient };
}

interface KeyFile {
  readonly recipient: string;
  /** An age file with the identity, base64. */
  readonly wrapped: string;
}

async function newKey(recipients: readonly string[]): Promise<string> {
  const identity = await generateIdentityLike(recipients);
  const chunks: Uint8Array[] = [];
  const plain = (async function* () {
    yield Buffer.from(identity, 'utf8');
  })();
  for await (const chunk of (await ageWriter(recipients)).encrypt(plain)) chunks.push(chunk);
  const file: KeyFile = {
    recipient: await recipientOf(identity),
    wrapped: Buffer.concat(chunks).toString('base64'),
  };
  return `${JSON.stringify(file)}\n`;
}

const KEY_FILE = /(^|[\\/])keys[\\/]([\d-]{10})[\\/]([^\\/.]+)\.[0-9a-f]{12}\.json$/;

/**
 * The identities of the parts that the register still has and that `identities` unwrap, by their recipient.
 * @param folder of one agency's register, or one above it
 */
export async function unwrapKeys(
  folder: string,
  identities: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const path of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (!KEY_FILE.test(path)) continue;
    const { recipient, wrapped } = JSON.parse(await readFile(join(folder, path), 'utf8')) as KeyFile;
    const identity = await unwrapped(wrapped, identities);
    if (identity !== undefined) found.set(recipient, identity);
  }
  return found;
}

async function unwrapped(wrapped: string, identities: readonly string[]): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  const bytes = (async function* () {
    yield Buffer.from(wrapped, 'base64');
  })();
  try {
    for await (const chunk of decryptAge(byteReader(bytes), identities)) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * What a part was encrypted to in all weeks that a register still has.
 * @param folder of one agency's register, or one above it
 */
export async function partRecipients(folder: string, part: string): Promise<string[]> {
  const found: string[] = [];
  for (const path of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (KEY_FILE.exec(path)?.[3] !== part) continue;
    // Destroyed since the folder was listed.
    const text = await readFile(join(folder, path), 'utf8').catch(() => undefined);
    if (text?.startsWith('{')) found.push((JSON.parse(text) as KeyFile).recipient);
  }
  return found;
}

/**
 * Destroys the keys of a part in all weeks and all places: no backup gives it back.
 * @returns how many keys went
 * @throws backup/register-unreachable
 */
export async function destroyPart(register: BackupRegister, part: string): Promise<number> {
  return destroy(register, (_period, file) => file.startsWith(`${part}.`));
}

/**
 * Destroys the keys of weeks that began `keepDays` ago or earlier: no backup is readable for longer than that.
 * @returns how many keys went
 * @throws backup/register-unreachable
 */
export async function destroyExpired(register: BackupRegister, at: Date, keepDays: number): Promise<number> {
  const last = at.getTime() - keepDays * DAY_MS;
  return destroy(register, (period) => Date.parse(`${period}T00:00:00Z`) <= last);
}

async function destroy(
  register: BackupRegister,
  goes: (period: string, file: string) => boolean,
): Promise<number> {
  const gone = new Set<string>();
  // The node's own last: while it is there, an attempt that was cut off is made again.
  for (const folder of await registerFolders(register))
    for (const key of await destroyIn(folder, goes)) gone.add(key);
  return gone.size;
}

async function destroyIn(
  folder: string,
  goes: (period: string, file: string) => boolean,
): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const period of await readdir(join(folder, KEYS)).catch(() => [])) {
    const keys = join(folder, KEYS, period);
    const files = await readdir(keys);
    for (const file of files.filter((name) => goes(period, name))) {
      await overwrite(join(keys, file));
      gone.push(`${period}/${file}`);
    }
    await syncFolder(keys);
    if ((await readdir(keys)).length === 0) await rm(keys, { recursive: true });
  }
  return gone;
}

/** A disk may keep what was written over; whoever worries encrypts the disk. */
async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path);
}

/** Brings a register into a folder that has none: a new copy, or the own one of a node that was restored. */
export async function copyRegister(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of [KEYS, 'erasures.json'])
    await cp(join(from, name), join(to, name), { recursive: true, force: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      },
    );
}

async function markOf(folder: string): Promise<Mark | undefined> {
  const text = await readFile(join(folder, MARK), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Mark);
}

async function writeMark(folder: string, mark: Mark): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(join(folder, MARK), `${JSON.stringify(mark)}\n`);
}

function unreachable(folder: string, cause?: unknown): IcarusError {
  return new IcarusError('backup/register-unreachable', { folder }, { cause });
}
