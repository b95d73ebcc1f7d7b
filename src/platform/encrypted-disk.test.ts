/** Over a machine's view of its disks as Linux lays it out, made of real files and links below a folder. */
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inClear, placesOnDisk, requireEncryptedDisk } from './encrypted-disk.ts';

let root: string;
let home: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'icarus-disks-')));
  home = join(root, 'srv/icarus');
  await mkdir(home, { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function file(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

interface Device {
  /** `dm/uuid` and the like. */
  readonly files?: Readonly<Record<string, string>>;
  /** Names of the devices that it lies on. */
  readonly slaves?: readonly string[];
}

/** A block device: its folder, and the links by its number and its name. */
async function device(number: string, name: string, { files = {}, slaves = [] }: Device = {}): Promise<void> {
  const folder = join(root, 'sys/devices', name);
  await mkdir(join(folder, 'slaves'), { recursive: true });
  for (const [path, text] of Object.entries(files)) await file(join('sys/devices', name, path), `${text}\n`);
  for (const slave of slaves)
    await symlink(join(root, 'sys/devices', slave), join(folder, 'slaves', slave.replace('/', '!')));
  for (const link of [`sys/dev/block/${number}`, `sys/class/block/${name.split('/').at(-1) ?? ''}`]) {
    await mkdir(dirname(join(root, link)), { recursive: true });
    await symlink(folder, join(root, link));
  }
}

/** Lines of /proc/self/mountinfo: number of the device, mount point, type, source. */
function mounted(...lines: readonly (readonly [string, string, string, string])[]): Promise<void> {
  const text = lines.map(
    ([number, point, type, source], n) =>
      `${n + 30} 1 ${number} / ${point} rw,relatime shared:1 - ${type} ${source} rw`,
  );
  return file('proc/self/mountinfo', `${text.join('\n')}\n`);
}

const encryption = async (): Promise<string | undefined> => {
  const places = await placesOnDisk(
    { dataDir: home, temporaryDir: null, databaseUrl: 'postgres://db/icarus' },
    root,
  );
  return places.find(({ place }) => place === home)?.encryption;
};

test('a folder on a plain disk, or on a partition of one, is in clear', async () => {
  await device('8:0', 'sda');
  await device('8:1', 'sda/sda1', { files: { partition: '1' } });
  await mounted(['8:0', '/', 'ext4', '/dev/sda']);
  expect(await encryption()).toBe('clear');
  await mounted(['8:1', '/', 'ext4', '/dev/sda1']);
  expect(await encryption()).toBe('clear');
});

test('LUKS beneath the file system encrypts it: alone, under LVM, under a RAID’s partition, behind a loop device', async () => {
  await device('8:0', 'sda');
  await device('253:0', 'dm-0', { files: { 'dm/uuid': 'CRYPT-LUKS2-0a1b-vault' }, slaves: ['sda'] });
  await device('253:1', 'dm-1', { files: { 'dm/uuid': 'LVM-x' }, slaves: ['dm-0'] });
  await device('9:0', 'md0', { slaves: ['dm-0'] });
  await device('259:0', 'md0/md0p1', { files: { partition: '1' } });
  await device('7:0', 'loop0', { files: { 'loop/backing_file': join(root, 'srv/image') } });
  for (const number of ['253:0', '253:1', '259:0']) {
    await mounted(['8:0', '/', 'ext4', '/dev/sda'], [number, join(root, 'srv'), 'ext4', '/dev/x']);
    expect(await encryption(), number).toBe('encrypted');
  }
  await mounted(['253:0', '/', 'ext4', '/dev/dm-0'], ['7:0', home, 'ext4', '/dev/loop0']);
  expect(await encryption()).toBe('encrypted');
  await mounted(['8:0', '/', 'ext4', '/dev/sda'], ['7:0', home, 'ext4', '/dev/loop0']);
  expect(await encryption()).toBe('clear');
});

test('a volume that lies on two disks is encrypted only where both are; verity is no encryption', async () => {
  await device('8:0', 'sda');
  await device('253:0', 'dm-0', { files: { 'dm/uuid': 'CRYPT-LUKS2-0a1b-vault' }, slaves: ['sda'] });
  await device('253:1', 'dm-1', { files: { 'dm/uuid': 'LVM-x' }, slaves: ['dm-0', 'sda'] });
  await device('253:2', 'dm-2', { files: { 'dm/uuid': 'CRYPT-VERITY-0a1b-root' }, slaves: ['sda'] });
  for (const number of ['253:1', '253:2']) {
    await mounted([number, '/', 'ext4', '/dev/x']);
    expect(await encryption(), number).toBe('clear');
  }
});

test('a file system that numbers its mounts itself is known by the device it names', async () => {
  await device('253:0', 'dm-0', { files: { 'dm/uuid': 'CRYPT-LUKS2-0a1b-vault' } });
  await file('dev/dm-0', '');
  await mkdir(join(root, 'dev/mapper'), { recursive: true });
  await symlink('../dm-0', join(root, 'dev/mapper/vault'));
  await mounted(['0:44', '/', 'btrfs', '/dev/mapper/vault']);
  expect(await encryption()).toBe('encrypted');
  await mounted(['0:45', '/', 'nfs4', 'files.example:/srv']);
  expect(await encryption()).toBe('unknown');
});

test('the nearest mount above a folder counts, a blank in its name as well, and the last of two on one point', async () => {
  home = join(root, 'srv/case files/icarus');
  await mkdir(home, { recursive: true });
  await device('8:0', 'sda');
  await device('253:0', 'dm-0', { files: { 'dm/uuid': 'CRYPT-LUKS2-0a1b-vault' } });
  const point = join(root, 'srv/case\\040files');
  await mounted(
    ['8:0', '/', 'ext4', '/dev/sda'],
    ['8:0', point, 'ext4', '/dev/sda'],
    ['253:0', point, 'ext4', '/dev/dm-0'],
  );
  expect(await encryption()).toBe('encrypted');
  await mounted(['8:0', '/', 'ext4', '/dev/sda'], ['253:0', join(root, 'srv/case'), 'ext4', '/dev/dm-0']);
  expect(await encryption()).toBe('clear');
});

test('where it is required, the node does not open with a folder or the swap in clear, and says which', async () => {
  await device('8:0', 'sda');
  await device('253:0', 'dm-0', { files: { 'dm/uuid': 'CRYPT-LUKS2-0a1b-vault' }, slaves: ['sda'] });
  await device('252:0', 'zram0');
  await file('dev/zram0', '');
  await file('dev/sda', '');
  const ram = join(root, 'ram');
  await mkdir(ram);
  await mounted(
    ['8:0', '/', 'ext4', '/dev/sda'],
    ['253:0', home, 'ext4', '/dev/dm-0'],
    ['0:9', ram, 'tmpfs', 'tmpfs'],
  );
  const asked = {
    dataDir: join(home, 'data'),
    databaseUrl: 'postgres://db/icarus',
    diskEncryption: 'required',
  } as const;
  await requireEncryptedDisk({ ...asked, temporaryDir: join(ram, 'icarus') }, root);
  await expect(
    requireEncryptedDisk({ ...asked, temporaryDir: join(root, 'tmp') }, root),
  ).rejects.toMatchObject({
    code: 'disk/not-encrypted',
    details: { place: join(root, 'tmp'), why: 'its disk is not encrypted' },
  });
  const swaps = (name: string) =>
    file('proc/swaps', `Filename\tType\tSize\tUsed\tPriority\n/dev/${name}\tpartition\t1\t0\t-2\n`);
  await swaps('zram0');
  await requireEncryptedDisk({ ...asked, temporaryDir: null }, root);
  await swaps('sda');
  await expect(requireEncryptedDisk({ ...asked, temporaryDir: null }, root)).rejects.toMatchObject({
    details: { place: '/dev/sda' },
  });
  for (const diskEncryption of ['elsewhere', 'unchecked'] as const)
    await requireEncryptedDisk({ ...asked, diskEncryption, temporaryDir: null }, root);
});

test('a machine that shows nothing of its disks is believed nothing', async () => {
  const places = await placesOnDisk({ dataDir: home, temporaryDir: null, databaseUrl: null }, root);
  expect(inClear(places)).toHaveLength(2);
  expect(new Set(places.map((one) => one.encryption))).toEqual(new Set(['unknown']));
});

test('of this machine every place has an answer', async () => {
  const places = await placesOnDisk({ dataDir: home, temporaryDir: null, databaseUrl: null });
  expect(places.length).toBeGreaterThan(1);
  const memory = await placesOnDisk({ dataDir: '/dev/shm', temporaryDir: null, databaseUrl: '' }).catch(
    () => [],
  );
  if (process.platform === 'linux')
    expect(memory[0]).toMatchObject({ place: '/dev/shm', encryption: 'memory' });
});
