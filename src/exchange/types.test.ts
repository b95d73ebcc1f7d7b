import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { messageUrl, readAnswer } from './deliver.ts';
import { readDigestField } from './digest-fields.ts';
import { routeOf } from './route.ts';
import {
  deadlineClock,
  type HandOver,
  retryDelaySeconds,
  type Statement,
  type StatementStatus,
  standing,
} from './types.ts';

const [dk, europol, mt, fr] = ['dk', 'europol', 'mt', 'fr'] as AgencyId[] as [
  AgencyId,
  AgencyId,
  AgencyId,
  AgencyId,
];
const at = (hour: number) => new Date(Date.UTC(2011, 8, 21, hour));
const hops = (route: ReturnType<typeof routeOf>) =>
  Object.fromEntries(route.legs.map((leg) => [leg.recipient, leg.nextHop]));

test('a message between two participants goes by the coordinator', () => {
  const route = routeOf(dk, [mt, europol], europol);
  expect(route.via).toBe(europol);
  expect(hops(route)).toEqual({ mt: 'europol', europol: 'europol' });
});

test('a message from or to the coordinator, or to the sender itself, goes directly', () => {
  expect(routeOf(mt, [europol], europol)).toEqual({
    via: null,
    legs: [{ recipient: mt && europol, nextHop: europol }],
  });
  expect(hops(routeOf(europol, [mt, fr], europol))).toEqual({ mt: 'mt', fr: 'fr' });
  expect(routeOf(dk, [dk, europol], europol)).toMatchObject({
    via: null,
    legs: [{ nextHop: dk }, { nextHop: europol }],
  });
  expect(routeOf(dk, [mt], null)).toEqual({ via: null, legs: [{ recipient: mt, nextHop: mt }] });
});

test('a recipient named twice is one recipient', () => {
  expect(routeOf(dk, [mt, mt], europol).legs).toHaveLength(1);
});

const handOver: HandOver = { state: 'sent', lastCode: null, deliveredAt: null };
const said = (status: StatementStatus, hour: number, members: Partial<Statement> = {}): Statement => ({
  status,
  byRecipient: true,
  code: null,
  statedAt: at(hour),
  cameAt: at(hour),
  receivedAt: null,
  verifiedAt: null,
  openedAt: null,
  logLeaf: null,
  officer: null,
  setAside: false,
  ...members,
});
const refused = said('refused', 11, { code: 'seal/no-identity' });
const acknowledged = said('acknowledged', 12);
const delivered = said('delivered', 11, { byRecipient: false });
const notHandedOver = said('refused', 12, { byRecipient: false, code: 'exchange/kind-unknown' });

test('an acknowledgement is final, whatever came before or after it', () => {
  expect(standing(handOver, [refused, acknowledged]).state).toBe('acknowledged');
  expect(
    standing({ ...handOver, state: 'queued' }, [acknowledged, { ...refused, cameAt: at(13) }]).state,
  ).toBe('acknowledged');
  expect(
    standing({ ...handOver, state: 'refused', lastCode: 'seal/truncated' }, [acknowledged]),
  ).toMatchObject({ state: 'acknowledged', code: null });
});

test('a refusal counts until the message is sent again', () => {
  expect(standing(handOver, [refused])).toMatchObject({ state: 'refused', code: 'seal/no-identity' });
  expect(standing({ ...handOver, state: 'queued' }, [{ ...refused, setAside: true }])).toMatchObject({
    state: 'queued',
    code: null,
  });
});

test('a message is at its recipient by the recipient’s own answer, or by the word of whoever carried it', () => {
  expect(standing(handOver, []).state).toBe('sent');
  expect(standing({ ...handOver, deliveredAt: at(10) }, []).state).toBe('delivered');
  expect(standing(handOver, [delivered]).state).toBe('delivered');
  expect(standing({ ...handOver, state: 'queued' }, [delivered]).state).toBe('delivered');
  expect(standing({ ...handOver, state: 'queued' }, [{ ...delivered, setAside: true }]).state).toBe('queued');
});

test('a recipient refuses what it has; a courier that could not hand over may have succeeded later', () => {
  expect(standing(handOver, [delivered, refused]).state).toBe('refused');
  expect(standing(handOver, [delivered, notHandedOver]).state).toBe('refused');
  expect(standing(handOver, [notHandedOver, { ...delivered, statedAt: at(13) }]).state).toBe('delivered');
});

test('an officer who took note has an opened message before him, though its receipt may come later', () => {
  const noted = said('noted', 14, { officer: 'A. Borg' });
  expect(standing(handOver, [noted])).toMatchObject({ state: 'acknowledged', note: noted, statement: noted });
  expect(standing(handOver, [noted, acknowledged])).toMatchObject({
    state: 'acknowledged',
    note: noted,
    statement: acknowledged,
  });
  expect(standing(handOver, [acknowledged]).note).toBeUndefined();
});

test('it does not matter in which order statements come, nor how often', () => {
  const statement = fc.record({
    status: fc.constantFrom<StatementStatus>('delivered', 'acknowledged', 'noted', 'refused'),
    hour: fc.integer({ min: 8, max: 14 }),
    byRecipient: fc.boolean(),
    code: fc.constantFrom<ErrorCode | null>(null, 'seal/truncated', 'disk/full'),
  });
  const property = fc.property(
    fc.array(statement, { maxLength: 6 }),
    fc.constantFrom<HandOver['state']>('queued', 'sent', 'refused'),
    fc.integer(),
    (list, state, seed) => {
      const statements = list.map(({ status, hour, ...rest }) => said(status, hour, rest));
      const shuffled = [...statements, ...statements].toSorted((a, b) => hash(a, seed) - hash(b, seed));
      const outcome = (of: readonly Statement[]) => {
        const { state: found, code, statement: decisive, note } = standing({ ...handOver, state }, of);
        return [found, code, decisive?.statedAt, note?.statedAt];
      };
      expect(outcome(shuffled)).toEqual(outcome(statements));
    },
  );
  fc.assert(property);
});

function hash(one: Statement, seed: number): number {
  return (
    (one.statedAt.getTime() * 31 + one.status.length * 17 + (one.code?.length ?? 0) * 7) %
    (Math.abs(seed) + 3)
  );
}

test('the clock of a deadline runs until the acknowledgement and then stands still', () => {
  expect(deadlineClock(at(24), null, at(10))).toEqual({ hoursLeft: 14, overdue: false });
  expect(deadlineClock(at(24), null, at(25))).toEqual({ hoursLeft: -1, overdue: true });
  expect(deadlineClock(at(24), at(20), at(30))).toEqual({ hoursLeft: 4, overdue: false });
  expect(deadlineClock(at(24), at(26), at(30))).toEqual({ hoursLeft: -2, overdue: true });
  expect(deadlineClock(null, null, at(30))).toEqual({ hoursLeft: null, overdue: false });
});

test('pauses between attempts grow to five minutes and are spread by half', () => {
  expect([1, 2, 3, 4].map((attempt) => retryDelaySeconds(attempt, () => 0.5))).toEqual([1, 2, 4, 8]);
  expect(retryDelaySeconds(1, () => 0)).toBe(0.75);
  expect(retryDelaySeconds(500, () => 0.999)).toBeLessThan(375);
});

const id = 'message_x' as MessageId;
const read = (status: number, body: unknown) =>
  readAnswer({ status, text: typeof body === 'string' ? body : JSON.stringify(body) }, id, 'ab');

test('a message counts as handed over only when the peer names it and its digest', () => {
  expect(read(201, { messageId: id, sha256: 'ab' })).toEqual({ state: 'sent' });
  expect(read(200, { messageId: id, sha256: 'cd' })).toEqual({
    state: 'failed',
    code: 'exchange/peer-failed',
  });
  expect(read(200, '<html>welcome</html>')).toEqual({ state: 'failed', code: 'exchange/peer-failed' });
});

test('only a verdict on the message itself refuses it for good', () => {
  expect(read(422, { code: 'seal/truncated' })).toEqual({ state: 'refused', code: 'seal/truncated' });
  expect(read(422, { code: 'seal/of-a-newer-version' })).toEqual({
    state: 'refused',
    code: 'exchange/refused-by-peer',
  });
  expect(read(404, { code: 'request/not-found' })).toEqual({ state: 'failed', code: 'exchange/peer-failed' });
  expect(read(503, { code: 'disk/full' })).toEqual({ state: 'failed', code: 'exchange/peer-failed' });
});

test('a message from a clock that is ahead waits, and says so', () => {
  const answer = read(422, { code: 'seal/created-in-future' });
  expect(answer).toEqual({ state: 'failed', code: 'seal/created-in-future' });
});

test('the address on a card is the base of the node’s address', () => {
  expect(messageUrl('https://icarus.example.mt/', mt, id).href).toBe(
    'https://icarus.example.mt/nodes/mt/exchange/v1/messages/message_x',
  );
});

test.each([
  undefined,
  '',
  'sha-256=:AAAA:',
  'sha-512=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
])('reads no digest from %s', (field) => expect(readDigestField(field)).toBeUndefined());
