/** What this node has of the messages between it and one other agency: a stream in the order of ids. */
import { sql } from 'kysely';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { deliveriesOf } from '#exchange/deliveries.ts';
import { receiptsOn } from '#exchange/delivery-store.ts';
import { RECEIPT_KIND } from '#exchange/kinds.ts';
import type { Db } from '#platform/tables.ts';
import type { Entry } from './entry.ts';

export const RECONCILIATION_KIND = 'reconciliation';

/** Which messages are compared: between two agencies, of one operation, sealed in a time. */
export interface Scope {
  readonly me: AgencyId;
  readonly counterpart: AgencyId;
  readonly operationId: OperationId;
  /** Null: from the beginning. */
  readonly fromAt: Date | null;
  readonly untilAt: Date;
}

const PAGE = 500;

/** @param proofOf the proof of a leaf of the own log, where there is one yet; without it none are given */
export async function* recordsOf(
  db: Db,
  scope: Scope,
  proofOf?: (leaf: string) => Promise<string | undefined>,
): AsyncGenerator<Entry, void> {
  let after = '';
  for (;;) {
    const rows = await readPage(db, scope, after);
    const sent = rows.filter(({ direction }) => direction === 'sent');
    const standing = await sentStanding(db, scope, sent);
    for (const row of rows) {
      yield row.direction === 'sent'
        ? sentEntry(row, standing.get(row.id))
        : await receivedEntry(row, proofOf);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly direction: 'sent' | 'received';
  readonly sha256: string;
  readonly state: string;
  readonly operation_id: string | null;
  readonly received_at: Date | null;
  readonly closed_at: Date | null;
  readonly log_leaf: string | null;
}

/** Receipts are in the state of what they are about; statements like this one are under way while they are made. */
const LEFT_OUT = [RECEIPT_KIND, RECONCILIATION_KIND];

async function readPage(db: Db, scope: Scope, after: string): Promise<readonly Row[]> {
  const { me, counterpart, operationId, untilAt } = scope;
  const fromAt = scope.fromAt ?? new Date(0);
  const { rows } = await sql<Row>`
    select * from (
      select id, kind, 'sent' as direction, sha256, '' as state, operation_id,
        null::timestamptz as received_at, null::timestamptz as closed_at, null as log_leaf
      from outbox_message
      where operation_id = ${operationId} and ${counterpart} = any(recipients)
        and created_at between ${fromAt} and ${untilAt}
      union all
      select id, kind, 'received', sha256, state, operation_id, received_at, closed_at, log_leaf
      from inbox_message
      where (operation_id = ${operationId} or operation_id is null) and sender = ${counterpart}
        and ${me} = any(recipients) and created_at between ${fromAt} and ${untilAt}
    ) as both_ways
    where kind <> all(${LEFT_OUT}) and id collate "C" > ${after}
    order by id collate "C" limit ${PAGE}`.execute(db);
  return rows;
}

type Sent = Partial<Pick<Entry, 'state' | 'sentAt' | 'deliveredAt' | 'acknowledgedAt' | 'leaf'>>;

async function sentStanding(db: Db, { counterpart, untilAt }: Scope, rows: readonly Row[]) {
  const ids = rows.map(({ id }) => id as MessageId);
  const found = new Map<string, Sent>();
  for (const delivery of await deliveriesOf(db, ids, untilAt)) {
    if (delivery.role !== 'sender' || delivery.recipient !== counterpart) continue;
    const leaf =
      delivery.state === 'acknowledged' ? await promisedLeaf(db, delivery.messageId, counterpart) : undefined;
    found.set(delivery.messageId, {
      state: delivery.state,
      ...times({
        sentAt: delivery.sentAt,
        deliveredAt: delivery.deliveredAt,
        acknowledgedAt: delivery.acknowledgedAt,
      }),
      ...(leaf && { leaf }),
    });
  }
  return found;
}

/** What the recipient's receipt promised to have in its log. */
async function promisedLeaf(db: Db, messageId: MessageId, recipient: AgencyId): Promise<string | undefined> {
  const receipts = await receiptsOn(db, messageId);
  const own = receipts.find((one) => one.recipient === recipient && one.status === 'acknowledged');
  return own?.logLeaf ?? undefined;
}

function sentEntry({ id, kind, sha256 }: Row, standing: Sent = {}): Entry {
  return { messageId: id, kind, direction: 'sent', sha256, state: 'queued', ...standing };
}

async function receivedEntry(
  row: Row,
  proofOf: ((leaf: string) => Promise<string | undefined>) | undefined,
): Promise<Entry> {
  const { id, kind, sha256, log_leaf: leaf } = row;
  const proof = leaf ? await proofOf?.(leaf) : undefined;
  return {
    messageId: id,
    kind,
    direction: 'received',
    sha256,
    state: row.state as Entry['state'],
    ...(row.operation_id === null && { operationUnknown: true }),
    ...times({ receivedAt: row.received_at, openedAt: row.closed_at }),
    ...(leaf && { leaf }),
    ...(proof && { proof }),
  };
}

/** Those that there are, as they are written. */
function times<Name extends string>(known: Record<Name, Date | null>): Partial<Record<Name, string>> {
  return Object.fromEntries(
    Object.entries<Date | null>(known).flatMap(([name, at]) => (at ? [[name, at.toISOString()]] : [])),
  ) as Partial<Record<Name, string>>;
}
