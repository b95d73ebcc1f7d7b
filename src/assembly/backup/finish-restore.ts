/**
 * What a restored node must pass before anybody may start it: its custody log is verified from the first event on,
 * and compared with what partners have seen of it; what was erased since is erased again; work that waited is
 * given back; and the restore is recorded.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import { IcarusError } from '#core/errors.ts';
import { databaseSource } from '#custody/database-source.ts';
import { recordEvent } from '#custody/record.ts';
import { newestCheckpoint, treeSize } from '#custody/store.ts';
import { requireHolds, verifyLog } from '#custody/verify.ts';
import { ownNoteOfSize } from '#custody/witness-store.ts';
import { logKeys } from '#operations/custody.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { defineJob } from '#platform/jobs.ts';
import { backupRegister, copyRegister } from '#protection/backup-keys.ts';
import { type ErasedAgain, eraseAgain } from '#protection/erase-again.ts';
import { type ErasureJournal, JOURNAL_FILE, readJournal, writeJournal } from '#protection/erasure-journal.ts';
import { type Behind, compareWithCheckpoint } from './compare-log.ts';
import type { Manifest } from './manifest.ts';
import type { RestoreRequest } from './restore.ts';

/** What a restore is held against. */
export interface RestoreProof {
  /** Journal of erasures; without it, that of the register. */
  readonly journalFile?: string | undefined;
  /** A checkpoint of this node's log that a partner has cosigned: the text of the note. */
  readonly checkpoint?: string | undefined;
  /** Go on although that checkpoint, and so a partner, knows events that the backup has not. */
  readonly acceptLoss?: boolean;
}

export interface FinishedRestore {
  /** Leaves of the log that was verified. */
  readonly custodySize: number;
  readonly erasedAgain: ErasedAgain;
  /** Operations that the backup cannot give back: their keys were destroyed. */
  readonly forgotten: readonly string[];
  /** Events that a partner has seen and the backup has not. */
  readonly behind: Behind | null;
}

/** What was brought back, before anybody has looked at it. */
export interface BroughtBack {
  readonly home: string;
  readonly url: string;
  /** When it was made: the journal of erasures must be no older. */
  readonly madeAt: string;
  /** The moment that it shows. */
  readonly at: string;
  /** Where its custody log must end; undefined where only the log itself says that. */
  readonly custody: Manifest['custody'] | undefined;
  /** Work that is to be given back; none where the queue itself was brought back. */
  readonly jobs: Manifest['jobs'];
  /** Operations that it cannot give back. */
  readonly forgotten: readonly string[];
}

export type FinishRequest = RestoreProof &
  Pick<RestoreRequest, 'config' | 'clock' | 'log' | 'keys' | 'signal'>;

export async function finishRestore(
  request: FinishRequest,
  broughtBack: BroughtBack,
): Promise<FinishedRestore> {
  const { config, clock, log, signal } = request;
  const { home, url, jobs, forgotten } = broughtBack;
  const node = await openNode({ home, databaseUrl: url, clock, log, config, work: false, restoring: true });
  const { ctx } = node;
  try {
    const custodySize = await verifyRestored(ctx, broughtBack, signal);
    const behind = await compareWithCheckpoint(ctx, request);
    const journal = await journalOf(ctx, request, broughtBack);
    refuseMissingKeys(forgotten, journal);
    if (request.keys.register !== undefined)
      await copyRegister(await registerFolder(request.keys.register, ctx), backupRegister(ctx).own);
    const erasedAgain = await eraseAgain(node.exchange, journal);
    await inTransaction(ctx, async (tx) => {
      for (const job of jobs) await giveBack(node, tx, job);
      await recordEvent(tx, {
        at: clock.now(),
        kind: 'node.restored',
        actor: 'system:restore',
        subject: { kind: 'agency', id: ctx.node.agencyId },
        facts: {
          backupAt: broughtBack.at,
          custodySequence: broughtBack.custody?.sequence ?? null,
          custodySize,
          jobs: jobs.length,
          erasedAgain: { ...erasedAgain },
          forgotten: [...forgotten],
          behind: behind && { ...behind },
        },
      });
    });
    // Not to copies elsewhere: this may be a trial beside a node that runs.
    await writeJournal(ctx, { copies: false });
    return { custodySize, erasedAgain, forgotten, behind };
  } finally {
    await node.close();
  }
}

/** The whole log: tree, checkpoints, signatures; and it ends where the backup's manifest says. */
async function verifyRestored(
  ctx: NodeContext,
  { custody }: BroughtBack,
  signal: AbortSignal | undefined,
): Promise<number> {
  const size = await treeSize(ctx.db);
  const newest = await newestCheckpoint(ctx.db);
  const note = newest ? await ownNoteOfSize(ctx.db, newest.size) : null;
  if (custody && (size !== custody.size || note !== custody.checkpoint))
    throw new IcarusError('backup/damaged', { place: 'the custody log' });
  const { partners } = await logKeys(ctx.db);
  const verdict = await verifyLog(await databaseSource(ctx.db), {
    logKey: ctx.keys.log.verifierKey,
    witnessKeys: partners,
    ...(signal && { signal }),
  });
  requireHolds(verdict);
  return verdict.size;
}

/** The journal that was named, or that of the register. It must be at least as young as the backup. */
async function journalOf(
  ctx: NodeContext,
  { journalFile, keys }: FinishRequest,
  { madeAt }: BroughtBack,
): Promise<ErasureJournal> {
  const file =
    journalFile ??
    (keys.register === undefined ? undefined : join(await registerFolder(keys.register, ctx), JOURNAL_FILE));
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new IcarusError('backup/needs-journal');
  const journal = readJournal(text, ctx.keys.log.verifierKey);
  if (journal.agencyId !== ctx.node.agencyId)
    throw new IcarusError('backup/journal-invalid', { reason: 'it is of another node' });
  if (Date.parse(journal.at) < Date.parse(madeAt))
    throw new IcarusError('backup/journal-stale', { journalAt: journal.at, backupAt: madeAt });
  return journal;
}

/** The folder itself, or that of the agency in it. */
async function registerFolder(register: string, { node }: NodeContext): Promise<string> {
  const below = join(register, node.agencyId);
  const isBelow = await readFile(join(below, JOURNAL_FILE)).then(
    () => true,
    () => false,
  );
  return isBelow ? below : register;
}

/** A key that is missing must have been destroyed with its operation; else the register is not whole. */
function refuseMissingKeys(closed: readonly string[], { erasures }: ErasureJournal): void {
  const erased = new Set(erasures.filter(({ kind }) => kind === 'operation').map((one) => one.record_id));
  const missing = closed.find((part) => !erased.has(part));
  if (missing !== undefined) throw new IcarusError('backup/key-missing', { part: missing });
}

/** A kind of job that this version has no more is work that nobody does. */
async function giveBack(
  { ctx }: OpenNode,
  tx: Parameters<typeof recordEvent>[0],
  { name, data, onceKey }: Manifest['jobs'][number],
): Promise<void> {
  if (!ctx.jobs.kinds().includes(name)) return;
  await ctx.jobs.enqueue(tx, defineJob<object>(name), data, onceKey === null ? {} : { onceKey });
}
