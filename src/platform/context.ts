/**
 * What a service may need of its node, built once by a face and passed down; each function asks
 * for the few members it uses (`Pick<NodeContext, 'db' | 'clock'>`).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#core/clock.ts';
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId } from '#core/ids.ts';
import type { Signer } from '#seal/keys.ts';
import { carryCall } from './acting-call.ts';
import type { ClockListener } from './clock-watch.ts';
import type { DuckPool } from './duckdb-pool.ts';
import type { JobQueue } from './jobs.ts';
import type { Log } from './log.ts';
import type { ObjectStorage } from './object-storage.ts';
import type { TlsIdentity } from './self-signed.ts';
import type { Db, Tx } from './tables.ts';
import type { UnpackLimits } from './unpacking.ts';

/** Who this node is: one agency's installation. */
export interface NodeIdentity {
  readonly agencyId: AgencyId;
  readonly name: string;
  /** Null for an agency that is of no country, such as Europol. */
  readonly country: CountryCode | null;
}

/** Folders of a node, all below its data directory. */
export interface NodePaths {
  readonly home: string;
  /** Secret keys, mode 0700. */
  readonly keys: string;
  /** Parquet files of the observations room. */
  readonly lake: string;
  /** Frozen packages and what is being composed. */
  readonly packages: string;
  /** Sealed messages to be sent, until they may be deleted. */
  readonly outbox: string;
  /** Sealed messages as they came. */
  readonly inbox: string;
  /** Opened messages, one folder each, complete or not there. */
  readonly opened: string;
  /** Documents made from figures. */
  readonly documents: string;
  readonly temporary: string;
}

/** The key of the node's custody log: signs its checkpoints and cosigns those of others (C2SP signed-note). */
export interface LogSigner {
  /** Of the log and of its key. */
  readonly name: string;
  /** As it stands on the agency's card: `name+id+base64`. */
  readonly verifierKey: string;
  /** The signature line over a note's text, without its line end. */
  sign(noteText: string): string;
  /** The line of a cosignature/v1 at this time; seconds count. */
  cosign(noteText: string, at: Date): string;
}

/** The node's secret keys, read from `paths.keys` at start. */
export interface NodeKeys {
  readonly signer: Signer;
  /** age identities, newest first: old ones still open what was sealed to them. */
  readonly identities: readonly string[];
  readonly log: LogSigner;
  /** The age identity that opens the files of the folder, where a passphrase protects them. */
  readonly lock?: string | undefined;
  /** What it shows in TLS; missing where a proxy does that. */
  readonly tls?: TlsIdentity;
}

/** What of backups is kept beside them, so that they can forget. */
export interface BackupSettings {
  /** Folders with copies of the register of backup keys, outside the node's own. */
  readonly registers: readonly string[];
  /** No backup is readable for longer. */
  readonly keepDays: number;
}

export interface NodeContext {
  readonly node: NodeIdentity;
  readonly db: Db;
  /** Where acts are written, if `db` only reads. */
  readonly acting?: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly jobs: JobQueue;
  readonly keys: NodeKeys;
  readonly paths: NodePaths;
  /** Most memory of one DuckDB query. Default 1 GiB. */
  readonly queryMemoryBytes?: number;
  /** What compressed files may unpack to. Default {@link UNPACK_LIMITS}. */
  readonly unpacking?: UnpackLimits;
  /** Below this much free space nothing new is taken in. Default 64 MiB. */
  readonly diskReserveBytes?: number;
  /** Told what partners' clocks show; without it nobody listens. */
  readonly clocks?: ClockListener | undefined;
  /** Engines that stay open between the questions of officers; without them each question opens its own. */
  readonly queries?: DuckPool;
  /** Default: no copies, 35 days. */
  readonly backups?: BackupSettings;
  /** How long an operation that was opened for imminent risk stays open. Default 60. */
  readonly emergencyMinutes?: number | undefined;
  /** Storage that workers without the node's folders share. */
  readonly objectStorage?: ObjectStorage | undefined;
}

/**
 * The folders below `home`, created where missing.
 * @param temporary where temporary files go instead of below `home`
 */
export async function nodePaths(home: string, temporary?: string | null): Promise<NodePaths> {
  const paths: NodePaths = {
    home,
    keys: join(home, 'keys'),
    lake: join(home, 'lake'),
    packages: join(home, 'packages'),
    outbox: join(home, 'outbox'),
    inbox: join(home, 'inbox'),
    opened: join(home, 'opened'),
    documents: join(home, 'documents'),
    temporary: temporary ?? join(home, 'temporary'),
  };
  for (const folder of Object.values(paths)) await mkdir(folder, { recursive: true, mode: 0o700 });
  return paths;
}

/** Runs `act` in one transaction, then wakes the workers of the jobs it enqueued. */
export async function inTransaction<T>(
  ctx: Pick<NodeContext, 'db' | 'acting' | 'jobs'>,
  act: (tx: Tx) => Promise<T>,
): Promise<T> {
  let own: Tx | undefined;
  const db = ctx.acting ?? ctx.db;
  const result = await db.transaction().execute((tx) => {
    own = tx;
    carryCall(db, tx);
    return act(tx);
  });
  ctx.jobs.nudge(own);
  return result;
}
