import { expect, test } from 'vitest';
import { signCheckpoint } from '#custody/checkpoint.ts';
import { recordFork } from '#custody/record-fork.ts';
import type { ForkAlarmList, KeyOverview } from '#operations/key-schemas.ts';
import { SYSTEM, type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { notes } from '#test/notes.ts';
import { keyRotationHandler } from './card-update.ts';

const ADMINISTRATOR = testOfficer('administrator', null);

function ask(node: TestNode, path: string, payload?: object) {
  const url = `/nodes/${node.agencyId}/api${path}`;
  return node.app.inject(payload ? { method: 'POST', url, payload } : { url });
}

test('an administrator changes keys on the page; partners take the new card, and all of it can be compared there', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [keyRotationHandler, notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  const seen = async (node: TestNode) => (await ask(node, '/keys')).json<KeyOverview>();
  dk.signedIn = testOfficer('auditor', operationId);
  const before = await seen(dk);
  expect(before.own.signingKeys).toMatchObject([{ standing: 'valid', signsNow: true, type: 'ssh-ed25519' }]);
  expect(before.partners).toMatchObject([{ agencyId: 'europol', tlsPins: [] }]);
  const both = { signing: true, encryption: true, overlapHours: 24 };
  expect((await ask(dk, '/keys/rotate', both)).json()).toMatchObject({ code: 'access/denied' });
  dk.signedIn = ADMINISTRATOR;
  expect((await ask(dk, '/keys/rotate', { ...both, signing: false, encryption: false })).statusCode).toBe(
    400,
  );
  expect((await ask(dk, '/keys/rotate', both)).json()).toMatchObject({ told: ['europol'], byHand: [] });
  await net.settled();
  const [fresh, old] = (await seen(dk)).own.signingKeys;
  expect([fresh?.signsNow, old?.signsNow, old?.fingerprint]).toEqual([
    true,
    false,
    before.own.signingKeys[0]?.fingerprint,
  ]);
  europol.signedIn = ADMINISTRATOR;
  expect((await seen(europol)).partners[0]?.signingKeys.map(({ fingerprint }) => fingerprint)).toEqual([
    fresh?.fingerprint,
    old?.fingerprint,
  ]);
  const stolen = { fingerprint: old?.fingerprint, reason: 'A backup was stolen.' };
  expect((await ask(dk, '/keys/revoke', { ...stolen, reason: ' ' })).statusCode).toBe(400);
  expect((await ask(dk, '/keys/revoke', stolen)).json()).toMatchObject({
    announcement: { told: ['europol'] },
  });
  await net.settled();
  expect((await seen(europol)).partners[0]?.signingKeys[1]).toMatchObject({ standing: 'revoked' });
  expect((await seen(dk)).history[0]).toMatchObject({
    kind: 'agency.card-renewed',
    revoked: old?.fingerprint,
    reason: 'A backup was stolen.',
  });
});

test('an alarm about a log shows both checkpoints until an administrator settles it with a reason', async () => {
  await using net = await testNodes(['dk', 'mt']);
  const [dk, mt] = [net.node('dk'), net.node('mt')];
  const { log } = mt.ctx.keys;
  const seen = [1, 2].map((byte) => {
    const head = { size: 7, root: Buffer.alloc(32, byte) };
    return { ...head, signedAt: net.clock.now(), note: signCheckpoint(log, head, net.clock.now()) };
  });
  const [first, second] = seen as [(typeof seen)[0], (typeof seen)[0]];
  const found = { origin: log.name, kind: 'same-size', first, second, reportedBy: null } as const;
  await dk.ctx.db.transaction().execute((tx) => recordFork(dk.ctx, tx, found));
  const alarms = async () => (await ask(dk, '/custody/alarms')).json<ForkAlarmList>().alarms;
  dk.signedIn = SYSTEM;
  expect(await alarms()).toMatchObject([
    {
      agencyId: 'mt',
      own: false,
      first: { size: 7, root: '01'.repeat(32), signedAt: net.clock.now().toISOString() },
      second: { root: '02'.repeat(32) },
      settled: null,
    },
  ]);
  const settle = { log: log.name, reason: 'Malta restored a backup; their head said so by telephone.' };
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'mt' });
  dk.signedIn = testOfficer('auditor', operationId);
  expect((await ask(dk, '/custody/alarms/settle', settle)).json()).toMatchObject({ code: 'access/denied' });
  dk.signedIn = ADMINISTRATOR;
  expect((await ask(dk, '/custody/alarms/settle', settle)).statusCode).toBe(204);
  expect(await alarms()).toMatchObject([{ settled: { reason: settle.reason } }]);
  expect((await ask(dk, '/custody/alarms/settle', settle)).json()).toMatchObject({
    code: 'custody/no-alarm',
  });
});
