/**
 * The verdict: the ledger of what callers were told against what the three nodes hold. Pure, so that its
 * own test can show each of the faults it is to find.
 */
import { digestOf } from './messages.ts';
import type { Records } from './records.ts';
import type { Entry } from './traffic.ts';

export interface Verdict {
  /** Told to be done, and not (wholly) there. */
  readonly lost: readonly string[];
  /** There more than once. */
  readonly doubled: readonly string[];
  /** There, and nobody asked for it, or not this. */
  readonly phantom: readonly string[];
  /** Rows, custody log and files that contradict each other. */
  readonly inconsistent: readonly string[];
}

export function judge(entries: ReadonlyMap<string, Entry>, records: readonly Records[]): Verdict {
  return {
    lost: lostOf(entries, records),
    doubled: records.flatMap(doubledIn),
    phantom: [...records.flatMap((record) => phantomIn(entries, record)), ...unfoundedReceipts(records)],
    inconsistent: [...records.flatMap(contradictionsIn), ...halfDone(records)],
  };
}

function lostOf(entries: ReadonlyMap<string, Entry>, records: readonly Records[]): string[] {
  const at = new Map<string, Records>(records.map((record) => [record.node.agencyId, record]));
  const lost: string[] = [];
  for (const { order, from, told } of entries.values()) {
    if (!told) continue;
    const { messageId, sha256 } = told;
    const sender = at.get(from);
    if (!sender?.outbox.some((sent) => sent.id === messageId && sent.sha256 === sha256))
      lost.push(`${messageId}: not in the outbox of ${from}`);
    for (const recipient of order.to) {
      const there = at.get(recipient);
      const opened = there?.inbox.some(
        (came) => came.id === messageId && came.sha256 === sha256 && came.state === 'opened',
      );
      const taken = there?.effects.some((effect) => effect.message_id === messageId);
      if (!opened || !taken) lost.push(`${messageId}: not opened by ${recipient}`);
      if (!isAcknowledged(sender, messageId, recipient))
        lost.push(`${messageId}: no receipt of ${recipient} at ${from}`);
    }
  }
  return lost;
}

function isAcknowledged(sender: Records | undefined, messageId: string, recipient: string): boolean {
  return (
    sender?.stated.some(
      (row) => row.message_id === messageId && row.recipient === recipient && row.status === 'acknowledged',
    ) ?? false
  );
}

/** Acts that may happen once only for a message on one node. An acknowledgement may come once from each recipient. */
const ONCE = ['message.posted', 'message.received', 'message.opened'];

function doubledIn({ node, effects, stated, events, outbox, inbox }: Records): string[] {
  const at = node.agencyId;
  const twice = (what: string, ids: readonly string[]): string[] =>
    [...Map.groupBy(ids, (id) => id)]
      .filter(([, group]) => group.length > 1)
      .map(([id, group]) => `${at}: ${what} ${id} ${group.length} times`);
  const recipients = new Map([...outbox, ...inbox].map((row) => [row.id, row.recipients.length]));
  return [
    ...twice(
      'effect of',
      effects.map(({ message_id }) => message_id),
    ),
    // Two messages that carry one order: an order was carried out twice.
    ...twice(
      'order',
      effects.map(({ key }) => key),
    ),
    ...stated
      .filter(({ count }) => count > 1)
      .map(
        ({ message_id, recipient, count }) =>
          `${at}: receipt of ${recipient} for ${message_id} ${count} times`,
      ),
    ...[...events]
      .filter(([name, count]) => ONCE.includes(name.split(' ')[0] ?? '') && count > 1)
      .map(([name, count]) => `${at}: event ${name} ${count} times`),
    ...[...events]
      .filter(([name, count]) => {
        const [kind, id = ''] = name.split(' ');
        return kind === 'message.acknowledged' && count > (recipients.get(id) ?? 1);
      })
      .map(([name, count]) => `${at}: event ${name} ${count} times`),
  ];
}

function phantomIn(entries: ReadonlyMap<string, Entry>, { node, effects, inbox }: Records): string[] {
  const phantom: string[] = [];
  for (const { message_id, key, kind, digest } of effects) {
    const entry = entries.get(key);
    const asked =
      entry?.order.to.includes(node.agencyId) &&
      entry.order.kind === kind &&
      digestOf(entry.order) === digest &&
      (entry.told === undefined || entry.told.messageId === message_id);
    if (!asked) phantom.push(`${node.agencyId}: an effect that nobody asked for, ${message_id}`);
    if (!inbox.some(({ id, state }) => id === message_id && state === 'opened'))
      phantom.push(`${node.agencyId}: an effect of a message that was not opened, ${message_id}`);
  }
  return phantom;
}

/** A receipt for what its recipient has not opened, or not got where that is all it states. Nothing is refused here. */
function unfoundedReceipts(records: readonly Records[]): string[] {
  const here = records.flatMap(({ node, inbox }) =>
    inbox.map(({ id, state }) => ({ name: `${node.agencyId} ${id}`, opened: state === 'opened' })),
  );
  const got = new Set(here.map(({ name }) => name));
  const opened = new Set(here.flatMap((row) => (row.opened ? row.name : [])));
  const isFounded = ({ recipient, message_id, status }: Records['stated'][number]): boolean => {
    if (status === 'delivered') return got.has(`${recipient} ${message_id}`);
    return status === 'acknowledged' && opened.has(`${recipient} ${message_id}`);
  };
  return records.flatMap(({ node, stated }) =>
    stated
      .filter((row) => !isFounded(row))
      .map(
        ({ recipient, message_id, status }) =>
          `${node.agencyId}: ${recipient} ${status} ${message_id}, unfounded`,
      ),
  );
}

/** Each row with its event, each event with its row, each file with its row. */
function contradictionsIn({ node, outbox, inbox, stated, events, wrongFiles }: Records): string[] {
  const at = node.agencyId;
  const expected = new Map<string, number>();
  for (const { id } of outbox) expected.set(`message.posted ${id}`, 1);
  for (const { id, state } of inbox) {
    expected.set(`message.received ${id}`, 1);
    if (state === 'opened') expected.set(`message.opened ${id}`, 1);
  }
  for (const { message_id, status } of stated) {
    if (status !== 'acknowledged') continue;
    const name = `message.acknowledged ${message_id}`;
    expected.set(name, (expected.get(name) ?? 0) + 1);
  }
  const checked = [...ONCE, 'message.acknowledged'];
  const names = new Set([
    ...expected.keys(),
    ...[...events.keys()].filter((name) => checked.includes(name.split(' ')[0] ?? '')),
  ]);
  return [
    ...[...names]
      .filter((name) => (events.get(name) ?? 0) !== (expected.get(name) ?? 0))
      .map((name) => `${at}: ${events.get(name) ?? 0} events ${name}, ${expected.get(name) ?? 0} rows`),
    ...wrongFiles.map((name) => `the file is not what its row says: ${name}`),
    ...inbox
      .filter(({ state }) => state === 'refused' || state === 'received')
      .map(({ id, state }) => `${at}: ${id} is still ${state}`),
  ];
}

/** What stands in an outbox has reached everybody, whether or not its caller heard that it was posted. */
function halfDone(records: readonly Records[]): string[] {
  const opened = new Set(
    records.flatMap(({ node, inbox }) =>
      inbox.filter(({ state }) => state === 'opened').map(({ id }) => `${node.agencyId} ${id}`),
    ),
  );
  return records.flatMap(({ node, outbox }) =>
    outbox.flatMap(({ id, recipients }) =>
      recipients
        .filter((recipient) => !opened.has(`${recipient} ${id}`))
        .map((recipient) => `${node.agencyId}: ${id} did not reach ${recipient}`),
    ),
  );
}
