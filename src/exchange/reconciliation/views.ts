/** How this node and each counterpart stand, as pages and the command line show it. */
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { requireOperation } from '#operations/create.ts';
import type { Operation } from '#operations/types.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import type { DifferenceKind } from './compare.ts';
import { RECONCILIATION_KIND } from './records.ts';
import type { Counterpart, CounterpartDetail, ReconciliationView } from './schemas.ts';
import { differencesOf, newestReconciliations, type Reconciliation } from './store.ts';

/** What differs, and what to do about it. */
export const DIFFERENCE_WORDS: Readonly<Record<DifferenceKind, string>> = {
  'missing-here': 'They sent it and it has not come here. Ask them to send it again.',
  'missing-there': 'It was sent from here and has not come there. Send it again.',
  'receipt-missing-here':
    'They opened it, and their receipt has not come here. Ask them to bring their receipts as a file.',
  'receipt-missing-there':
    'It was opened here, and our receipt has not come there. Export what waits for them as files.',
  'refusal-missing-here': 'They refused it, and their reason has not come here. Telephone them.',
  'lost-here':
    'They hold our receipt for it, and it is not here. Telephone them; look for a restored backup on this node.',
  'lost-there':
    'We hold their receipt for it, and they do not have it. Telephone them; their records were changed or restored.',
  'unknown-here':
    'They received it under our signature, and nothing here says that it was sent. Telephone them; our key may be in wrong hands.',
  'unknown-there':
    'It came here under their signature, and they do not know of it. Telephone them; their key may be in wrong hands.',
  'other-digest': 'The same message has other bytes there than here. Do not use it; telephone them.',
  'other-direction': 'Both say to have sent it, or both to have received it. Telephone them.',
  'state-contradicts':
    'A receipt was given for it, and the state does not agree. Telephone them; records were changed or restored.',
  'other-leaf':
    'The receipt promised another entry of the custody log than the one they state. Telephone them; keep the receipt.',
  'leaf-unproven':
    'The receipt promised an entry of the custody log, and no valid proof of it was given. Ask for their log; keep the receipt.',
};

const MOST_DIFFERENCES = 1000;

/** All other agencies of the operation, by id, each with the newest comparison. */
export async function counterparts(
  ctx: Pick<NodeContext, 'db' | 'node'>,
  operationId: OperationId,
): Promise<Counterpart[]> {
  const operation = await requireOperation(ctx.db, operationId);
  const newest = await newestReconciliations(ctx.db, operationId);
  const asked = await lastAsked(ctx.db, operationId);
  return agenciesOf(operation)
    .filter((agencyId) => agencyId !== ctx.node.agencyId)
    .map((agencyId) => {
      const known = newest.find(({ counterpart }) => counterpart === agencyId);
      return {
        agencyId,
        newest: known ? viewOf(known) : null,
        askedAt: asked.get(agencyId)?.toISOString() ?? null,
      };
    });
}

/** @throws agency/not-found for one that has no part in the operation */
export async function counterpartDetail(
  ctx: Pick<NodeContext, 'db' | 'node'>,
  operationId: OperationId,
  agencyId: AgencyId,
): Promise<CounterpartDetail> {
  const found = (await counterparts(ctx, operationId)).find((one) => one.agencyId === agencyId);
  if (!found) throw new IcarusError('agency/not-found', { agency: agencyId });
  const [newest] = (await newestReconciliations(ctx.db, operationId)).filter(
    ({ counterpart }) => counterpart === agencyId,
  );
  const all = newest ? await differencesOf(ctx.db, newest.messageId, MOST_DIFFERENCES + 1) : [];
  return {
    ...found,
    differences: all
      .slice(0, MOST_DIFFERENCES)
      .map((one) => ({ ...one, sentence: DIFFERENCE_WORDS[one.difference] })),
    more: all.length > MOST_DIFFERENCES,
  };
}

function agenciesOf({ lead, coordinator, participants }: Operation): AgencyId[] {
  return [...new Set([lead, coordinator, ...participants.map(({ agencyId }) => agencyId)])].sort();
}

async function lastAsked(db: Db, operationId: OperationId): Promise<Map<string, Date>> {
  const rows = await db
    .selectFrom('outbox_message')
    .select(['recipients', 'posted_at'])
    .where('operation_id', '=', operationId)
    .where('kind', '=', RECONCILIATION_KIND)
    .orderBy('posted_at')
    .execute();
  return new Map(
    rows.flatMap(({ recipients, posted_at }) => recipients.map((one) => [one, posted_at] as const)),
  );
}

function viewOf(one: Reconciliation): ReconciliationView {
  const { messageId, counterpart: _agency, operationId: _operation, ...rest } = one;
  return {
    ...rest,
    messageId,
    fromAt: one.fromAt?.toISOString() ?? null,
    untilAt: one.untilAt.toISOString(),
    statedAt: one.statedAt.toISOString(),
    comparedAt: one.comparedAt.toISOString(),
  };
}
