import { expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { digestOf, type Order } from './messages.ts';
import type { Records } from './records.ts';
import type { Entry } from './traffic.ts';
import { judge } from './verdict.ts';

const [DK, MT] = ['dk' as AgencyId, 'mt' as AgencyId];
const ORDER: Order = { key: 'dk-0', kind: 'note', to: [MT], files: 1, fileBytes: 10 };
const SENT = { id: 'message_1', kind: 'note', sha256: 'aa', file: 'f', recipients: ['mt'] };
const RECEIPT = { id: 'message_2', kind: 'receipt', sha256: 'bb', file: 'g', recipients: ['dk'] };

function ledger(): Map<string, Entry> {
  return new Map([['dk-0', { order: ORDER, from: DK, told: { messageId: 'message_1', sha256: 'aa' } }]]);
}

function recordsOf(agencyId: AgencyId, held: Partial<Records>): Records {
  return {
    node: { agencyId },
    outbox: [],
    inbox: [],
    effects: [],
    stated: [],
    events: new Map(),
    wrongFiles: [],
    leftBehind: 0,
    ...held,
  };
}

/** One note, sent, opened, acknowledged, as it should be. */
function whole(): { dk: Records; mt: Records } {
  return {
    dk: recordsOf(DK, {
      outbox: [SENT],
      inbox: [{ ...RECEIPT, state: 'opened', folder: null }],
      stated: [{ message_id: 'message_1', recipient: 'mt', status: 'acknowledged', count: 1 }],
      events: new Map([
        ['message.posted message_1', 1],
        ['message.acknowledged message_1', 1],
        ['message.received message_2', 1],
        ['message.opened message_2', 1],
      ]),
    }),
    mt: recordsOf(MT, {
      outbox: [RECEIPT],
      inbox: [{ ...SENT, state: 'opened', folder: 'o' }],
      effects: [{ message_id: 'message_1', kind: 'note', key: 'dk-0', digest: digestOf(ORDER) }],
      events: new Map([
        ['message.received message_1', 1],
        ['message.opened message_1', 1],
        ['message.posted message_2', 1],
      ]),
    }),
  };
}

test('finds nothing where every message is there once, opened, acknowledged and logged', () => {
  const { dk, mt } = whole();
  expect(judge(ledger(), [dk, mt])).toEqual({ lost: [], doubled: [], phantom: [], inconsistent: [] });
});

test('finds what a caller was told is done and is not there', () => {
  const { dk, mt } = whole();
  expect(judge(ledger(), [{ ...dk, outbox: [] }, mt]).lost).toEqual(['message_1: not in the outbox of dk']);
  expect(judge(ledger(), [dk, { ...mt, effects: [] }]).lost).toEqual(['message_1: not opened by mt']);
  expect(judge(ledger(), [{ ...dk, stated: [] }, mt]).lost).toEqual(['message_1: no receipt of mt at dk']);
});

test('finds what happened twice: effects, orders, receipts, events', () => {
  const { dk, mt } = whole();
  const [effect] = mt.effects as [Records['effects'][number]];
  const [stated] = dk.stated as [Records['stated'][number]];
  expect(judge(ledger(), [dk, { ...mt, effects: [effect, effect] }]).doubled).toContain(
    'mt: effect of message_1 2 times',
  );
  const again = { ...effect, message_id: 'message_9' };
  expect(judge(ledger(), [dk, { ...mt, effects: [effect, again] }]).doubled).toEqual([
    'mt: order dk-0 2 times',
  ]);
  expect(judge(ledger(), [{ ...dk, stated: [{ ...stated, count: 2 }] }, mt]).doubled).toEqual([
    'dk: receipt of mt for message_1 2 times',
  ]);
  const events = new Map([...mt.events, ['message.opened message_1', 2] as const]);
  expect(judge(ledger(), [dk, { ...mt, events }]).doubled).toEqual([
    'mt: event message.opened message_1 2 times',
  ]);
});

test('finds what nobody asked for: effects, altered content, receipts of what was not opened', () => {
  const { dk, mt } = whole();
  const [effect] = mt.effects as [Records['effects'][number]];
  expect(judge(new Map(), [dk, mt]).phantom).toEqual(['mt: an effect that nobody asked for, message_1']);
  expect(judge(ledger(), [dk, { ...mt, effects: [{ ...effect, digest: '00' }] }]).phantom).toEqual([
    'mt: an effect that nobody asked for, message_1',
  ]);
  const carried = mt.inbox.map((row) => ({ ...row, state: 'received' }));
  expect(judge(ledger(), [dk, { ...mt, inbox: carried }]).phantom).toEqual([
    'mt: an effect of a message that was not opened, message_1',
    'dk: mt acknowledged message_1, unfounded',
  ]);
});

test('finds acts without an event, events without an act, and files that are not what their row says', () => {
  const { dk, mt } = whole();
  expect(judge(ledger(), [{ ...dk, events: new Map() }, mt]).inconsistent).toHaveLength(4);
  const events = new Map([...mt.events, ['message.opened message_7', 1] as const]);
  expect(judge(ledger(), [dk, { ...mt, events }]).inconsistent).toEqual([
    'mt: 1 events message.opened message_7, 0 rows',
  ]);
  expect(judge(ledger(), [dk, { ...mt, wrongFiles: ['mt inbox message_1'] }]).inconsistent).toHaveLength(1);
});
