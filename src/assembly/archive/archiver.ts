/**
 * Keeping the archive of a node that runs: a copy of everything, then, round by round, the log since and the files that
 * are new. A generation ends with its week, with an erasure, or where something of the log is lost; the next begins with
 * a new copy. All of it is encrypted to a key that lies in the register of backup keys and never in the archive. Each
 * round is whole or not there, and can be cut off anywhere: the next goes on from what is durable.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { store } from '#assembly/backup/stored-file.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import { treeSize } from '#custody/store.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { onDisk } from '#platform/durable-file.ts';
import { secretFile } from '#platform/recover-cluster.ts';
import { syncFolder } from '#platform/staging-folder.ts';
import type { Db } from '#platform/tables.ts';
import {
  ARCHIVE_PART,
  backupRegister,
  openRegister,
  partKey,
  partRecipients,
  periodOf,
} from '#protection/backup-keys.ts';
import { writeJournal } from '#protection/erasure-journal.ts';
import { type CopiedCluster, copyCluster } from './cluster-copy.ts';
import { endGenerations, erasuresOf, NO_ERASURES, requireNoneUnderWay, scrubErased } from './erasures.ts';
import { archiveFiles, type FileChanges } from './file-changes.ts';
import {
  ARCHIVE_FORMAT,
  BASE_FILE,
  keyTag,
  LABEL_FILE,
  type Label,
  LOG_FOLDER,
  pieceName,
  readGeneration,
  segmentStart,
} from './layout.ts';
import { line, storePacked } from './packed.ts';
import { dropSlot, keepLog, markLog, readLog, releaseLog, serverLog } from './server-log.ts';
import {
  forgetStanding,
  NO_STANDING,
  readKnown,
  readStanding,
  type Standing,
  writeKnown,
  writeStanding,
} from './standing.ts';

export interface ArchiveTarget {
  /** Folder on another disk or machine. */
  readonly folder: string;
  /** age recipients of whoever may restore from it. */
  readonly recipients: readonly string[];
  readonly everySeconds: number;
}

export interface ArchiverOptions {
  /** The owner's connection string to the node's database on the embedded server. */
  readonly ownerUrl: string;
  /** Folder of that server's files. */
  readonly cluster: string;
  /** Null where none is to be kept: then only the rest of an earlier one is looked after. */
  readonly target: ArchiveTarget | null;
}

/** What comes before the bytes of the log in a piece. */
export interface PieceHead extends FileChanges {
  readonly start: number;
  readonly end: number;
  readonly until: string;
  /** Leaves of the custody log that were confirmed by then. */
  readonly custodySize: number;
}

/** What comes before the copied files. */
export interface BaseHead {
  /** The owner's password of the cluster. */
  readonly password: string;
}

/** Any constant will do, as long as every version uses the same. */
const LOCK_KEY = 7_236_815_561;

/** One round; one process at a time. @throws archive/…, backup/register-…, disk/full */
export async function archiveRound(
  ctx: NodeContext,
  options: ArchiverOptions,
  signal: AbortSignal,
): Promise<void> {
  const db = openDatabase({ url: options.ownerUrl, role: 'owner', poolSize: 1 });
  try {
    await db.connection().execute(async (owner) => {
      const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_lock(${LOCK_KEY}) as mine`.execute(
        owner,
      );
      if (!rows[0]?.mine) return;
      try {
        await sql`set synchronous_commit = on`.execute(owner);
        await lockedRound({ ...ctx, owner, signal, ...options });
      } finally {
        // The server lets go of it late after a connection that is closed, and the next round would find it taken.
        await sql`select pg_advisory_unlock(${LOCK_KEY})`.execute(owner).catch(() => undefined);
      }
    });
  } finally {
    await db.destroy();
  }
}

type Round = NodeContext &
  Pick<ArchiverOptions, 'cluster'> & {
    readonly ownerUrl: string;
    readonly owner: Db;
    readonly signal: AbortSignal;
    readonly target: ArchiveTarget | null;
  };

async function lockedRound(round: Round): Promise<void> {
  const { paths, owner, target } = round;
  const standing = await endedByErasure(round, await readStanding(paths.home));
  if (!target) {
    await dropSlot(owner);
    if (standing && (await partRecipients(backupRegister(round).own, ARCHIVE_PART)).length === 0)
      await forgetStanding(paths.home);
    return;
  }
  await stat(target.folder).catch((cause: unknown) => {
    throw new IcarusError('archive/unreachable', { folder: target.folder }, { cause });
  });
  const current = (await goesOn(round, standing)) ?? (await begin(round, target, standing));
  await addPiece(round, current);
}

/** An erasure that came by another way than a record's own ends the generation here. */
async function endedByErasure(round: Round, standing: Standing | undefined): Promise<Standing | undefined> {
  if (!standing?.generation) return standing;
  if ((await erasuresOf(round.owner)) === standing.erasures) return standing;
  await endGenerations(round);
  const ended = { ...standing, generation: null, from: null, until: null };
  await writeStanding(round.paths.home, ended);
  return ended;
}

/** The generation that is written, if it can be gone on with: by its key, its week, and what the server has kept. */
async function goesOn(round: Round, standing: Standing | undefined): Promise<Standing | undefined> {
  if (!standing?.generation) return undefined;
  const { target, node, owner, clock } = round;
  if (!standing.generation.startsWith(join(target?.folder ?? '', node.agencyId))) return undefined;
  if (standing.period !== periodOf(clock.now()) || !(await keyStands(round, standing.recipient)))
    return undefined;
  const generation = await readGeneration(standing.generation);
  if (!generation) return undefined;
  const log = await serverLog(owner);
  const end = Math.max(standing.end, generation.pieces.at(-1)?.end ?? 0);
  const kept = log.keptFrom !== undefined && segmentStart(log.keptFrom) <= end;
  const same = log.systemId === standing.systemId && log.timeline === standing.timeline;
  return kept && same ? { ...standing, end } : undefined;
}

async function keyStands(ctx: Round, recipient: string): Promise<boolean> {
  return (await partRecipients(backupRegister(ctx).own, ARCHIVE_PART)).includes(recipient);
}

/** A new generation: everything as it is now. */
async function begin(round: Round, target: ArchiveTarget, before: Standing | undefined): Promise<Standing> {
  const { paths, node, clock, owner, signal } = round;
  const register = backupRegister(round);
  if (register.copies.length === 0) throw new IcarusError('backup/register-missing');
  await openRegister(register);
  const at = clock.now();
  await requireNoneUnderWay(owner);
  const erasures = await erasuresOf(owner);
  let standing: Standing = {
    ...NO_STANDING,
    scrubbed: before?.scrubbed ?? '',
    everySeconds: target.everySeconds,
    beginning: at.toISOString(),
    failing: before?.failing ?? null,
  };
  await writeStanding(paths.home, standing);
  if (erasures !== NO_ERASURES && erasures !== standing.scrubbed) {
    await scrubErased(owner);
    standing = { ...standing, scrubbed: erasures };
    await writeStanding(paths.home, standing);
  }
  const { recipients } = target;
  const { recipient, period } = await partKey(register, { part: ARCHIVE_PART, at, recipients });
  await sweep(round, target);
  const name = `${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(4).toString('hex')}`;
  const generation = join(target.folder, node.agencyId, name);
  await onDisk(target.folder, () => mkdir(join(generation, LOG_FOLDER), { recursive: true, mode: 0o700 }));
  try {
    await keepLog(owner);
    const copied = await copyBase(round, generation, recipient);
    const { systemId, timeline } = await serverLog(owner);
    // What is restored from it must not be younger than the journal: that is how an old copy of it is found out.
    await writeJournal(round);
    if (!(await keyStands(round, recipient))) throw new IcarusError('archive/ended');
    const label: Label = {
      format: ARCHIVE_FORMAT,
      agencyId: node.agencyId,
      key: keyTag(recipient),
      begunAt: at.toISOString(),
      from: copied.from.toISOString(),
      startPosition: copied.startPosition,
      stopPosition: copied.stopPosition,
      timeline,
      systemId,
    };
    await store(join(generation, LABEL_FILE), text(`${JSON.stringify(label)}\n`), { recipients: [], signal });
    await syncFolder(join(target.folder, node.agencyId));
    standing = {
      ...standing,
      generation,
      recipient,
      period,
      timeline,
      systemId,
      erasures,
      end: segmentStart(copied.startPosition),
      from: label.from,
      beginning: null,
    };
    await writeStanding(paths.home, standing);
  } catch (error) {
    await rm(generation, { recursive: true, force: true });
    throw error;
  }
  await recordBegun(round, standing);
  return standing;
}

/** The server ends its part when the connection goes, however it goes. */
async function copyBase(round: Round, generation: string, recipient: string): Promise<CopiedCluster> {
  const { cluster, ownerUrl, signal } = round;
  const head: BaseHead = { password: (await readFile(secretFile(cluster), 'utf8')).trim() };
  const db = openDatabase({ url: ownerUrl, role: 'owner', poolSize: 1 });
  let copied: CopiedCluster | undefined;
  try {
    await db.connection().execute(async (own) => {
      const content = (async function* () {
        yield line(head);
        yield* copyCluster(own, cluster, (result) => {
          copied = result;
        });
      })();
      await storePacked(join(generation, BASE_FILE), content, { recipient, signal });
    });
  } finally {
    await db.destroy();
  }
  if (!copied) throw new Error('the copy of the cluster has no end');
  return copied;
}

/** The log since the last piece, and the node's files that are new. */
async function addPiece(round: Round, standing: Standing): Promise<void> {
  const { paths, owner, cluster, signal, target } = round;
  const { generation, recipient, timeline, end: start } = standing;
  if (!generation || !target) return;
  const custodySize = await treeSize(round.db);
  const { until, end } = await markLog(owner);
  // Every row up to the mark has its file now; files that are younger do no harm.
  const before = await readKnown(paths.home, generation);
  const { files, gone, known } = await archiveFiles(paths, before, {
    generation,
    recipient,
    signal,
    round: `${until.getTime()}-${randomBytes(3).toString('hex')}`,
  });
  const head: PieceHead = { start, end, until: until.toISOString(), custodySize, files, gone };
  const content = (async function* () {
    yield line(head);
    yield* readLog(cluster, { timeline, start, end });
    // Else a file that the server has begun to write over may have been read.
    const { keptFrom } = await serverLog(owner);
    if (keptFrom === undefined || segmentStart(keptFrom) > start)
      throw new IcarusError('archive/lost-log', { from: standing.until ?? standing.from ?? '' });
  })();
  await storePacked(join(generation, LOG_FOLDER, pieceName(start, end, until)), content, {
    recipient,
    signal,
  });
  if (!(await keyStands(round, recipient))) throw new IcarusError('archive/ended');
  if (files.length + gone.length > 0) await writeKnown(paths.home, generation, known);
  const { everySeconds } = target;
  const now = { end, until: until.toISOString(), failing: null, beginning: null, everySeconds };
  await writeStanding(paths.home, { ...standing, ...now });
  await releaseLog(owner, segmentStart(end));
}

/** Removes generations that no key opens any more, and what a broken attempt has left. */
async function sweep(round: Round, target: ArchiveTarget): Promise<void> {
  const folder = join(target.folder, round.node.agencyId);
  const tags = new Set((await partRecipients(backupRegister(round).own, ARCHIVE_PART)).map(keyTag));
  for (const name of await readdir(folder).catch(() => [])) {
    const generation = await readGeneration(join(folder, name)).catch(() => null);
    // One of another version, or damaged, is for a person to look at.
    if (generation === null || (generation && tags.has(generation.label.key))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function* text(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content, 'utf8');
}

async function recordBegun(ctx: NodeContext, { from, erasures }: Standing): Promise<void> {
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'node.archive-begun',
      actor: 'system:backup',
      subject: { kind: 'agency', id: ctx.node.agencyId },
      facts: { from, erasures },
    }),
  );
}

/** What keeps the archive from going on, for its standing; nothing where that is how an erasure ends it. */
export async function noteFailure(ctx: NodeContext, target: ArchiveTarget, error: unknown): Promise<void> {
  const standing = (await readStanding(ctx.paths.home)) ?? NO_STANDING;
  const known = isIcarusError(error);
  const failing = {
    since: standing.failing?.since ?? ctx.clock.now().toISOString(),
    code: known ? error.code : error instanceof Error ? error.name : 'unknown',
    says: known ? error.message : 'see the log of the node',
  };
  await writeStanding(ctx.paths.home, { ...standing, failing, everySeconds: target.everySeconds });
}
