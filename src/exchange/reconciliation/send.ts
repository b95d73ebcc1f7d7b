/**
 * A node's statement of what it sent to a counterpart and received from it, sealed and sent like any other message:
 * by network, or as a file. The list is written line by line and never held whole.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Actor, authorize } from '#access/policy.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { defineJob } from '#platform/jobs.ts';
import { scratchFolder } from '#platform/scratch-folder.ts';
import type { PackageEntry } from '#seal/seal.ts';
import { ENTRIES_FILE, RECONCILIATION_FORMAT, STATEMENT_FILE, type StatementDocument } from './entry.ts';
import { proofFrom } from './proof.ts';
import { RECONCILIATION_KIND, recordsOf, type Scope } from './records.ts';

export interface StatementRequest {
  readonly counterpart: AgencyId;
  readonly operationId: OperationId;
  /** Messages sealed from here. Default: from the beginning. */
  readonly fromAt?: Date | null;
  /** Default: until now. */
  readonly untilAt?: Date;
  /** Ask the counterpart to state the same, so that it is compared here too. */
  readonly answerWanted: boolean;
}

/**
 * Sends this node's statement to a counterpart.
 * @throws operation/not-found, agency/not-found, access/denied
 */
export async function sendStatement(
  ctx: NodeContext,
  actor: Actor,
  request: StatementRequest,
): Promise<MessageId> {
  const { counterpart, operationId, answerWanted } = request;
  authorize(actor, 'exchange.send', { operationId });
  const at = ctx.clock.now();
  const scope: Scope = {
    me: ctx.node.agencyId,
    counterpart,
    operationId,
    fromAt: request.fromAt ?? null,
    untilAt: request.untilAt ?? at,
  };
  await using scratch = await scratchFolder(ctx.paths.temporary);
  const path = join(scratch.path, ENTRIES_FILE);
  const entries = await writeEntries(ctx, scope, path);
  const document: StatementDocument = {
    format: RECONCILIATION_FORMAT,
    operationId,
    by: scope.me,
    with: counterpart,
    fromAt: scope.fromAt?.toISOString() ?? null,
    untilAt: scope.untilAt.toISOString(),
    at: at.toISOString(),
    entries,
    answerWanted,
  };
  const sealed = await sealMessage(ctx, {
    kind: RECONCILIATION_KIND,
    operationId,
    to: [counterpart],
    entries: [statementEntry(document), await fileEntry(path)],
  });
  await inTransaction(ctx, (tx) => postMessage(ctx, tx, sealed, { actor }));
  return sealed.messageId;
}

/** @returns how many lines there are */
async function writeEntries(ctx: NodeContext, scope: Scope, path: string): Promise<number> {
  let count = 0;
  await pipeline(async function* lines() {
    for await (const entry of recordsOf(ctx.db, scope, (leaf) => proofFrom(ctx.db, leaf))) {
      count += 1;
      yield `${canonicalJson(entry)}\n`;
    }
  }, createWriteStream(path));
  return count;
}

function statementEntry(document: StatementDocument): PackageEntry {
  const bytes = Buffer.from(`${canonicalJson(document)}\n`, 'utf8');
  return {
    path: STATEMENT_FILE,
    sizeBytes: bytes.length,
    async *content() {
      yield bytes;
    },
  };
}

async function fileEntry(path: string): Promise<PackageEntry> {
  const { size } = await stat(path);
  return { path: ENTRIES_FILE, sizeBytes: size, content: () => createReadStream(path) };
}

interface AnswerData {
  readonly counterpart: AgencyId;
  readonly operationId: OperationId;
  readonly fromAt: string | null;
  readonly untilAt: string;
  /** The message that asked. */
  readonly asked: MessageId;
}

/** Answers a counterpart that asked for this node's statement. */
export const ANSWER = defineJob<AnswerData>('exchange.reconciliation-answer');

export function registerReconciliationJobs(ctx: NodeContext): void {
  ctx.jobs.register(ANSWER, async ({ counterpart, operationId, fromAt, untilAt }) => {
    await sendStatement(
      ctx,
      { kind: 'system', process: 'exchange' },
      {
        counterpart,
        operationId,
        fromAt: fromAt === null ? null : new Date(fromAt),
        untilAt: new Date(untilAt),
        answerWanted: false,
      },
    );
  });
}
