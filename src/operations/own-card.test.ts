import { expect, test } from 'vitest';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { generateSigningKey, signerFrom } from '#seal/keys.ts';
import { SYSTEM, testNodes, testOfficer } from '#test/nodes.ts';
import { addCard, exportCard, keyringOf, ownCard } from './cards.ts';
import { renewOwnCard } from './own-card.ts';

const PIN = `${'A'.repeat(43)}=`;

test('a renewed card states the change, is newer, and is taken by whoever knows the agency', async () => {
  await using net = await testNodes(['dk', 'europol']);
  const { ctx } = net.node('europol');
  const before = await ownCard(ctx.db);
  const text = await renewOwnCard(ctx, SYSTEM, () => ({ tlsKeys: [PIN] }));
  const after = await ownCard(ctx.db);
  expect(after).toEqual({ ...before, tlsKeys: [PIN], issuedAt: after.issuedAt });
  // The clock of the test stands still, and still the card is newer.
  expect(after.issuedAt > before.issuedAt).toBe(true);
  expect(await exportCard(ctx.db)).toBe(text);
  await addCard(net.node('dk').ctx, SYSTEM, text);
  expect((await keyringOf(net.node('dk').ctx.db)).cardOf('europol' as AgencyId)).toEqual(after);
  const [event] = (await listEvents(ctx.db, {})).slice(-1);
  expect(event).toMatchObject({ kind: 'agency.card-renewed', facts: { tlsKeys: [PIN] } });
});

test('two renewals at once both stand', async () => {
  await using net = await testNodes(['europol']);
  const { ctx } = net.node('europol');
  await Promise.all([
    renewOwnCard(ctx, SYSTEM, () => ({ tlsKeys: [PIN] })),
    renewOwnCard(ctx, SYSTEM, () => ({ address: 'https://new.example.eu' })),
  ]);
  expect(await ownCard(ctx.db)).toMatchObject({ tlsKeys: [PIN], address: 'https://new.example.eu' });
});

test('where nothing changes the card and the log stay as they are', async () => {
  await using net = await testNodes(['europol']);
  const { ctx } = net.node('europol');
  const before = await exportCard(ctx.db);
  const events = await listEvents(ctx.db, {});
  expect(await renewOwnCard(ctx, SYSTEM, ({ name }) => ({ name }))).toBe(before);
  expect(await exportCard(ctx.db)).toBe(before);
  expect(await listEvents(ctx.db, {})).toEqual(events);
});

test('only the administrator renews the card, and only a key that is on it signs it', async () => {
  await using net = await testNodes(['europol']);
  const { ctx } = net.node('europol');
  const change = () => ({ address: null });
  const officer = testOfficer('coordinator', 'operation_1' as OperationId);
  await expect(renewOwnCard(ctx, officer, change)).rejects.toMatchObject({ code: 'access/denied' });
  const signer = signerFrom(generateSigningKey('another key').privateKey);
  const strange = { ...ctx, keys: { ...ctx.keys, signer } };
  await expect(renewOwnCard(strange, SYSTEM, change)).rejects.toMatchObject({ code: 'seal/card-invalid' });
  expect((await ownCard(ctx.db)).address).not.toBeNull();
});
