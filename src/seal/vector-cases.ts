/** The cases of vectors/sealed-package: one package each, right but for one thing. */

import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId } from '#core/ids.ts';
import { base64Of, utf8 } from './bytes.ts';
import type { AgencyCard, SigningKey } from './card.ts';
import { type Craft, type Parts, retyped } from './craft.ts';
import { type Party, RECEIVED_AT } from './fixtures.ts';
import type { Signer } from './keys.ts';
import { FIDO_ED25519, FIDO_P256, P256 } from './public-key.ts';
import { softwareSigner } from './software-signer.ts';

export interface Parties {
  readonly dk: Party;
  readonly mt: Party;
  readonly fr: Party;
  /** Malta with a post-quantum key. */
  readonly mtPostQuantum: Party;
}

export interface VectorCase {
  readonly name: string;
  /** The rule, as a sentence. */
  readonly about: string;
  readonly expect: 'opens' | ErrorCode;
  /** What a courier without keys finds; the same as `expect` unless said. */
  readonly courier?: 'passes';
  readonly craft?: (parties: Parties) => Craft;
  /** How Denmark signs, where not with the usual key. */
  readonly signer?: Signer;
  /** The addressees, where not Malta alone. */
  readonly to?: (parties: Parties) => readonly Party[];
  /** The sender's card that the opener has: null for none, absent for the usual one. */
  readonly card?: ((card: AgencyCard) => AgencyCard) | null;
  /** Who opens, when not Malta. */
  readonly opener?: 'fr' | 'fr as mt' | 'mt with a post-quantum key';
  readonly at?: string;
}

const files = { 'summary.json': '{"targets":1}\n', 'dossiers/MT-0001.txt': 'synthetic\n' };
const content = (): Craft => ({ files });
const inside = { courier: 'passes', craft: content } as const;

const withKey = (change: Partial<SigningKey>) => (card: AgencyCard) => ({
  ...card,
  signingKeys: card.signingKeys.map((key) => ({ ...key, ...change })),
});
const flipped = (at: (file: Buffer) => number) => (file: Buffer) => {
  const place = at(file);
  file[place] = (file[place] ?? 0) ^ 1;
  return file;
};
const renamed = (from: string, to: string) => (parts: Parts) =>
  parts.map(([path, text]): Parts[number] => [path === from ? to : path, text]);

const rewritten = (ending: string, change: (text: string) => string) => (parts: Parts) =>
  parts.map(([path, text]): Parts[number] => [path, path.endsWith(ending) ? change(String(text)) : text]);

/** One case for each type of key that signs on a token. */
const TOKENS: readonly VectorCase[] = (
  [
    [P256, 'p256', 'an ECDSA key on P-256, as PKCS#11 tokens have it'],
    [FIDO_ED25519, 'fido-ed25519', 'an Ed25519 key on a FIDO token'],
    [FIDO_P256, 'fido-p256', 'a P-256 key on a FIDO token'],
  ] as const
).map(([type, name, words]) => ({
  name: `opens-${name}`,
  about: `A package signed with ${words} opens.`,
  expect: 'opens',
  craft: content,
  signer: softwareSigner(type),
}));

export const VECTOR_CASES: readonly VectorCase[] = [
  ...TOKENS,
  {
    name: 'fido-untouched',
    about: 'The FIDO token signed without anybody touching it.',
    expect: 'seal/signature-invalid',
    craft: content,
    signer: softwareSigner(FIDO_ED25519, { flags: 0 }),
  },
  {
    name: 'signature-other-form',
    about: 'The signature is armored in lines of 64 and not of 70.',
    expect: 'seal/signature-invalid',
    craft: () => ({ files, signature: inLinesOf64 }),
  },
  {
    name: 'signature-other-kind',
    about: 'The signature holds for another kind of statement.',
    expect: 'seal/signature-invalid',
    craft: () => ({ files, namespace: 'manifest@icarus' }),
  },
  {
    name: 'opens-several',
    about: 'A package for two agencies opens for the second one.',
    expect: 'opens',
    craft: content,
    to: ({ mt, fr }) => [mt, fr],
    opener: 'fr',
  },
  {
    name: 'opens-post-quantum',
    about: 'A package encrypted to a post-quantum key opens.',
    expect: 'opens',
    craft: content,
    to: ({ mtPostQuantum }) => [mtPostQuantum],
    opener: 'mt with a post-quantum key',
  },
  {
    name: 'no-identity-post-quantum',
    about: 'The addressee has a classical key, and the package was encrypted to its post-quantum one.',
    expect: 'seal/no-identity',
    courier: 'passes',
    craft: content,
    to: ({ mtPostQuantum }) => [mtPostQuantum],
  },
  {
    name: 'ciphertext-armored',
    about: 'The ciphertext is an armored age file.',
    expect: 'seal/ciphertext-altered',
    courier: 'passes',
    craft: () => ({ files, ciphertext: armored }),
  },
  {
    name: 'manifest-other-form',
    about: 'The manifest has its digests in capitals.',
    expect: 'seal/content-altered',
    courier: 'passes',
    craft: () => ({
      files,
      tags: { manifest: (text) => text.replace(/^[0-9a-f]+/gm, (digest) => digest.toUpperCase()) },
    }),
  },
  { name: 'opens', about: 'A package with two files opens.', expect: 'opens', craft: content },
  { name: 'opens-empty', about: 'A package without content opens.', expect: 'opens' },
  {
    name: 'opens-names',
    about: 'Names of any script, and longer than a tar header has room for, open.',
    expect: 'opens',
    craft: () => ({
      files: { [`${'long folder/'.repeat(12)}name.txt`]: '1', 'Übersicht.csv': '2', '表.csv': '3' },
    }),
  },
  {
    name: 'opens-revoked-later',
    about: 'A package received before its key was revoked still opens.',
    expect: 'opens',
    craft: content,
    card: withKey({ revokedAt: '2011-10-01T00:00:00.000Z' }),
  },
  {
    name: 'truncated',
    about: 'The file ends early.',
    expect: 'seal/truncated',
    craft: () => ({ files, file: (file) => file.subarray(0, -700) }),
  },
  {
    name: 'trailing',
    about: 'Something follows the end.',
    expect: 'seal/malformed',
    craft: () => ({ files, file: (file) => Buffer.concat([file, Buffer.from('x')]) }),
  },
  {
    name: 'outer-link',
    about: 'The outer archive holds a symbolic link.',
    expect: 'seal/malformed',
    craft: () => ({ files, file: (file) => retyped(file, 'IP-2011-ICARUS-MT-1/SHA512SUMS', '2') }),
  },
  {
    name: 'outer-order',
    about: 'The four files are in another order.',
    expect: 'seal/malformed',
    craft: () => ({ files, outer: (parts) => parts.toReversed() }),
  },
  {
    name: 'outer-sums',
    about: 'SHA512SUMS names other digests.',
    expect: 'seal/malformed',
    craft: () => ({
      files,
      outer: rewritten('SUMS', (text) => text.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))),
    }),
  },
  {
    name: 'envelope-altered',
    about: 'A byte of the envelope changed after it was signed.',
    expect: 'seal/signature-invalid',
    craft: () => ({ files, file: flipped((file) => file.indexOf('"to"')) }),
  },
  {
    name: 'envelope-format',
    about: 'The format is one of a later version.',
    expect: 'seal/format-unknown',
    craft: () => ({ files, json: (text) => text.replace('package/1', 'package/2') }),
  },
  {
    name: 'envelope-doubled',
    about: 'The envelope names its addressee twice, differently.',
    expect: 'seal/envelope-invalid',
    craft: () => ({ files, json: (text) => text.replace('  "via"', '  "to": ["fr"],\n  "via"') }),
  },
  {
    name: 'envelope-unknown-member',
    about: 'The envelope has a member that the format does not know.',
    expect: 'seal/envelope-invalid',
    craft: () => ({ files, json: (text) => text.replace('  "via"', '  "urgent": true,\n  "via"') }),
  },
  {
    name: 'envelope-folder',
    about: 'The folder has another name than the package.',
    expect: 'seal/envelope-invalid',
    craft: () => ({
      files,
      outer: (parts) => parts.map(([path, text]): Parts[number] => [path.replace('MT-1', 'MT-2'), text]),
    }),
  },
  {
    name: 'unknown-sender',
    about: 'The opener has no card of the sender.',
    expect: 'seal/unknown-sender',
    craft: content,
    card: null,
  },
  {
    name: 'key-unknown',
    about: 'Somebody else signed in the sender’s name.',
    expect: 'seal/key-unknown',
    craft: ({ fr }) => ({ files, signer: fr.signer }),
  },
  {
    name: 'key-not-yet-valid',
    about: 'The key was not valid yet.',
    expect: 'seal/key-not-yet-valid',
    craft: content,
    card: withKey({ validAfter: '2011-10-01T00:00:00.000Z' }),
  },
  {
    name: 'key-expired',
    about: 'The key had expired.',
    expect: 'seal/key-expired',
    craft: content,
    card: withKey({ validBefore: '2011-09-01T00:00:00.000Z' }),
  },
  {
    name: 'key-revoked',
    about: 'The key was revoked before the package was received.',
    expect: 'seal/key-revoked',
    craft: content,
    card: withKey({ revokedAt: '2011-09-21T12:00:00.000Z' }),
  },
  {
    name: 'created-in-future',
    about: 'The package comes from the future.',
    expect: 'seal/created-in-future',
    craft: content,
    at: '2011-09-21T09:00:00.000Z',
  },
  {
    name: 'not-addressed',
    about: 'The package is for another agency.',
    expect: 'seal/not-addressed',
    ...inside,
    opener: 'fr',
  },
  {
    name: 'no-identity',
    about: 'The addressee has another key than the package was encrypted to.',
    expect: 'seal/no-identity',
    ...inside,
    opener: 'fr as mt',
  },
  {
    name: 'ciphertext-altered',
    about: 'A byte of the ciphertext changed.',
    expect: 'seal/ciphertext-altered',
    craft: () => ({ files, file: flipped((file) => file.indexOf('\n--- ') + 300) }),
  },
  {
    name: 'content-altered',
    about: 'A file differs from its manifest.',
    expect: 'seal/content-altered',
    courier: 'passes',
    craft: () => ({
      files,
      inner: rewritten('json', () => '{"targets":2}\n'),
    }),
  },
  {
    name: 'content-missing',
    about: 'A file of the manifest is missing.',
    expect: 'seal/content-altered',
    courier: 'passes',
    craft: () => ({ files, inner: (parts) => parts.filter(([path]) => !path.endsWith('json')) }),
  },
  {
    name: 'content-signature',
    about: 'The inner signature is damaged.',
    expect: 'seal/signature-invalid',
    courier: 'passes',
    craft: () => ({
      files,
      inner: rewritten('.sig', (text) => text.replace(/\n(.{69})./, (_, line: string) => `\n${line}!`)),
    }),
  },
  {
    name: 'readdressed',
    about: 'Content that was sealed for another agency stands in this envelope.',
    expect: 'seal/readdressed',
    courier: 'passes',
    craft: () => ({ files, innerFields: { to: ['se' as AgencyId] } }),
  },
  {
    name: 'resigned',
    about: 'Content that another agency signed stands in this envelope.',
    expect: 'seal/readdressed',
    courier: 'passes',
    craft: ({ fr }) => ({ files, innerSigner: fr.signer }),
  },
  {
    name: 'unsafe-path',
    about: 'A name leads out of the folder.',
    expect: 'seal/unsafe-path',
    courier: 'passes',
    craft: () => ({ files, inner: renamed('bag/data/summary.json', 'bag/data/../../summary.json') }),
  },
  {
    name: 'unsafe-root',
    about: 'A name is outside the bag.',
    expect: 'seal/unsafe-path',
    courier: 'passes',
    craft: () => ({ files, inner: renamed('bag/data/summary.json', '/etc/cron.d/summary') }),
  },
  {
    name: 'duplicate-path',
    about: 'Two names differ in case only.',
    expect: 'seal/duplicate-path',
    courier: 'passes',
    craft: () => ({ files: { 'a.txt': '1', 'A.txt': '2' } }),
  },
  {
    name: 'inner-link',
    about: 'The content holds a symbolic link.',
    expect: 'seal/malformed',
    courier: 'passes',
    craft: () => ({ files, innerTar: (tar) => retyped(tar, 'bag/data/summary.json', '2') }),
  },
];

export const DEFAULT_AT = RECEIVED_AT.toISOString();

function inLinesOf64(signature: string): string {
  const [begin, ...lines] = signature.trimEnd().split('\n');
  const end = lines.pop();
  return [begin, ...(lines.join('').match(/.{1,64}/g) ?? []), end, ''].join('\n');
}

function armored(ciphertext: Uint8Array): Uint8Array {
  const lines = base64Of(ciphertext).match(/.{1,64}/g) ?? [];
  return utf8(`-----BEGIN AGE ENCRYPTED FILE-----\n${lines.join('\n')}\n-----END AGE ENCRYPTED FILE-----\n`);
}
