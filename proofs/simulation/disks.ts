/** The disks of all nodes: what a path names depends on the node that its first segment names. */
import { createDisk, type Disk, DiskError } from './disk.ts';

const disks = new Map<string, Disk>();
let faultAt: ((operation: string) => string | undefined) | undefined;

/** Folder of a node in its simulated disk. */
export function homeOf(node: string): string {
  return `/simulated/${node}`;
}

export function diskOfNode(node: string): Disk {
  const known = disks.get(node);
  if (known) return known;
  const disk = createDisk();
  for (const folder of ['outbox', 'inbox', 'opened', 'temporary']) {
    disk.mkdir(`${homeOf(node)}/${folder}`, true, 0);
  }
  syncAll(disk, homeOf(node));
  disks.set(node, disk);
  return disk;
}

function syncAll(disk: Disk, home: string): void {
  for (const path of ['/', '/simulated', home, ...disk.list(home).map(({ name }) => `${home}/${name}`)]) {
    const node = disk.find(path);
    if (node) disk.sync(node);
  }
}

export function diskOf(path: string): Disk {
  const [, , node] = path.split('/');
  if (!path.startsWith('/simulated/') || !node) throw new Error(`${path} is on no simulated disk`);
  return diskOfNode(node);
}

/** New disks for a new world. @param fault the code with which an operation fails, if it is to fail */
export function newDisks(fault: (operation: string) => string | undefined): void {
  disks.clear();
  faultAt = fault;
}

export function diskFault(operation: string, path: string): void {
  const code = faultAt?.(operation);
  if (code !== undefined) throw new DiskError(code, path);
}
