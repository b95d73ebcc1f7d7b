import { generateHybridIdentity, identityToRecipient } from 'age-encryption';
import { beforeAll, expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { utf8 } from './bytes.ts';
import {
  type AgencyCard,
  allowedSigners,
  cardFingerprints,
  keyStanding,
  readCard,
  recipientsOf,
  revokedKeys,
  writeCard,
} from './card.ts';
import { ISSUED_AT, type Party, party } from './fixtures.ts';
import { fingerprint } from './public-key.ts';
import { signStatement } from './sshsig.ts';

const POST_QUANTUM = await identityToRecipient(await generateHybridIdentity());
let denmark: Party;
let malta: Party;
beforeAll(async () => {
  denmark = await party('dk', 'DK');
  malta = await party('mt', 'MT');
});

const refusal = async (act: Promise<unknown>) => {
  const error = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof IcarusError ? error.message : error;
};

test('a card that was written is the card that is read, fingerprints and all', async () => {
  const card: AgencyCard = {
    ...denmark.card,
    name: 'Rigspolitiet – NC3',
    address: 'https://icarus.example.dk/node',
  };
  const read = await readCard(await writeCard(card, denmark.signer));
  expect(read).toEqual(card);
  expect(cardFingerprints(read).signingKeys).toEqual([fingerprint(denmark.signer.publicKey)]);
});

test('a card is signed by one of its own keys, in force when it is issued', async () => {
  expect(await refusal(writeCard(denmark.card, malta.signer))).toContain('signature');
  const [key] = denmark.card.signingKeys;
  if (key === undefined) throw new Error('the card has a key');
  for (const change of [
    { validAfter: '2011-02-01T00:00:00.000Z' },
    { validBefore: ISSUED_AT },
    { revokedAt: ISSUED_AT },
  ]) {
    const signingKeys = [{ ...key, validAfter: '2010-01-01T00:00:00.000Z', ...change }];
    expect(await refusal(writeCard({ ...denmark.card, signingKeys }, denmark.signer))).toContain('signature');
  }
});

test.each([
  ['card.format', { format: 'icarus-card/2' }],
  ['card.agencyId', { agencyId: '../dk' }],
  ['card.name', { name: 'a\u202eb' }],
  ['card.name', { name: '' }],
  ['card.country', { country: 'Denmark' }],
  ['card.address', { address: 'javascript:alert(1)' }],
  ['card.address', { address: 'http://example.org' }],
  ['card.address', { address: 'https://user:pw@example.org' }],
  ['card.signingKeys', { signingKeys: [] }],
  ['card.ageRecipients', { ageRecipients: [] }],
  ['card.ageRecipients[0]', { ageRecipients: ['age1x'] }],
  ['card.issuedAt', { issuedAt: '2011-09-21' }],
  ['card.extra', { extra: true }],
  [
    'card.signingKeys[0].publicKey',
    {
      signingKeys: [{ publicKey: 'ssh-rsa AAAA', validAfter: ISSUED_AT, validBefore: null, revokedAt: null }],
    },
  ],
])('refuses a signed card that is wrong at %s', async (field, change) => {
  const card = `${JSON.stringify({ ...denmark.card, ...change }, null, 2)}\n`;
  const signature = await signStatement(denmark.signer, 'card@icarus', utf8(card));
  expect(await refusal(readCard(JSON.stringify({ card, signature })))).toContain(` at ${field}.`);
});

test.each(['', '{}', '[]', 'null', '{"card":1,"signature":2}', '{"card":"{}","signature":""}'])(
  'refuses %s as a card',
  async (text) => expect(await refusal(readCard(text))).toContain('agency card is not valid'),
);

test('a card with a changed letter is refused', async () => {
  const altered = (await writeCard(denmark.card, denmark.signer)).replace('Agency dk', 'Agency dx');
  expect(await refusal(readCard(altered))).toContain('does not fit');
});

test('a key counts from its first instant to before its last, and not at all once revoked', () => {
  const [first] = denmark.card.signingKeys;
  if (first === undefined) throw new Error('the card has a key');
  const key = { ...first, validAfter: '2011-01-01T00:00:00.000Z', validBefore: '2012-01-01T00:00:00.000Z' };
  const at = (signed: string, change = {}, checked = '2013-01-01T00:00:00.000Z') =>
    keyStanding({ ...denmark.card, signingKeys: [{ ...key, ...change }] }, key.publicKey, {
      signedAt: new Date(signed),
      checkedAt: new Date(checked),
    });
  expect(at('2010-12-31T23:59:59.999Z')).toBe('not-yet-valid');
  expect(at('2011-01-01T00:00:00.000Z')).toBe('valid');
  expect(at('2011-12-31T23:59:59.999Z')).toBe('valid');
  expect(at('2012-01-01T00:00:00.000Z')).toBe('expired');
  const revoked = { revokedAt: '2011-10-01T00:00:00.000Z' };
  expect(at('2011-09-01T00:00:00.000Z', revoked)).toBe('revoked');
  expect(at('2011-09-01T00:00:00.000Z', revoked, '2011-09-02T00:00:00.000Z')).toBe('valid');
  expect(
    keyStanding(malta.card, key.publicKey, { signedAt: new Date(ISSUED_AT), checkedAt: new Date(ISSUED_AT) }),
  ).toBe('unknown');
});

test('recipients are those of one profile that every addressee has', () => {
  const postQuantum = (card: AgencyCard) => ({
    ...card,
    ageRecipients: [...card.ageRecipients, POST_QUANTUM],
  });
  expect(recipientsOf([denmark.card, malta.card])).toEqual([
    ...denmark.card.ageRecipients,
    ...malta.card.ageRecipients,
  ]);
  expect(recipientsOf([postQuantum(denmark.card), malta.card])).toEqual([
    ...denmark.card.ageRecipients,
    ...malta.card.ageRecipients,
  ]);
  expect(recipientsOf([postQuantum(denmark.card), postQuantum(malta.card)])).toEqual([POST_QUANTUM]);
  expect(() => recipientsOf([{ ...denmark.card, ageRecipients: [POST_QUANTUM] }, malta.card])).toThrow(
    /post-quantum/,
  );
});

test('the keys go out as files of OpenSSH', () => {
  const [key] = denmark.card.signingKeys;
  if (key === undefined) throw new Error('the card has a key');
  const card = {
    ...denmark.card,
    agencyId: 'dk' as AgencyId,
    signingKeys: [{ ...key, validBefore: '2012-01-01T00:00:00.000Z', revokedAt: '2011-10-01T00:00:00.000Z' }],
  };
  expect(allowedSigners([card])).toBe(
    `dk namespaces="*@icarus",valid-after="20110110000000Z",valid-before="20111231235959Z" ${key.publicKey}\n`,
  );
  expect(revokedKeys([card], new Date('2011-10-01T00:00:00.000Z'))).toBe(`${key.publicKey}\n`);
  expect(revokedKeys([card], new Date('2011-09-30T00:00:00.000Z'))).toBe('');
});
