/**
 * Whether what a folder keeps lies on an encrypted disk, as far as this machine shows it: Linux, dm-crypt (LUKS) beneath
 * the folder's file system, directly or under LVM, RAID, partitions and loop devices. What encrypts beneath the machine
 * (a disk of its own, a host of virtual machines, a server of files) cannot be seen from here.
 * Sources: proc_pid_mountinfo(5); the kernel's ABI of /sys/dev/block; cryptsetup's names of mappings.
 */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { Config } from './config.ts';
import { clusterFolder } from './postgres-cluster.ts';

/** `memory` ends with the power; `unknown`: this machine does not show it. */
export type DiskEncryption = 'encrypted' | 'memory' | 'clear' | 'unknown';

export interface PlaceOnDisk {
  /** A folder of the node, or where the machine swaps its memory to. */
  readonly place: string;
  readonly encryption: DiskEncryption;
}

/** Where files of cases lie in clear: what was opened, the observations, documents, and the embedded database. */
type KeptPlaces = Pick<Config, 'dataDir' | 'temporaryDir' | 'databaseUrl'>;

/** A machine's own view of its disks lies below `/`; another root is for tests. */
const MACHINE = '/';

const KEPT_IN_MEMORY = new Set(['tmpfs', 'ramfs']);

/** dm-crypt; verity and integrity have such names too, and encrypt nothing. */
const ENCRYPTING = /^CRYPT-(?!VERITY|INTEGRITY|SUBDEV)/;

/** Every place of the node and of the machine's swap, each with what is shown of it. */
export async function placesOnDisk(kept: KeptPlaces, root = MACHINE): Promise<PlaceOnDisk[]> {
  const folders = new Set([
    resolve(kept.dataDir),
    ...(kept.temporaryDir === null ? [] : [resolve(kept.temporaryDir)]),
    ...(kept.databaseUrl === null ? [clusterFolder(kept.dataDir)] : []),
  ]);
  const places: PlaceOnDisk[] = [];
  for (const place of folders) places.push({ place, encryption: await encryptionOf(place, root) });
  return [...places, ...(await swapPlaces(root))];
}

/** Those of them that are not known to be encrypted. */
export function inClear(places: readonly PlaceOnDisk[]): PlaceOnDisk[] {
  return places.filter(({ encryption }) => encryption === 'clear' || encryption === 'unknown');
}

/** @throws disk/not-encrypted where it is required and not shown */
export async function requireEncryptedDisk(
  settings: KeptPlaces & Partial<Pick<Config, 'diskEncryption'>>,
  root = MACHINE,
): Promise<void> {
  if (settings.diskEncryption !== 'required') return;
  const [first] = inClear(await placesOnDisk(settings, root));
  if (!first) return;
  throw new IcarusError('disk/not-encrypted', { place: first.place, why: DISK_WORDS[first.encryption] });
}

export const DISK_WORDS: Readonly<Record<DiskEncryption, string>> = {
  encrypted: 'encrypted',
  memory: 'in memory',
  clear: 'its disk is not encrypted',
  unknown: 'this machine does not show whether its disk is encrypted',
};

/** Of the folder, or of the nearest one above it that is there. */
async function encryptionOf(folder: string, root: string): Promise<DiskEncryption> {
  const mount = mountOf(await nearest(folder), await mounts(root));
  if (!mount) return 'unknown';
  if (KEPT_IN_MEMORY.has(mount.type)) return 'memory';
  const byNumber = await realpath(join(root, 'sys/dev/block', mount.device)).catch(() => undefined);
  // btrfs and others number their mounts themselves, and name their device.
  return ofDevice(byNumber ?? (await deviceNamed(mount.source, root)), root);
}

async function nearest(folder: string): Promise<string> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = await realpath(at).catch(() => undefined);
    if (found !== undefined || at === dirname(at)) return found ?? at;
  }
}

interface Mount {
  /** `major:minor`. */
  readonly device: string;
  readonly point: string;
  readonly type: string;
  readonly source: string;
}

/** None on a machine that is not Linux. */
async function mounts(root: string): Promise<Mount[]> {
  const text = await readFile(join(root, 'proc/self/mountinfo'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [before = '', after] = line.split(' - ');
    const [, , device, , point] = before.split(' ');
    const [type, source = ''] = after?.split(' ') ?? [];
    if (device === undefined || point === undefined || type === undefined) return [];
    return { device, point: unescaped(point), type, source: unescaped(source) };
  });
}

/** Blanks and the like stand in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The longest point above it; of several mounts on one point, the last is seen. */
function mountOf(folder: string, all: readonly Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of all) {
    const above = mount.point === '/' || folder === mount.point || folder.startsWith(`${mount.point}/`);
    if (above && mount.point.length >= (found?.point.length ?? 0)) found = mount;
  }
  return found;
}

async function deviceNamed(source: string, root: string): Promise<string | undefined> {
  if (!source.startsWith('/dev/')) return undefined;
  const device = await realpath(join(root, source)).catch(() => source);
  return realpath(join(root, 'sys/class/block', basename(device))).catch(() => undefined);
}

/** @param folder of the device below /sys */
async function ofDevice(folder: string | undefined, root: string): Promise<DiskEncryption> {
  if (folder === undefined) return 'unknown';
  const told = (name: string): Promise<string | undefined> =>
    readFile(join(folder, name), 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    );
  if (ENCRYPTING.test((await told('dm/uuid')) ?? '')) return 'encrypted';
  if (/^(?:zram|ram)\d+$/.test(basename(folder))) return 'memory';
  const backing = await told('loop/backing_file');
  if (backing !== undefined) return encryptionOf(backing, root);
  if ((await told('partition')) !== undefined) return ofDevice(dirname(folder), root);
  const beneath = await readdir(join(folder, 'slaves')).catch((): string[] => []);
  let all: DiskEncryption = beneath.length === 0 ? 'clear' : 'encrypted';
  for (const name of beneath) {
    const one = await ofDevice(await realpath(join(folder, 'slaves', name)).catch(() => undefined), root);
    if (one !== 'encrypted') all = one;
  }
  return all;
}

async function swapPlaces(root: string): Promise<PlaceOnDisk[]> {
  const text = await readFile(join(root, 'proc/swaps'), 'utf8').catch(() => '');
  const places: PlaceOnDisk[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [file, type] = line.split(/\s+/);
    if (!file) continue;
    const path = unescaped(file);
    const encryption =
      type === 'partition'
        ? await ofDevice(await deviceNamed(path, root), root)
        : await encryptionOf(path, root);
    places.push({ place: path, encryption });
  }
  return places;
}
