/** Damages that only a sender can do: what is inside is wrong, and signed as if it were right. */

import type { AgencyId } from '#core/ids.ts';
import type { Random } from '#exercise/log/random.ts';
import { type Craft, type Parts, retyped } from '#seal/craft.ts';
import type { EnvelopeFields } from '#seal/envelope.ts';
import { softwareSigner } from '#seal/software-signer.ts';
import { crafted, type Damage, flipIn, regionOf, rewritten, type Stricter } from './damage.ts';
import { bagRegions } from './regions.ts';

const FORM = 'the tools pass over it; we take one form of an archive';
const ARCHIVE_FORM: Stricter = {
  'seal/malformed': FORM,
  'seal/content-altered': FORM,
  'seal/unsafe-path': FORM,
  'seal/duplicate-path': FORM,
  'seal/truncated': FORM,
};
const ONE_TEXT: Stricter = {
  'seal/content-altered': 'sha512sum and a reader take other spellings; we take one text for what it says',
};
const NAMES: Stricter = {
  'seal/unsafe-path': 'Linux allows nearly every name; we take those that mean the same file on every system',
  'seal/duplicate-path': 'Linux tells names apart that others do not',
};

function sealedWrongly(name: string, change: (random: Random) => Craft, stricter?: Stricter): Damage {
  return {
    name: `inside: ${name}`,
    ...(stricter && { stricter }),
    make: (scene, random) => crafted(scene, random, change(random)),
  };
}

const flipped = (region: string, stricter?: Stricter) =>
  sealedWrongly(
    region,
    (random) => ({ innerTar: (tar) => flipIn(tar, regionOf(bagRegions(tar), region, random), random) }),
    stricter,
  );

const repacked = (name: string, inner: (parts: Parts) => Parts, stricter?: Stricter) =>
  sealedWrongly(name, () => ({ inner }), stricter);

const named = (path: string) =>
  sealedWrongly(
    `a file named ${JSON.stringify(path)}`,
    () => ({ files: { 'a.txt': '1', [path]: '2' } }),
    NAMES,
  );

/** What the bag repeats of the envelope, and the officer compares or not. */
const readdressed = (field: string, innerFields: Partial<EnvelopeFields>, stricter?: Stricter) =>
  sealedWrongly(`the bag is of another ${field}`, () => ({ innerFields }), stricter);

const NOT_COMPARED: Stricter = {
  'seal/readdressed': 'the procedure compares id, from, to and createdAt by eye; we compare every line',
};

/** Manifest and tag manifest in another order or spelling, with digests and signature that fit it. */
const respelt = (name: string, tags: NonNullable<Craft['tags']>) =>
  sealedWrongly(name, () => ({ tags }), ONE_TEXT);

export const INNER_DAMAGES: readonly Damage[] = [
  flipped('header', ARCHIVE_FORM),
  flipped('padding', ARCHIVE_FORM),
  flipped('end', ARCHIVE_FORM),
  flipped('bagit'),
  flipped('bag-info'),
  flipped('data'),
  flipped('manifest'),
  flipped('tag manifest'),
  flipped('tag manifest signature', {
    'seal/signature-invalid':
      'ssh-keygen passes over white space in base64; we take one text for a signature',
  }),
  repacked('a file more', (parts) => [...parts, ['bag/data/more.txt', '']]),
  repacked('a file missing', (parts) => parts.toSpliced(3, 1)),
  repacked('a file outside the bag', (parts) => [...parts, ['more.txt', '']], ARCHIVE_FORM),
  repacked('a file at the root of the system', (parts) => [...parts, ['/more.txt', '']], ARCHIVE_FORM),
  repacked('a file above the folder', (parts) => [...parts, ['../more.txt', '']], ARCHIVE_FORM),
  repacked('a file twice', (parts) => parts.toSpliced(3, 0, ...parts.slice(2, 3)), NAMES),
  repacked('a tag file more', (parts) => [...parts, ['bag/fetch.txt', '']], ARCHIVE_FORM),
  repacked(
    'another content',
    rewritten('summary.json', () => '{"targets":2}\n'),
  ),
  repacked('another order', (parts) => parts.toReversed(), ARCHIVE_FORM),
  ...['1', '2', '3', '4', '5', '6', '7', 'S', 'V', 'g', 'L', 'D'].map((type) =>
    sealedWrongly(
      `an entry of the type ${type}`,
      () => ({ innerTar: (tar) => retyped(tar, 'bag/data/empty', type) }),
      ARCHIVE_FORM,
    ),
  ),
  sealedWrongly(
    'cut off before the end',
    () => ({ innerTar: (tar) => tar.subarray(0, -1024) }),
    ARCHIVE_FORM,
  ),
  sealedWrongly(
    'something behind the end',
    () => ({ innerTar: (tar) => Buffer.concat([tar, Buffer.from('x')]) }),
    ARCHIVE_FORM,
  ),
  respelt('another order of the manifest', {
    manifest: (text) =>
      text
        .split(/(?<=\n)/)
        .toReversed()
        .join(''),
  }),
  respelt('digests in capitals', {
    manifest: (text) => text.replace(/^[0-9a-f]+/gm, (digest) => digest.toUpperCase()),
  }),
  respelt('a binary mark in the manifest', { manifest: (text) => text.replaceAll('  data', ' *data') }),
  respelt('a comment in the manifest', { manifest: (text) => `${text.slice(0, -1)}\n` + '# none\n' }),
  respelt('another line in bag-info', { bagInfo: (text) => `${text}lower-case: 1\n` }),
  respelt('another version of BagIt', { bagit: (text) => text.replace('1.0', '0.97') }),
  ...[
    '-rf',
    '.hidden',
    'dir/.hidden',
    'a ',
    'a.',
    'CON',
    'com1.txt',
    'A.txt',
    'e\u0301.txt',
    'ﬁ.txt\u200b',
    'a:b',
    'a*b',
    'a\\b',
    'a\nb',
    'a.txt/b',
    '\u202etxt.exe',
    `${'x'.repeat(201)}`,
  ].map(named),
  readdressed('id', { id: 'IP-2011-ICARUS-MT-2' }),
  readdressed('sender', { from: 'fr' as AgencyId }),
  readdressed('addressee', { to: ['fr' as AgencyId] }),
  readdressed('time', { createdAt: '2011-09-21T10:00:01.000Z' }),
  readdressed('kind', { kind: 'report' }, NOT_COMPARED),
  readdressed('courier', { via: 'fr' as AgencyId }, NOT_COMPARED),
  sealedWrongly('the bag is signed by a stranger', () => ({ innerSigner: softwareSigner('ssh-ed25519') })),
  {
    name: 'inside: the bag is signed by another key of the same agency',
    stricter: {
      'seal/readdressed': 'ssh-keygen takes every key of the agency; we ask for the one of the envelope',
    },
    make: (scene, random) => crafted(scene, random, { innerSigner: scene.office }),
  },
  {
    name: 'inside: an armored age file',
    stricter: { 'seal/ciphertext-altered': 'age unpacks the armor by itself; the format has none' },
    make: (scene, random) => crafted(scene, random, { ciphertext: armored }),
  },
];

function armored(ciphertext: Uint8Array): Uint8Array {
  const lines =
    Buffer.from(ciphertext)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return Buffer.from(
    ['-----BEGIN AGE ENCRYPTED FILE-----', ...lines, '-----END AGE ENCRYPTED FILE-----', ''].join('\n'),
  );
}
