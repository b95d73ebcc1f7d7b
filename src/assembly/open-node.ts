/**
 * Putting a node together: one place that names every room's message handlers and jobs, so that
 * none is forgotten and none is there twice. Faces (server, worker, command line) and the exercise call it.
 */

import { watchAccess } from '#access/watch.ts';
import type { Clock } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { sequenceRest, startSequencer } from '#custody/sequencer.ts';
import { finishRotation } from '#exchange/card-update.ts';
import { type Exchange, openExchange } from '#exchange/exchange.ts';
import { resumeExchange } from '#exchange/resume.ts';
import { watchExchange } from '#exchange/watch.ts';
import { sweepUploads } from '#observations/import/uploads.ts';
import { lakePool, sweepLake } from '#observations/lake.ts';
import { watchParts } from '#observations/partition/jobs.ts';
import { sweepStorage } from '#observations/partition/object-lake.ts';
import { withTls } from '#operations/live-keys.ts';
import { addLogKey, loadNodeKeys } from '#operations/node.ts';
import { stateLogKey } from '#operations/own-card.ts';
import { openKeyFolder } from '#operations/protect-keys.ts';
import { listAgencies } from '#operations/store.ts';
import { ensureTls, type GivenTls, loadTls } from '#operations/tls-keys.ts';
import type { ClockListener } from '#platform/clock-watch.ts';
import type { Config } from '#platform/config.ts';
import { type NodeContext, type NodePaths, nodePaths } from '#platform/context.ts';
import { openDatabase, WORKING } from '#platform/database.ts';
import { createJobQueue, roomOf } from '#platform/jobs.ts';
import type { Log } from '#platform/log.ts';
import { type ObjectStorageConfig, objectStorageOf } from '#platform/object-storage.ts';
import { type OfficerDatabase, openOfficerDatabase } from '#platform/officer-database.ts';
import { passphraseOf } from '#platform/passphrase.ts';
import { sshAgentOf } from '#platform/ssh-agent.ts';
import { UNPACK_LIMITS, type UnpackLimits } from '#platform/unpacking.ts';
import { watchJournal } from '#protection/erasure-journal.ts';
import { watchReviewDates } from '#protection/jobs.ts';
import { KEEP_DAYS, watchBackupKeys } from './backup/prune.ts';
import { isBeingRestored } from './restore-mark.ts';
import { MESSAGE_HANDLERS, registerRoomJobs } from './rooms.ts';

export interface OpenNode {
  readonly ctx: NodeContext;
  readonly exchange: Exchange;
  /** The node's database as an officer sees it. */
  readonly officers: OfficerDatabase;
  /** Lets running jobs finish, then closes the node's connections. */
  close(): Promise<void>;
}

export interface OpenNodeOptions {
  /** The node's folder. */
  readonly home: string;
  /** The node's connection string to its migrated database: its login owns nothing. */
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Pick<Config, 'messageLimitBytes' | 'deliveryTimeoutMs' | 'queryMemoryBytes'> &
    Partial<
      Pick<
        Config,
        | 'backupRegister'
        | 'backupKeepDays'
        | 'temporaryDir'
        | 'emergencyMinutes'
        | 'signingAgent'
        | 'signingTimeoutMs'
        | 'exchangePort'
        | 'diskReserveBytes'
        | 'passphraseFile'
        | 'passphraseFd'
        | 'outgoingNetworks'
        | 'unpackedLimitBytes'
        | 'unpackedTimes'
      > &
        GivenTls &
        ObjectStorageConfig
    >;
  /** Asked for where a passphrase protects the keys. Default: as the configuration says where it is. */
  readonly passphrase?: () => Promise<string>;
  /** Told what partners' clocks show. */
  readonly clocks?: ClockListener;
  /** Run jobs in this process. Default true; a short command only enqueues. */
  readonly work?: boolean;
  /** Run only the jobs of these rooms. Default: of all. */
  readonly only?: readonly string[] | undefined;
  /** How often idle job kinds look for work that nobody woke them for. Default 1 s. */
  readonly pollSeconds?: number;
  /** Only for the restore itself: open it although it is not whole yet. */
  readonly restoring?: boolean;
  /** Connections of the node's own pool. Default 6. Officers' readings have another, with two less. */
  readonly poolSize?: number;
}

/** Opens the node that `icarus init` made in `home`. */
export async function openNode(options: OpenNodeOptions): Promise<OpenNode> {
  if (!options.restoring && (await isBeingRestored(options.home)))
    throw new IcarusError('backup/restore-unfinished', { path: options.home });
  const paths = await nodePaths(options.home, options.config.temporaryDir);
  const { databaseUrl: url, poolSize = 6 } = options;
  const applicationName = options.work === false ? {} : { applicationName: WORKING };
  const db = openDatabase({ url, poolSize, ...applicationName });
  const officers = openOfficerDatabase({ url, poolSize: Math.max(poolSize - 2, 1) });
  const jobs = createJobQueue(
    db,
    options.log,
    options.pollSeconds ? { pollSeconds: options.pollSeconds } : {},
  );
  try {
    const own = (await listAgencies(db)).find((agency) => agency.own);
    if (!own) throw new IcarusError('node/missing', { path: options.home });
    await addLogKey(paths, own.agencyId);
    const ctx: NodeContext = {
      node: { agencyId: own.agencyId, name: own.name, country: own.country },
      db,
      clock: options.clock,
      log: options.log.child({ node: own.agencyId }),
      jobs,
      keys: await keysOf(paths, own.name, options),
      paths,
      queryMemoryBytes: options.config.queryMemoryBytes,
      backups: {
        registers: options.config.backupRegister ?? [],
        keepDays: options.config.backupKeepDays ?? KEEP_DAYS,
      },
      unpacking: unpackingOf(options.config),
      ...(options.config.diskReserveBytes && { diskReserveBytes: options.config.diskReserveBytes }),
      clocks: options.clocks,
      emergencyMinutes: options.config.emergencyMinutes,
      objectStorage: objectStorageOf(options.config),
      queries: lakePool(paths),
    };
    await stateLogKey(ctx);
    const exchange = await openExchange(ctx, MESSAGE_HANDLERS, {
      ...options.config,
      mutualTls: listensForPeers(options.config),
      ...(options.pollSeconds ? { pollMs: options.pollSeconds * 1000 } : {}),
    });
    registerRoomJobs(ctx);
    requireRooms(options.only, jobs.kinds());
    await jobs.start({ work: options.work ?? true, only: options.only });
    await finishRotation(ctx);
    if (options.work ?? true) {
      await resumeExchange(exchange);
      await sweepLake(ctx);
      await sweepStorage(ctx);
      await sweepUploads(ctx);
    }
    const works = (room: string) => (options.work ?? true) && (options.only?.includes(room) ?? true);
    const watches = [
      ...(works('observations') ? [watchParts(ctx)] : []),
      ...(works('exchange') ? [watchExchange(ctx)] : []),
      ...(works('protection') ? [watchReviewDates(ctx), watchJournal(ctx), watchBackupKeys(ctx)] : []),
      ...(options.work === false || options.only ? [] : [watchAccess(ctx)]),
    ];
    const sequencer = options.work === false ? undefined : startSequencer(ctx, options.pollSeconds);
    return {
      ctx,
      exchange,
      officers,
      async close() {
        await Promise.all(watches.map((watch) => watch.stop()));
        await jobs.stop();
        await (sequencer ? sequencer.stop() : sequenceRest(ctx));
        await ctx.queries?.close();
        await officers.destroy();
        await db.destroy();
      },
    };
  } catch (error) {
    await jobs.stop();
    await db.destroy();
    throw error;
  }
}

function unpackingOf({ unpackedLimitBytes, unpackedTimes }: OpenNodeOptions['config']): UnpackLimits {
  return {
    mostBytes: unpackedLimitBytes ?? UNPACK_LIMITS.mostBytes,
    mostTimes: unpackedTimes ?? UNPACK_LIMITS.mostTimes,
  };
}

/** Other nodes come by TLS to a port of their own, not by a proxy. */
function listensForPeers({ exchangePort = null }: OpenNodeOptions['config']): boolean {
  return exchangePort !== null;
}

/** @param name of the agency, for a TLS certificate that is made now */
async function keysOf(
  paths: NodePaths,
  name: string,
  { config, passphrase = () => passphraseOf(config) }: Pick<OpenNodeOptions, 'config' | 'passphrase'>,
): Promise<NodeContext['keys']> {
  const { lock } = await openKeyFolder(paths, passphrase);
  const keys = await loadNodeKeys(paths, sshAgentOf(config), lock);
  const tls = listensForPeers(config) ? await ensureTls(paths, name, config) : await loadTls(paths, config);
  return withTls(keys, tls);
}

function requireRooms(only: readonly string[] | undefined, kinds: readonly string[]): void {
  const rooms = new Set(kinds.map(roomOf));
  const unknown = only?.find((room) => !rooms.has(room));
  if (unknown === undefined) return;
  throw new IcarusError('job/unknown-room', { room: unknown, rooms: [...rooms].sort().join(', ') });
}
