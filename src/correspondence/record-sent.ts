/**
 * The transaction of a letter that is sent: its row, its event, and the message it travels in. Letters that are sent
 * at the same time share one.
 */
import { type Actor, actorName } from '#access/policy.ts';
import { type CustodyEvent, gatherEvents, recordEvents } from '#custody/record.ts';
import { inGroups } from '#exchange/group.ts';
import { postReplacement, type Replacement } from '#exchange/recall/replacement.ts';
import { postMessages, type SealedMessage } from '#exchange/send.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { factsOf } from './letter.ts';
import { insertLetters } from './store.ts';
import type { Letter } from './types.ts';

export interface Sent {
  readonly actor: Actor;
  readonly letter: Letter;
  readonly sealed: SealedMessage;
  /** Where it takes the place of one that was sent before. */
  readonly replacement: Replacement | undefined;
  /** Where only its provider's leave lets it go: takes the second officer's approval, in the same transaction. */
  readonly approval?: (tx: Tx) => Promise<{ readonly proposal: string; readonly approvedBy: string }>;
}

const recorders = new WeakMap<Db, (sent: Sent) => Promise<void>>();

/** Records and posts a sealed letter; it is sent if and only if this returns. */
export function recordSent(ctx: NodeContext, sent: Sent): Promise<void> {
  // One approval that is missing must not keep other letters back.
  if (sent.approval) return recordAll(ctx, [sent]).then(() => undefined);
  const known = recorders.get(ctx.db);
  const record = known ?? inGroups<Sent, void>((group) => recordAll(ctx, group));
  recorders.set(ctx.db, record);
  return record(sent);
}

async function recordAll(ctx: NodeContext, group: readonly Sent[]): Promise<void[]> {
  await inTransaction(ctx, (tx) =>
    gatherEvents(tx, async () => {
      const approvals: (object | undefined)[] = [];
      for (const { approval } of group) approvals.push(await approval?.(tx));
      await insertLetters(
        tx,
        group.map(({ letter }) => letter),
      );
      await recordEvents(
        tx,
        group.map((sent, n) => sentEvent(sent, approvals[n])),
      );
      const plain = group.filter(({ replacement }) => replacement === undefined);
      for (const [, ofOne] of Map.groupBy(plain, ({ actor }) => actorName(actor))) {
        const [first] = ofOne;
        const sealed = ofOne.map((one) => one.sealed);
        if (first) await postMessages(ctx, tx, sealed, { actor: first.actor });
      }
      for (const { sealed, actor, replacement } of group)
        if (replacement) await postReplacement(ctx, tx, sealed, { actor, replacement });
    }),
  );
  return group.map(() => undefined);
}

function sentEvent({ letter, actor, sealed }: Sent, approval: object | undefined): CustodyEvent {
  return {
    at: letter.recordedAt,
    kind: 'letter.sent',
    actor: actorName(actor),
    operationId: letter.operationId,
    subject: { kind: 'message', id: letter.messageId },
    facts: { ...factsOf(letter), contentDigest: sealed.contentDigest, ...approval },
  };
}
