/**
 * Names of what a process leaves on a disk while it works. The disk may be shared by machines, each of which
 * can only tell of its own processes whether they run.
 */
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { DAY_MS } from '#core/clock.ts';

const MACHINE = hostname()
  .toLowerCase()
  .replaceAll(/[^a-z0-9]+/g, '_');

/** A machine that is gone for good sweeps nothing; nothing that is worked on lies untouched this long. */
const FOREIGN_LIMIT_MS = 7 * DAY_MS;

/** Begins the name of what this process makes: `machine.4711`. */
export function processName(): string {
  return `${MACHINE}.${process.pid}`;
}

/**
 * Was `path` made by a process that no longer runs? `name` is what follows the room's own prefix:
 * `machine.4711-…`, or `4711-…` for this machine. A name of no process is nobody's, and left behind.
 */
export async function isLeftBehind(path: string, name: string): Promise<boolean> {
  const { machine = MACHINE, pid } = /^(?:(?<machine>[a-z0-9_]+)\.)?(?<pid>\d+)-/.exec(name)?.groups ?? {};
  if (pid === undefined) return true;
  if (machine === MACHINE) return !isRunning(Number(pid));
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > FOREIGN_LIMIT_MS;
}

/**
 * Has the process that wrote `name`, `machine.4711-RUN`, ended? Only said of this machine's processes.
 * @param run what tells this process from earlier ones of the same number
 */
export function hasEnded(name: string, run: string): boolean {
  const { machine, pid, rest } = /^(?<machine>[a-z0-9_]+)\.(?<pid>\d+)-(?<rest>.*)$/.exec(name)?.groups ?? {};
  if (machine !== MACHINE) return false;
  return Number(pid) === process.pid ? rest !== run : !isRunning(Number(pid));
}

/** Does a process of this number run on this machine? One that is not ours does too. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
