import { expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { type AgencyCard, plainPublicKey, writeCard } from '#seal/card.ts';
import { generateSigningKey, signerFrom } from '#seal/keys.ts';
import { SYSTEM, type TestNet, testNodes, testOfficer } from '#test/nodes.ts';
import { addCard, exportCard, keyringOf, ownCard, previewCard } from './cards.ts';
import { agencyById } from './store.ts';

const EUROPOL = 'europol' as AgencyId;

/** Europol's card, changed and signed by Europol's key. */
async function newerCard(net: TestNet, change: Partial<AgencyCard>): Promise<string> {
  const { ctx } = net.node('europol');
  const issuedAt = new Date(net.clock.now().getTime() + 3_600_000).toISOString();
  return writeCard({ ...(await ownCard(ctx.db)), issuedAt, ...change }, ctx.keys.signer);
}

test('shows the fingerprints of a card before it is taken', async () => {
  await using net = await testNodes(['dk', 'europol']);
  const text = await exportCard(net.node('europol').ctx.db);
  const { card, fingerprints } = await previewCard(text);
  expect(card).toMatchObject({ agencyId: 'europol', country: null });
  expect(fingerprints.signingKeys[0]).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  expect(fingerprints.ageRecipients).toEqual(card.ageRecipients);
  await expect(previewCard(text.replace('europol', 'interpol'))).rejects.toMatchObject({
    code: 'seal/signature-invalid',
  });
});

test('a newer card of the same keys changes the rest; the same card again changes nothing', async () => {
  await using net = await testNodes(['dk', 'europol']);
  const { ctx } = net.node('dk');
  const moved = await newerCard(net, { address: 'https://new.example.eu' });
  await addCard(ctx, SYSTEM, moved);
  await addCard(ctx, SYSTEM, moved);
  expect((await keyringOf(ctx.db)).cardOf(EUROPOL)).toMatchObject({ address: 'https://new.example.eu' });
  const events = await listEvents(ctx.db, { subject: { kind: 'agency', id: 'europol' } });
  expect(events.map(({ kind }) => kind)).toEqual(['agency.added', 'agency.card-replaced']);
});

test('a card with other keys, or an older one, is taken only when the administrator says so', async () => {
  await using net = await testNodes(['dk', 'europol']);
  const { ctx } = net.node('dk');
  const known = (await agencyById(ctx.db, EUROPOL))?.card;
  const { privateKey, publicKey } = generateSigningKey('another key');
  const { recipient } = await generateAgeIdentity();
  const card = await ownCard(net.node('europol').ctx.db);
  const signingKeys = card.signingKeys.map((key) => ({ ...key, publicKey: plainPublicKey(publicKey) }));
  const other = await writeCard({ ...card, signingKeys, ageRecipients: [recipient] }, signerFrom(privateKey));
  const older = await newerCard(net, { issuedAt: card.signingKeys[0]?.validAfter ?? '' });
  const newest = await newerCard(net, {});

  await expect(addCard(ctx, SYSTEM, other)).rejects.toMatchObject({ code: 'agency/other-keys' });
  expect((await agencyById(ctx.db, EUROPOL))?.card).toBe(known);
  await addCard(ctx, SYSTEM, newest);
  await expect(addCard(ctx, SYSTEM, older)).rejects.toMatchObject({ code: 'agency/older-card' });
  expect((await agencyById(ctx.db, EUROPOL))?.card).toBe(newest);
  await addCard(ctx, SYSTEM, other, { replace: true });
  expect((await agencyById(ctx.db, EUROPOL))?.card).toBe(other);
});

test('a node does not take its own card, nor a card from an officer who is no administrator', async () => {
  await using net = await testNodes(['dk', 'europol']);
  const { ctx } = net.node('dk');
  await expect(addCard(ctx, SYSTEM, await exportCard(ctx.db))).rejects.toMatchObject({
    code: 'agency/own-card',
  });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const text = await newerCard(net, {});
  await expect(addCard(ctx, testOfficer('coordinator', operationId), text)).rejects.toMatchObject({
    code: 'access/denied',
  });
  await addCard(ctx, testOfficer('administrator', null), text);
});
