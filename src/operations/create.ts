/**
 * Beginning an operation, and adopting one that another agency leads. An operation is recorded
 * once: what comes again with the same content changes nothing; with another content it is refused.
 */

import { type Actor, actorName, authorizeOnNode } from '#access/policy.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { insertOperation, lockOperationId, operationById } from './store.ts';
import { type Operation, toDocument } from './types.ts';

/**
 * Begins an operation on the lead's node.
 * @throws operation/invalid when lead, coordinator or participants contradict each other
 */
export async function createOperation(
  ctx: NodeContext,
  actor: Actor,
  draft: Omit<Operation, 'operationId'>,
): Promise<Operation> {
  authorizeOnNode(actor, 'operations.create');
  checkOperation(draft);
  const now = ctx.clock.now();
  const operation: Operation = { ...draft, operationId: newId<OperationId>('operation', now) };
  await inTransaction(ctx, async (tx) => {
    await insertOperation(tx, operation, now);
    await recordEvent(tx, {
      at: now,
      kind: 'operation.created',
      actor: actorName(actor),
      operationId: operation.operationId,
      subject: { kind: 'operation', id: operation.operationId },
      facts: {
        codeName: operation.codeName,
        lead: operation.lead,
        coordinator: operation.coordinator,
        participants: operation.participants.length,
      },
    });
  });
  return operation;
}

/** Records an operation that came in a message from its lead. Returns false where it was known already. */
export async function adoptOperation(
  tx: Tx,
  operation: Operation,
  how: { at: Date; actor: string },
): Promise<boolean> {
  checkOperation(operation);
  const { operationId } = operation;
  let known = await operationById(tx, operationId);
  if (!known) {
    // Several messages of one new operation are opened at the same time: the first records it.
    await lockOperationId(tx, operationId);
    known = await operationById(tx, operationId);
  }
  if (known) {
    if (canonicalJson(toDocument(known)) !== canonicalJson(toDocument(operation))) {
      throw new IcarusError('operation/contradicts', { codeName: known.codeName });
    }
    return false;
  }
  await insertOperation(tx, operation, how.at);
  await recordEvent(tx, {
    at: how.at,
    kind: 'operation.adopted',
    actor: how.actor,
    operationId: operation.operationId,
    subject: { kind: 'operation', id: operation.operationId },
    facts: { codeName: operation.codeName, lead: operation.lead },
  });
  return true;
}

/** The operation, or `operation/not-found`. */
export async function requireOperation(db: Db, operationId: OperationId): Promise<Operation> {
  const operation = await operationById(db, operationId);
  if (!operation) throw new IcarusError('operation/not-found', { operation: operationId });
  return operation;
}

function checkOperation(operation: Omit<Operation, 'operationId'>): void {
  const agencies = new Set(operation.participants.map(({ agencyId }) => agencyId));
  const countries = new Set(operation.participants.map(({ country }) => country));
  const problem =
    operation.lead === operation.coordinator
      ? 'lead and coordinator are the same agency'
      : agencies.size !== operation.participants.length
        ? 'an agency takes part twice'
        : countries.size !== operation.participants.length
          ? 'a country has two participating agencies'
          : operation.handling.codes.includes('H3') !== (operation.handling.text.trim() !== '')
            ? 'handling code H3 and its text go together'
            : undefined;
  if (problem) throw new IcarusError('operation/invalid', { reason: problem });
}
