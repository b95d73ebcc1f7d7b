import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS } from '#core/clock.ts';
import { type Comparison, counted, DIFFERENCES, findingOf, NO_COUNTS, paired } from './compare.ts';
import type { Entry } from './entry.ts';

const noon = Date.parse('2011-09-21T12:00:00Z');
const at = (hour: number) => new Date(noon + hour * HOUR_MS).toISOString();
/** Both made and compared at noon. */
const comparison: Comparison = { statedAt: new Date(noon), now: new Date(noon) };

const base = { messageId: 'message_a', kind: 'note', sha256: 'a'.repeat(64) };
const sent = (state: Entry['state'], rest: Partial<Entry> = {}): Entry => ({
  ...base,
  direction: 'sent',
  state,
  ...rest,
});
const received = (state: Entry['state'], rest: Partial<Entry> = {}): Entry => ({
  ...base,
  direction: 'received',
  state,
  ...rest,
});
const early = {
  sentAt: at(-5),
  deliveredAt: at(-5),
  acknowledgedAt: at(-5),
  receivedAt: at(-5),
  openedAt: at(-5),
};
const justNow = { sentAt: at(-0.1), openedAt: at(-0.1) };
const leaf = 'b'.repeat(64);
const other = 'c'.repeat(64);
const proves = (_leaf: string, proof: string) => proof === 'valid';

const CASES: [
  words: string,
  here: Entry | undefined,
  there: Entry | undefined,
  expected: string[],
  with_?: Partial<Comparison>,
][] = [
  ['acknowledged and opened', sent('acknowledged', early), received('opened', early), []],
  ['the same the other way', received('opened', early), sent('acknowledged', early), []],
  ['sent long ago, not there', sent('sent', early), undefined, ['missing-there']],
  ['delivered long ago, not there', sent('delivered', early), undefined, ['missing-there']],
  ['sent just now, not there', sent('sent', justNow), undefined, ['on the way']],
  ['not handed over yet', sent('queued'), undefined, ['on the way']],
  ['refused at their door', sent('refused', early), undefined, []],
  ['their receipt is here, the message not there', sent('acknowledged', early), undefined, ['lost-there']],
  [
    'acknowledged after the statement',
    sent('acknowledged', { acknowledgedAt: at(1) }),
    undefined,
    ['on the way'],
  ],
  ['they sent it long ago, it is not here', undefined, sent('sent', early), ['missing-here']],
  ['they sent it just now', undefined, sent('sent', justNow), ['on the way']],
  ['they have our receipt, it is not here', undefined, sent('acknowledged', early), ['lost-here']],
  ['they have it, nobody here sent it', undefined, received('opened', early), ['unknown-here']],
  ['they have one that they cannot open', undefined, received('received', { operationUnknown: true }), []],
  ['it is here, they did not send it', received('opened', early), undefined, ['unknown-there']],
  [
    'it is here, unopened: of another operation perhaps',
    received('received', { operationUnknown: true }),
    undefined,
    [],
  ],
  ['other bytes there', sent('sent', early), received('opened', { sha256: other }), ['other-digest']],
  ['other bytes here', received('opened', { sha256: other }), sent('sent', early), ['other-digest']],
  ['both sent it', sent('sent', early), sent('sent', early), ['other-direction']],
  ['opened there, no receipt here', sent('sent', early), received('opened', early), ['receipt-missing-here']],
  ['opened there just now', sent('sent', early), received('opened', justNow), ['on the way']],
  [
    'opened here, no receipt there',
    received('opened', early),
    sent('sent', early),
    ['receipt-missing-there'],
  ],
  ['refused there, unknown here', sent('sent', early), received('refused', early), ['refusal-missing-here']],
  ['refused on both sides', sent('refused', early), received('refused', early), []],
  [
    'acknowledged, but not opened there',
    sent('acknowledged', early),
    received('received', early),
    ['state-contradicts'],
  ],
  [
    'they have a receipt that was not given',
    received('received', early),
    sent('acknowledged', early),
    ['state-contradicts'],
  ],
  [
    'another leaf than promised',
    sent('acknowledged', { ...early, leaf }),
    received('opened', { ...early, leaf: other }),
    ['other-leaf'],
  ],
  [
    'no leaf though one was promised',
    sent('acknowledged', { ...early, leaf }),
    received('opened', early),
    ['other-leaf'],
  ],
  [
    'they say that another leaf was promised',
    received('opened', { ...early, leaf }),
    sent('acknowledged', { ...early, leaf: other }),
    ['other-leaf'],
  ],
  [
    'a proof',
    sent('acknowledged', { ...early, leaf }),
    received('opened', { ...early, leaf, proof: 'valid' }),
    [],
    { proves },
  ],
  [
    'no proof',
    sent('acknowledged', { ...early, leaf }),
    received('opened', { ...early, leaf }),
    ['leaf-unproven'],
    { proves },
  ],
  [
    'a wrong proof',
    sent('acknowledged', { ...early, leaf }),
    received('opened', { ...early, leaf, proof: 'x' }),
    ['leaf-unproven'],
    { proves },
  ],
  [
    'no proof yet',
    sent('acknowledged', { ...early, acknowledgedAt: at(-0.2), leaf }),
    received('opened', { ...early, leaf }),
    [],
    { proves },
  ],
];

test.each(CASES)('%s', (...[, here, there, expected, with_]) => {
  const { onTheWay, differences } = findingOf(here, there, { ...comparison, ...with_ });
  expect([...differences, ...(onTheWay ? ['on the way'] : [])]).toEqual(expected);
});

const ids = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_-]{3,6}$/), { maxLength: 30 });
async function* stream(entries: readonly Entry[]): AsyncGenerator<Entry, void> {
  yield* entries;
}
async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const inOrder = (list: readonly string[], entry: (id: string) => Entry) =>
  list.toSorted((a, b) => (a < b ? -1 : 1)).map(entry);

test('every message of either side is found once, with what both have of it', async () => {
  await fc.assert(
    fc.asyncProperty(ids, ids, async (mine, others) => {
      const here = inOrder(mine, (messageId) => sent('sent', { messageId }));
      const there = inOrder(others, (messageId) => received('opened', { messageId }));
      const pairs = await collected(paired(stream(here), stream(there)));
      expect(pairs.map(([a, b]) => a?.messageId ?? b?.messageId)).toEqual(
        inOrder([...new Set([...mine, ...others])], (messageId) => sent('sent', { messageId })).map(
          ({ messageId }) => messageId,
        ),
      );
      expect(pairs.filter(([a]) => a)).toHaveLength(mine.length);
      expect(pairs.filter(([, b]) => b)).toHaveLength(others.length);
      for (const [a, b] of pairs) if (a && b) expect(a.messageId).toBe(b.messageId);
    }),
  );
});

test.each([
  ['message_b', 'message_a'],
  ['message_a', 'message_a'],
])('a list that is out of order, or has a message twice, is refused: %s, %s', async (...listed) => {
  const theirs = stream(listed.map((messageId) => received('opened', { messageId })));
  await expect(collected(paired(stream([]), theirs))).rejects.toMatchObject({
    code: 'exchange/reconciliation-invalid',
  });
});

/** How far one message has come, truly; what each side can then know of it. */
const STAGES: readonly [here: Entry | undefined, there: Entry | undefined][] = [
  [sent('queued'), undefined],
  [sent('sent', early), undefined],
  [sent('sent', early), received('received', { ...early, operationUnknown: true })],
  [sent('delivered', early), received('opened', { ...early, leaf })],
  [sent('acknowledged', { ...early, leaf }), received('opened', { ...early, leaf, proof: 'valid' })],
  [sent('refused', early), received('refused', early)],
];

test('whatever is lost or late on the way is never an alarm, and both sides count the same', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STAGES), { maxLength: 20 }), (messages) => {
      const seen = (swap: boolean) =>
        messages
          .map(([from, to]) =>
            swap ? findingOf(to, from, comparison) : findingOf(from, to, { ...comparison, proves }),
          )
          .reduce(counted, NO_COUNTS);
      const [here, there] = [seen(false), seen(true)];
      expect([here.alarms, there.alarms]).toEqual([0, 0]);
      expect([here.oursSent, here.oursThere]).toEqual([there.theirsSent, there.theirsHere]);
      expect(here.theirsSent + there.oursSent).toBe(0);
    }),
  );
});

test('a record that is changed after the receipt is an alarm on the side that holds the receipt', () => {
  const receipt = sent('acknowledged', { ...early, leaf });
  const kept = received('opened', { ...early, leaf, proof: 'valid' });
  const tampered = fc.constantFrom<Entry | undefined>(
    undefined,
    { ...kept, sha256: other },
    { ...kept, leaf: other },
    { ...kept, state: 'received' },
    { ...kept, proof: 'forged' },
    { ...kept, direction: 'sent' },
  );
  fc.assert(
    fc.property(tampered, (there) => {
      const { differences } = findingOf(receipt, there, { ...comparison, proves });
      expect(differences.some((kind) => DIFFERENCES[kind] === 'alarm')).toBe(true);
    }),
  );
});
