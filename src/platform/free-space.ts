/**
 * Free space of a node's disks. A node keeps a reserve: below it nothing new is taken in, so that what it has can
 * still be read, delivered, acknowledged and erased.
 */
import { statfs } from 'node:fs/promises';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from './context.ts';

/** For the database to go on; the least reserve. */
export const FLOOR_BYTES = 64 * 1024 ** 2;

export type ReserveContext = Pick<NodeContext, 'paths' | 'diskReserveBytes'>;

export interface DiskSpace {
  /** Of the fuller disk, where temporary files have one of their own. */
  readonly freeBytes: number;
  readonly reserveBytes: number;
  readonly low: boolean;
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export async function diskSpace({
  paths,
  diskReserveBytes = FLOOR_BYTES,
}: ReserveContext): Promise<DiskSpace> {
  const free = Math.min(await freeBytes(paths.home), await freeBytes(paths.temporary));
  return { freeBytes: free, reserveBytes: diskReserveBytes, low: free < diskReserveBytes };
}

/** @throws disk/reserve */
export async function requireReserve(ctx: ReserveContext): Promise<void> {
  if ((await diskSpace(ctx)).low) throw new IcarusError('disk/reserve');
}
