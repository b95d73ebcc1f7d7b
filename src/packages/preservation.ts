/**
 * The requests for preservation of a package, on either side: which there are, their files, and that a
 * person sent one. What was sent stops the retention clock of its targets.
 */
import { join } from 'node:path';
import { type Actor, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import { requirePap } from '#correspondence/pap-leave.ts';
import { sameHolder } from '#observations/retention/clock.ts';
import { recordPreservation } from '#observations/retention/preservation.ts';
import { type PreservationSent, preservationsOf } from '#observations/retention/preservation-store.ts';
import type { NodeContext } from '#platform/context.ts';
import { type DuckDb, openDuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import {
  type DocumentRequest,
  handOut,
  type PackageDocument,
  type PackageOnDisk,
  readable,
} from './files.ts';
import { leveledPackage } from './pap.ts';
import { type PreservationFormat, preservationPath } from './preservation-write.ts';
import type { PreservationRequest } from './types.ts';

type PreservationContext = Pick<NodeContext, 'db' | 'node' | 'paths' | 'jobs' | 'clock' | 'queryMemoryBytes'>;

/** A request with what was recorded of it, oldest first: the first sending, then renewals. */
export interface RequestStanding {
  readonly request: PreservationRequest;
  readonly sent: readonly PreservationSent[];
}

/** @throws access/denied, package/not-found */
export async function requestsOfPackage(
  ctx: PreservationContext,
  actor: Actor,
  asked: DocumentRequest,
): Promise<RequestStanding[]> {
  const onDisk = await readable(ctx, actor, asked);
  const sent = await preservationsOf(ctx.db, asked.operationId, asked.packageId);
  return (onDisk.found.contents.preservation ?? []).map((request) => ({
    request,
    sent: sent.filter(({ holder }) => sameHolder(holder, request)),
  }));
}

/**
 * One of a request's files. Handing it out is logged.
 * @throws access/denied, package/not-found, retention/request-not-found
 */
export async function requestPath(
  ctx: PreservationContext,
  actor: Actor,
  asked: DocumentRequest & { readonly name: string; readonly format: PreservationFormat },
): Promise<PackageDocument> {
  const onDisk = await readable(ctx, actor, asked);
  const { name } = requestNamed(onDisk, asked.name);
  return handOut(ctx, actor, { onDisk, request: asked, file: preservationPath(name, asked.format) });
}

export interface SentRequest extends DocumentRequest {
  readonly name: string;
  readonly sentAt: Date;
  /** Default: 90 days after it was sent. */
  readonly until?: Date;
  readonly note: string;
}

/**
 * Records that a request was sent, or renewed.
 * @throws access/denied, package/not-found, retention/request-not-found, retention/period-invalid, handling/pap-blocks
 */
export async function recordRequestSent(
  ctx: PreservationContext,
  actor: Actor,
  sent: SentRequest,
): Promise<PreservationSent> {
  const { operationId, packageId, sentAt, until, note } = sent;
  authorize(actor, 'preservation.record', { operationId });
  const onDisk = await readable(ctx, actor, sent);
  const { country, operator, asn, name } = requestNamed(onDisk, sent.name);
  if ('from' in onDisk.found)
    await requirePap(ctx, leveledPackage(onDisk.found), {
      act: 'preservation',
      to: ctx.node.agencyId,
      at: sentAt < ctx.clock.now() ? sentAt : ctx.clock.now(),
    });
  return recordPreservation(ctx, actor, {
    operationId,
    packageId,
    holder: { country, operator, asn },
    targetIds: await targetsOf(ctx, join(onDisk.folder, preservationPath(name, 'csv'))),
    sentAt,
    note,
    ...(until && { until }),
  });
}

function requestNamed(onDisk: PackageOnDisk, name: string): PreservationRequest {
  const found = onDisk.found.contents.preservation?.find((request) => request.name === name);
  if (!found) throw new IcarusError('retention/request-not-found', { request: name });
  return found;
}

/** The targets that a request lists, from its annex, which travelled with it under the package's digest. */
async function targetsOf(ctx: PreservationContext, annex: string): Promise<TargetId[]> {
  await using duck: DuckDb = await openDuckDb({
    temporaryFolder: ctx.paths.temporary,
    threads: 1,
    memoryLimitBytes: ctx.queryMemoryBytes,
  });
  const rows = await duck.rows(
    `SELECT DISTINCT target_id FROM read_csv(${sqlText(annex)}, header = true, all_varchar = true)
      WHERE regexp_full_match(target_id, 'target_[0-9a-z]{1,64}') ORDER BY target_id`,
  );
  if (rows.length === 0)
    throw new IcarusError('package/content-invalid', { file: 'preservation', place: 'its targets' });
  return rows.map((row) => (textIn(row, 'target_id') ?? '') as TargetId);
}
