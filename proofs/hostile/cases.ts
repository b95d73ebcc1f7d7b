/** What a sender with a valid key can try: each is refused, with this code. */
import type { ErrorCode } from '#core/error-codes.ts';
import { BAGIT_TXT, bagInfoText } from '#seal/bag.ts';
import { utf8 } from '#seal/bytes.ts';
import { fieldsOf, type Party } from '#seal/fixtures.ts';
import { BLOCK_BYTES, TAR_END, tarEntry, tarHeader } from '#seal/tar.ts';
import { base256, claiming, type Piece, typed, withPax, zeros } from './archive.ts';
import type { Hostile } from './package.ts';

export interface HostileCase {
  readonly name: string;
  readonly refusedWith: ErrorCode;
  readonly make: (parties: { from: Party; to: Party }) => Hostile;
  /** Hundreds of megabytes: not for every test run. */
  readonly heavy?: true;
}

const GIB = 2 ** 30;

function inside(name: string, refusedWith: ErrorCode, pieces: readonly Piece[], heavy?: true): HostileCase {
  const make: HostileCase['make'] = ({ from, to }) => ({
    inner: [
      tarEntry('bag/bagit.txt', utf8(BAGIT_TXT)),
      tarEntry('bag/bag-info.txt', utf8(bagInfoText(fieldsOf(from, [to]), { files: 0, sizeBytes: 0 }, {}))),
      ...pieces,
    ],
  });
  return { name, refusedWith, make, ...(heavy && { heavy }) };
}

const data = (path: string) => tarEntry(`bag/data/${path}`, utf8('x'));
const twins = (name: string, a: string, b: string, code: ErrorCode = 'seal/duplicate-path') =>
  inside(name, code, [data(a), data(b), TAR_END]);

const TYPES: readonly [name: string, type: string, linkTo?: string][] = [
  ['a hard link', '1', '/etc/passwd'],
  ['a symbolic link out', '2', '../../../../etc/passwd'],
  ['a symbolic link to a folder', '2', '/etc'],
  ['a character device', '3'],
  ['a block device', '4'],
  ['a folder', '5'],
  ['a pipe', '6'],
  ['a contiguous file', '7'],
  ['a folder with its list', 'D'],
  ['a long name of GNU tar', 'L'],
  ['a long link of GNU tar', 'K'],
  ['a part of another volume', 'M'],
  ['a sparse file', 'S'],
  ['a volume label', 'V'],
  ['a global header', 'g'],
  ['an entry of the oldest form', '\0'],
];
const PATHS = [
  '../x',
  '../../../etc/cron.d/x',
  'a/../../x',
  './x',
  'a//x',
  '.ssh/authorized_keys',
  'C:x',
  'a\\x',
  'nul',
  'a\u202ex',
  '-rf',
  'a ',
  'x'.repeat(201),
  'a/'.repeat(16) + 'x',
  'e\u0301',
];

const ENTRIES: readonly HostileCase[] = [
  ...TYPES.map(([name, type, linkTo]) =>
    inside(name, 'seal/malformed', [typed('bag/data/x', type, '', linkTo), TAR_END]),
  ),
  ...PATHS.map((path) =>
    inside(`the path ${JSON.stringify(path.slice(0, 40))}`, 'seal/unsafe-path', [data(path), TAR_END]),
  ),
  inside('an absolute path', 'seal/unsafe-path', [tarEntry('/etc/cron.d/x', utf8('x')), TAR_END]),
  inside('a path beside the bag', 'seal/unsafe-path', [tarEntry('x', utf8('x')), TAR_END]),
  twins('a path twice', 'x', 'x'),
  twins('twins in case', 'x/readme', 'X/other'),
  twins('twins by the German ß', 'straße', 'STRASSE'),
  twins('twins by a ligature', 'ﬁle', 'file'),
  twins('twins in width', 'Ａ', 'a'),
  twins('twins by the Kelvin sign', '\u212a', 'k', 'seal/unsafe-path'),
  twins('twins by a long s', 'ſ', 's'),
  twins('twins in normal form', 'é', 'e\u0301', 'seal/unsafe-path'),
  twins('a file where a folder is', 'a/b', 'a'),
  twins('a folder where a file is', 'a', 'a/b'),
];

const SIZES: readonly HostileCase[] = [
  inside('a claim of 8 GiB that ends at once', 'seal/truncated', [claiming('bag/data/x', 8 * GIB - 1)]),
  inside('a claim of 10 TiB', 'seal/too-large', [claiming('bag/data/x', 10 * 1024 * GIB)]),
  inside('many claims that are too much together', 'seal/too-large', [
    data('a'),
    claiming('bag/data/x', 64 * GIB),
  ]),
  inside('a size in another base', 'seal/malformed', [base256('bag/data/x')]),
  inside('a header of 300 KiB', 'seal/malformed', [
    withPax(`307208 path=bag/data/${'x'.repeat(307_190)}\n`, 'x'),
    TAR_END,
  ]),
  inside('a header with 400 records', 'seal/malformed', [
    withPax('11 path=xx\n'.repeat(400), 'bag/data/x'),
    TAR_END,
  ]),
  inside('a header that claims 8 GiB', 'seal/malformed', [header8GiB(), zeros(1)]),
  inside('a manifest of 4 GiB', 'seal/content-altered', [
    claiming('bag/manifest-sha512.txt', 4 * GIB),
    zeros(1),
  ]),
  inside('a signature of 1 GiB', 'seal/content-altered', [
    tarEntry('bag/manifest-sha512.txt', new Uint8Array(0)),
    claiming('bag/tagmanifest-sha512.txt.sig', GIB),
  ]),
  {
    name: 'a bag-info of 1 GiB',
    refusedWith: 'seal/content-altered',
    make: () => ({
      inner: [tarEntry('bag/bagit.txt', utf8(BAGIT_TXT)), claiming('bag/bag-info.txt', GIB), zeros(1)],
    }),
  },
  inside('blocks of zeros behind the end', 'seal/malformed', [TAR_END, zeros(64)]),
  inside('512 MiB of zeros behind the end', 'seal/malformed', [TAR_END, zeros(512)], true),
  inside(
    'a file of 512 MiB that no manifest names',
    'seal/content-altered',
    [claiming('bag/data/x', 512 * 2 ** 20), zeros(512), TAR_END],
    true,
  ),
  inside(
    '150,000 files',
    'seal/too-large',
    [{ times: 150_000, of: (i) => emptyFile(`${i}`) }, TAR_END],
    true,
  ),
  inside(
    'a million files',
    'seal/too-large',
    [{ times: 1_000_000, of: (i) => emptyFile(`${i}`) }, TAR_END],
    true,
  ),
  inside(
    '100,000 files with the longest names',
    'seal/too-large',
    [{ times: 100_000, of: longest }, TAR_END],
    true,
  ),
  inside(
    '50,000 files, each in folders of its own',
    'seal/too-large',
    [{ times: 50_000, of: deepest }, TAR_END],
    true,
  ),
];

function emptyFile(name: string): Uint8Array {
  return tarHeader({ path: `bag/data/${name}`, sizeBytes: 0 });
}

/** Thousand bytes in sixteen parts, no two paths with a folder in common. */
function longest(index: number): Uint8Array {
  const number = String(index).padStart(6, '0');
  return emptyFile(Array.from({ length: 16 }, () => number + 'x'.repeat(55)).join('/'));
}

function deepest(index: number): Uint8Array {
  return emptyFile(Array.from({ length: 16 }, () => String(index).padStart(6, '0')).join('/'));
}

function header8GiB(): Uint8Array {
  const entry = Buffer.from(withPax('', 'bag/data/x').subarray(0, BLOCK_BYTES));
  entry.write('77777777777', 124, 'latin1');
  return entry;
}

const HEADER = 'age-encryption.org/v1\n';
const stanza = `-> X25519 ${'A'.repeat(42)}E\n${'A'.repeat(42)}E\n`;
const ciphertext = (
  name: string,
  refusedWith: ErrorCode,
  pieces: readonly Piece[],
  heavy?: true,
): HostileCase => ({
  name,
  refusedWith,
  make: () => ({ ciphertext: pieces }),
  ...(heavy && { heavy }),
});

const ENCRYPTION: readonly HostileCase[] = [
  ciphertext('an age header of one line without end', 'seal/ciphertext-altered', [utf8(HEADER), zeros(64)]),
  ciphertext('an age header with 10,000 recipients', 'seal/ciphertext-altered', [
    utf8(HEADER + stanza.repeat(10_000)),
  ]),
  ciphertext(
    'an age header of 512 MiB',
    'seal/ciphertext-altered',
    [utf8(HEADER), { times: 1 << 19, of: () => utf8(`-> ${'x'.repeat(1020)}\n`) }],
    true,
  ),
  ciphertext('an age header with as many recipients as fit', 'seal/no-identity', [
    utf8(`${HEADER}${foreignStanzas(2000)}--- ${'A'.repeat(42)}A\n`),
    new Uint8Array(32),
  ]),
  ciphertext('no ciphertext', 'seal/ciphertext-altered', [new Uint8Array(0)]),
];

/** For nobody who is here: base point of the curve, and a wrapped key that opens for no one. */
function foreignStanzas(count: number): string {
  const share = Buffer.from([9, ...new Uint8Array(31)])
    .toString('base64')
    .replace(/=+$/, '');
  return `-> X25519 ${share}\n${'A'.repeat(42)}A\n`.repeat(count);
}

const envelope = (name: string, json: (text: string) => string): HostileCase => ({
  name,
  refusedWith: 'seal/envelope-invalid',
  make: () => ({ json }),
});

const OUTSIDE: readonly HostileCase[] = [
  envelope('an envelope of 20,000 brackets', () => '['.repeat(20_000)),
  envelope(
    'an envelope of 10,000 objects in each other',
    () => '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
  ),
  envelope('an envelope with 5,000 addressees', (text) =>
    text.replace(/"mt"/, Array.from({ length: 5000 }, (_, i) => `"a${i}"`).join(',')),
  ),
  envelope('an envelope with a prototype', (text) => text.replace('{', '{"__proto__":{"to":["mt"]},')),
  envelope('an envelope with a size of 1e400', (text) =>
    text.replace(/"sizeBytes": \d+/, '"sizeBytes": 1e400'),
  ),
  {
    name: 'an envelope of 1 GiB',
    refusedWith: 'seal/malformed',
    make: () => ({ tail: [claiming('IP-2011-ICARUS-MT-1/package.json', GIB), zeros(4)] }),
  },
  {
    name: 'a ciphertext of 64 TiB',
    refusedWith: 'seal/too-large',
    make: () => ({ claimedBytes: 64 * 1024 * GIB }),
  },
];

export const HOSTILE_CASES: readonly HostileCase[] = [...ENTRIES, ...SIZES, ...ENCRYPTION, ...OUTSIDE];
