/** Damages of the envelope that its signer made, and of what a reader knows about him: keys, times, cards. */
import type { AgencyId } from '#core/ids.ts';
import { oneOf } from '#exercise/log/random.ts';
import { type AgencyCard, plainPublicKey, type SigningKey } from '#seal/card.ts';
import type { Craft } from '#seal/craft.ts';
import { signingWith } from '#seal/fixtures.ts';
import { softwareSigner } from '#seal/software-signer.ts';
import type { Namespace } from '#seal/sshsig.ts';
import { crafted, type Damage, type Stricter } from './damage.ts';

const ONE_TEXT: Stricter = {
  'seal/envelope-invalid': 'a person reads over it; we take one text for what an envelope says',
};

function respelt(name: string, json: (text: string) => string, stricter?: Stricter): Damage {
  return {
    name: `envelope: ${name}`,
    ...(stricter && { stricter }),
    make: (scene, random) => crafted(scene, random, { json }),
  };
}

const onCard = (name: string, change: Partial<SigningKey>): Damage => ({
  name: `card: ${name}`,
  async make(scene, random) {
    const made = await crafted(scene, random, {});
    const [first, ...others] = made.card.signingKeys;
    const signingKeys = first === undefined ? others : [{ ...first, ...change }, ...others];
    return { ...made, card: { ...made.card, signingKeys } };
  },
});

/** The signature in another spelling, with the sums that fit it. */
const respeltSignature = (name: string, signature: NonNullable<Craft['signature']>): Damage => ({
  name: `envelope signature: ${name}`,
  stricter: {
    'seal/signature-invalid': 'ssh-keygen takes other spellings; we take one text for a signature',
  },
  make: (scene, random) => crafted(scene, random, { signature }),
});

/** A signature that holds, by the right key, over the same bytes, for something else. */
const wrongNamespace: Damage = {
  name: 'envelope signature: of another kind of statement',
  make(scene, random) {
    const namespace: Namespace = oneOf(random(), ['manifest@icarus', 'receipt@icarus']);
    return crafted(scene, random, { namespace });
  },
};

export const ENVELOPE_DAMAGES: readonly Damage[] = [
  respelt(
    'members in another order',
    (text) => text.replace(/( {2}"kind".*\n)( {2}"from".*\n)/, '$2$1'),
    ONE_TEXT,
  ),
  respelt('other white space', (text) => text.replaceAll('\n', '\r\n'), ONE_TEXT),
  respelt('on one line', (text) => JSON.stringify(JSON.parse(text)), ONE_TEXT),
  respelt('another indent', (text) => `${JSON.stringify(JSON.parse(text), null, 4)}\n`, ONE_TEXT),
  respelt('an unknown member', (text) => text.replace('  "via"', '  "urgent": true,\n  "via"'), ONE_TEXT),
  respelt('a member twice', (text) => text.replace('  "via"', '  "via": "fr",\n  "via"'), ONE_TEXT),
  respelt('another addressee first', (text) => text.replace('  "via"', '  "to": ["fr"],\n  "via"')),
  respelt('a member missing', (text) => text.replace(/ {2}"via".*\n/, ''), ONE_TEXT),
  respelt('a byte order mark', (text) => `\ufeff${text}`, ONE_TEXT),
  respelt('no line feed', (text) => text.trimEnd(), ONE_TEXT),
  respelt('a later format', (text) => text.replace('package/1', 'package/2'), {
    'seal/format-unknown': 'the tools do not read the format; we know this one',
  }),
  respelt('another size', (text) => text.replace('"sizeBytes": ', '"sizeBytes": 1'), {
    'seal/ciphertext-altered': 'the procedure compares the SHA-512; we compare size and SHA-256 too',
  }),
  respelt('another SHA-256', (text) => withOtherDigit(text, 'sha256'), {
    'seal/ciphertext-altered': 'the procedure compares the SHA-512; we compare size and SHA-256 too',
  }),
  respelt('another SHA-512', (text) => withOtherDigit(text, 'sha512')),
  respelt('another id than its folder', (text) => text.replace(/("id": ".*)1"/, '$12"')),
  respelt('no JSON', (text) => text.slice(1)),
  {
    name: 'envelope: sealed in the future',
    stricter: { 'seal/created-in-future': 'a person may see it; the tools do not ask what time it is' },
    make: (scene, random) => crafted(scene, random, {}, { at: new Date('2011-09-21T09:49:59.999Z') }),
  },
  {
    name: 'envelope: for somebody else',
    make: (scene, random) => crafted(scene, random, { fields: { to: ['fr' as AgencyId] } }),
  },
  {
    name: 'envelope: from somebody else',
    make: (scene, random) => crafted(scene, random, { fields: { from: 'fr' as AgencyId } }),
  },
  {
    name: 'envelope: encrypted for somebody else',
    make: (scene, random) => crafted(scene, random, { encryptTo: scene.others.slice(0, 1) }),
  },
  {
    name: 'envelope: signed by a stranger',
    make: (scene, random) => crafted(scene, random, { signer: softwareSigner('ssh-ed25519') }),
  },
  {
    name: 'envelope: signed with a token that nobody touched',
    stricter: {
      'seal/signature-invalid': 'ssh-keygen does not ask whether somebody touched the token; we do',
    },
    async make(scene, random) {
      const type = oneOf(random(), [
        'sk-ssh-ed25519@openssh.com',
        'sk-ecdsa-sha2-nistp256@openssh.com',
      ] as const);
      const sender = scene.senders[0];
      if (sender === undefined) throw new Error('there is a sender');
      return crafted(scene, random, {}, { from: signingWith(sender, softwareSigner(type, { flags: 0 })) });
    },
  },
  wrongNamespace,
  onCard('the key was not valid yet', { validAfter: '2011-09-21T10:00:01.000Z' }),
  onCard('the key had expired that second', { validBefore: '2011-09-21T10:00:00.000Z' }),
  onCard('the key had expired', { validBefore: '2011-09-01T00:00:00.000Z' }),
  onCard('the key is revoked', { revokedAt: '2011-09-21T18:00:00.000Z' }),
  onCard('the key is another', { publicKey: plainPublicKey(softwareSigner('ssh-ed25519').publicKey) }),
  {
    name: 'card: of another agency',
    async make(scene, random) {
      const made = await crafted(scene, random, {});
      const card: AgencyCard = { ...made.card, agencyId: 'se' as AgencyId };
      return { ...made, card };
    },
  },
  respeltSignature('lines of 64', (text) => rewrapped(text, 64)),
  respeltSignature('on one line', (text) => rewrapped(text, 100_000)),
  respeltSignature('an empty line at the end', (text) => `${text}\n`),
  respeltSignature('carriage returns', (text) => text.replaceAll('\n', '\r\n')),
  respeltSignature('a space in the base64', (text) => `${text.slice(0, 60)} ${text.slice(60)}`),
];

function rewrapped(text: string, columns: number): string {
  const [begin, ...lines] = text.trimEnd().split('\n');
  const end = lines.pop();
  return [begin, ...(lines.join('').match(new RegExp(`.{1,${columns}}`, 'g')) ?? []), end, ''].join('\n');
}

function withOtherDigit(text: string, member: string): string {
  return text.replace(
    new RegExp(`("${member}": ")(.)`),
    (_, before: string, digit: string) => before + (digit === '0' ? '1' : '0'),
  );
}
