/** What a node can do at the moment, and why not more: pure decisions over what was looked at. */
import type { Standing as ArchiveStanding } from '#assembly/archive/standing.ts';
import { blame, type ClockState, disagreeing } from '#platform/clock-watch.ts';
import type { DiskRule } from '#platform/config.ts';
import { DISK_WORDS, inClear, type PlaceOnDisk } from '#platform/encrypted-disk.ts';
import type { DiskSpace } from '#platform/free-space.ts';

/** `degraded`: it does all, and something is to be seen to. `read-only`: the disk is low. `unavailable`: it can do nothing. */
export type Standing = 'ready' | 'degraded' | 'read-only' | 'unavailable';

export const CHECKS = [
  'database',
  'schema',
  'keys',
  'disk',
  'encryption',
  'clock',
  'jobs',
  'archive',
] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Check {
  readonly name: CheckName;
  readonly state: 'ok' | 'degraded' | 'failed';
  /** What it is, and what to do, for the administrator. */
  readonly says: string;
}

export interface Condition {
  readonly standing: Standing;
  /** Of the look, by the machine's clock. */
  readonly at: string;
  readonly checks: readonly Check[];
}

/** Without these nothing can be read or recorded. */
const NEEDED: readonly CheckName[] = ['database', 'schema', 'keys'];

export function standingOf(checks: readonly Check[]): Standing {
  const failed = checks.filter(({ state }) => state === 'failed').map(({ name }) => name);
  if (failed.some((name) => NEEDED.includes(name))) return 'unavailable';
  if (failed.includes('disk')) return 'read-only';
  return checks.every(({ state }) => state === 'ok') ? 'ready' : 'degraded';
}

export function diskCheck({ freeBytes, reserveBytes, low }: DiskSpace): Check {
  const words = `${megabytes(freeBytes)} MB free, ${megabytes(reserveBytes)} MB kept in reserve`;
  if (low)
    return { name: 'disk', state: 'failed', says: `${words}: nothing new is taken in until there is room` };
  if (freeBytes < 2 * reserveBytes)
    return { name: 'disk', state: 'degraded', says: `${words}: make room soon` };
  return { name: 'disk', state: 'ok', says: words };
}

/** What is asked for is asked as the node opens; here it is shown. */
export function encryptionCheck(rule: DiskRule, places: readonly PlaceOnDisk[]): Check {
  const check = (state: Check['state'], says: string): Check => ({ name: 'encryption', state, says });
  const [first, ...more] = inClear(places);
  if (!first) return check('ok', 'all that is kept is on encrypted disks, or in memory');
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  const words = `${first.place}: ${DISK_WORDS[first.encryption]}${others}`;
  if (rule === 'required') return check('degraded', `${words}; the settings ask for it`);
  if (rule === 'elsewhere') return check('ok', `beneath this machine, as its settings say (${words})`);
  return check('ok', `not asked for (${words})`);
}

/** A jump is worth a look for an hour. */
const JUMP_SHOWN_MS = 3_600_000;

/** @param countingMs now, by the clock that only counts */
export function clockCheck(state: ClockState, toleranceMs: number, countingMs: number): Check {
  const { differences, jump } = state;
  const apart = disagreeing(state, toleranceMs);
  if (apart.length > 0) {
    const who = apart.map(({ from, aheadMs }) => `${from} by ${spanOf(aheadMs)}`).join(', ');
    const verdict =
      blame(state, toleranceMs) === 'this-node'
        ? 'set the clock of this machine, and let it follow a time service'
        : 'find out whose clock is wrong, and have it set';
    return { name: 'clock', state: 'degraded', says: `apart from ${who}: ${verdict}` };
  }
  if (jump && Math.abs(jump.byMs) > toleranceMs && countingMs - jump.seenAt < JUMP_SHOWN_MS)
    return {
      name: 'clock',
      state: 'degraded',
      says: `it jumped by ${spanOf(jump.byMs)}: find out what set it, or whether the machine stood still`,
    };
  const partners = differences.filter(({ from }) => from !== 'database').length;
  return {
    name: 'clock',
    state: 'ok',
    says: `agrees with the database and ${partners} partners heard lately`,
  };
}

/** `+14 min`, `-20 s`. */
function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const sign = seconds < 0 ? '-' : '+';
  const size = Math.abs(seconds);
  return size < 120 ? `${sign}${size} s` : `${sign}${Math.round(size / 60)} min`;
}

export interface WorkState {
  /** Sessions of processes that run this node's jobs. */
  readonly workers: number;
  /** Seconds for which the oldest job that is due has waited. */
  readonly oldestDueSeconds: number;
  readonly jobsFailed: number;
  readonly logWaitingSeconds: number;
}

const LATE_JOB_SECONDS = 600;
const LATE_LOG_SECONDS = 60;

export function jobsCheck({ workers, oldestDueSeconds, jobsFailed, logWaitingSeconds }: WorkState): Check {
  const degraded = (says: string): Check => ({ name: 'jobs', state: 'degraded', says });
  if (workers === 0) return degraded('no process runs the jobs of this node: start `icarus serve`');
  if (oldestDueSeconds > LATE_JOB_SECONDS)
    return degraded(
      `a job has been due for ${Math.round(oldestDueSeconds / 60)} min: look into the logs of the workers`,
    );
  if (logWaitingSeconds > LATE_LOG_SECONDS)
    return degraded(`events wait for ${Math.round(logWaitingSeconds)} s for their number in the custody log`);
  const failed = jobsFailed === 0 ? '' : `; ${jobsFailed} failed for good, see the logs`;
  return { name: 'jobs', state: 'ok', says: `jobs are run${failed}` };
}

/** What an archive is behind by in its own rhythm, and a minute of the server's. */
const LATE_ROUNDS = 3;
const LATE_ARCHIVE_MS = 60_000;

/** @param standing undefined where no archive is kept */
export function archiveCheck(standing: ArchiveStanding | undefined, nowMs: number): Check {
  const check = (state: Check['state'], says: string): Check => ({ name: 'archive', state, says });
  if (!standing) return check('ok', 'none is kept');
  const { failing, beginning, from, until, everySeconds } = standing;
  const reach = until === null ? 'no moment can be brought back yet' : `reaches from ${from} to ${until}`;
  if (failing)
    return check('degraded', `${reach}, and has not gone on since ${failing.since}: ${failing.says}`);
  if (beginning !== null) return check('ok', `begins anew since ${beginning}: all of it is copied`);
  const lateMs = LATE_ROUNDS * everySeconds * 1000 + LATE_ARCHIVE_MS;
  if (until === null || nowMs - Date.parse(until) > lateMs)
    return check('degraded', `${reach}, and nobody goes on with it: start \`icarus serve\``);
  return check('ok', reach);
}

function megabytes(bytes: number): string {
  return Math.round(bytes / 1e6).toLocaleString('en-GB');
}
