/**
 * A counterpart's statement arrives: it is compared with the records here, line by line, and what differs is kept.
 * Where the counterpart asked for it, this node's own statement goes back.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import {
  type Comparison,
  type Counts,
  counted,
  DIFFERENCES,
  type Difference,
  findingOf,
  NO_COUNTS,
  paired,
} from './compare.ts';
import {
  ENTRIES_FILE,
  type Entry,
  readEntry,
  readStatement,
  STATEMENT_FILE,
  type StatementDocument,
} from './entry.ts';
import { proverOf } from './proof.ts';
import { RECONCILIATION_KIND, recordsOf } from './records.ts';
import { ANSWER } from './send.ts';
import { insertDifferences, insertReconciliation, setCounts } from './store.ts';

const MAX_STATEMENT_BYTES = 16 * 1024;
/** Differences that are written at once. */
const BATCH = 500;

export const reconciliationHandler: MessageHandler = {
  kind: RECONCILIATION_KIND,
  async receive(ctx, tx, message) {
    const statement = await statementOf(ctx, message);
    const { fromAt, untilAt, at } = statement;
    const scope = {
      me: ctx.node.agencyId,
      counterpart: message.from,
      operationId: message.operationId,
      fromAt: fromAt === null ? null : new Date(fromAt),
      untilAt: new Date(untilAt),
    };
    const { messageId } = message;
    const [statedAt, comparedAt] = [new Date(at), ctx.clock.now()];
    const { me: _, ...named } = scope;
    await insertReconciliation(tx, { messageId, ...named, statedAt, comparedAt, ...NO_COUNTS });
    const theirs = entriesIn(message, statement.entries);
    const proves = await proverOf(tx, message.from);
    const counts = await compareAll(tx, message, {
      pairs: paired(recordsOf(tx, scope), theirs),
      comparison: { statedAt, now: comparedAt, proves },
    });
    await setCounts(tx, messageId, counts);
    await recordCompared(tx, message, { counts, statement, at: comparedAt });
    if (statement.answerWanted) {
      const asked = { counterpart: message.from, operationId: message.operationId, fromAt, untilAt };
      await ctx.jobs.enqueue(tx, ANSWER, { ...asked, asked: messageId }, { onceKey: messageId });
    }
  },
};

/** @throws exchange/reconciliation-invalid where it is not by its sender, for this node and of this operation */
async function statementOf(ctx: NodeContext, message: OpenedMessage): Promise<StatementDocument> {
  const file = (name: string) => message.files.find(({ path }) => path === name);
  const statement = file(STATEMENT_FILE);
  if (!statement || !file(ENTRIES_FILE) || statement.sizeBytes > MAX_STATEMENT_BYTES)
    throw invalid('its files');
  const document = readStatement(await readFile(join(message.folder, STATEMENT_FILE), 'utf8'));
  const { by, with: other, operationId } = document;
  if (by !== message.from) throw invalid('by');
  if ((other as AgencyId) !== ctx.node.agencyId) throw invalid('with');
  if (operationId !== message.operationId) throw invalid('operationId');
  return document;
}

async function* entriesIn({ folder }: OpenedMessage, expected: number): AsyncGenerator<Entry, void> {
  let count = 0;
  const input = createReadStream(join(folder, ENTRIES_FILE));
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    count += 1;
    yield readEntry(line);
  }
  if (count !== expected) throw invalid('entries');
}

async function compareAll(
  tx: Tx,
  { messageId }: OpenedMessage,
  { pairs, comparison }: { pairs: ReturnType<typeof paired>; comparison: Comparison },
): Promise<Counts> {
  let counts = NO_COUNTS;
  let found: Difference[] = [];
  for await (const [here, there] of pairs) {
    const finding = findingOf(here, there, comparison);
    counts = counted(counts, finding);
    found.push(
      ...finding.differences.map((difference) => ({
        messageId: finding.messageId,
        difference,
        severity: DIFFERENCES[difference],
        kind: (here ?? there)?.kind ?? '',
        direction: finding.direction,
        here: here?.state ?? null,
        there: there?.state ?? null,
      })),
    );
    if (found.length < BATCH) continue;
    await insertDifferences(tx, messageId, found);
    found = [];
  }
  await insertDifferences(tx, messageId, found);
  return counts;
}

async function recordCompared(
  tx: Tx,
  { messageId, from, operationId }: OpenedMessage,
  { counts, statement, at }: { counts: Counts; statement: StatementDocument; at: Date },
): Promise<void> {
  await recordEvent(tx, {
    at,
    kind: 'reconciliation.compared',
    actor: 'system:exchange',
    operationId,
    subject: { kind: 'agency', id: from },
    facts: {
      statement: messageId,
      statedAt: statement.at,
      fromAt: statement.fromAt,
      untilAt: statement.untilAt,
      ...counts,
    },
  });
}

function invalid(field: string): IcarusError {
  return new IcarusError('exchange/reconciliation-invalid', { field });
}
