/**
 * Hash lists that know some of the drawn files: a plain one, a hashdeep file, VICS JSON with the opaque codes
 * A, B and C, and a CSV of what is benign. Beside those each holds entries of no file. No entry is of real
 * material.
 */
import { createHash } from 'node:crypto';
import type { Meaning } from '#evidence/types.ts';
import type { Content } from './contents.ts';
import { type ContentKey, type PictureRange, range, SYSTEM_PICTURES } from './exhibit-plan.ts';

export interface SyntheticList {
  readonly fileName: string;
  readonly name: string;
  /** What its entries mean to whoever imports it. */
  readonly meaning: Meaning;
}

export const LISTS = {
  plain: { fileName: 'known.txt', name: 'Synthetic plain list', meaning: 'known' },
  archives: { fileName: 'archives.hashdeep', name: 'Synthetic list of archives', meaning: 'of-interest' },
  national: { fileName: 'national.json', name: 'Synthetic national list', meaning: 'known' },
  benign: { fileName: 'benign.csv', name: 'Synthetic system files', meaning: 'benign' },
} as const satisfies Record<string, SyntheticList>;

type Contents = (key: ContentKey) => Promise<Content>;
type Hashes = Pick<Content, 'md5' | 'sha1' | 'sha256'>;

/** Of nine pictures one has code A, one B and one C, and one stands on the plain list. */
const CODES = new Map([
  [0, 'A'],
  [3, 'B'],
  [6, 'C'],
]);
const PLAIN = 4;
const OF_NINE = 9;
/** Entries of no file on each list. */
const STRANGERS = 400;

/** The code of a picture on the VICS list; undefined where it does not stand there. */
export function codeOf(picture: number): string | undefined {
  return CODES.get(picture % OF_NINE);
}

/**
 * The text of each list, by its file name.
 * @param archives numbers of the archives that were written
 */
export async function listTexts(
  contents: Contents,
  pictures: PictureRange,
  archives: readonly number[],
): Promise<Map<string, string>> {
  const all = range(pictures);
  const hashesOf = (keys: readonly ContentKey[]): Promise<Hashes[]> => Promise.all(keys.map(contents));
  const national = await Promise.all(
    all.flatMap((n) => {
      const code = codeOf(n);
      return code === undefined ? [] : contents(pictureKey(n)).then((hashes) => ({ ...hashes, code }));
    }),
  );
  return new Map([
    [
      LISTS.plain.fileName,
      plainText(await hashesOf(all.filter((n) => n % OF_NINE === PLAIN).map(pictureKey))),
    ],
    [LISTS.archives.fileName, hashdeepText(await hashesOf(archives.map((n) => `archive/${n}` as const)))],
    [LISTS.national.fileName, vicsText(national)],
    [LISTS.benign.fileName, csvText(await hashesOf(range(SYSTEM_PICTURES).map(pictureKey)))],
  ]);
}

function pictureKey(n: number): ContentKey {
  return `picture/${n}`;
}

/** Hashes of a number, of no file. */
function strangers(list: string): Hashes[] {
  return Array.from({ length: STRANGERS }, (_, i) => {
    const hash = (algorithm: string): string =>
      createHash(algorithm).update(`synthetic ${list} ${i}`).digest('hex');
    return { md5: hash('md5'), sha1: hash('sha1'), sha256: hash('sha256') };
  });
}

/** One row is cut short, as real lists have it; the import skips it and says why. */
function plainText(known: readonly Hashes[]): string {
  const rows = [...known, ...strangers('plain')].map(({ sha1 }) => sha1);
  return ['# Synthetic: hashes of drawn pictures and of numbers', ...rows, 'cut0ff', ''].join('\n');
}

function hashdeepText(known: readonly Hashes[]): string {
  const rows = [...known, ...strangers('archives')].map(
    ({ md5, sha256 }, i) => `0,${md5},${sha256},archive-${i}.gz`,
  );
  return ['%%%% HASHDEEP-1.0', '%%%% size,md5,sha256,filename', ...rows, ''].join('\n');
}

function vicsText(known: readonly (Hashes & { readonly code: string })[]): string {
  const codes = [...CODES.values()];
  const all = [
    ...known,
    ...strangers('national').map((hashes, i) => ({ ...hashes, code: codes[i % codes.length] })),
  ];
  const media = all.map(({ md5, sha1, code }, i) => ({
    MediaID: i + 1,
    Category: code,
    MD5: md5,
    SHA1: sha1,
  }));
  return JSON.stringify({ '@odata.context': 'synthetic', value: media }, null, 1);
}

/** Two hashes each: what is benign by one alone is not passed over. */
function csvText(known: readonly Hashes[]): string {
  const rows = [...known, ...strangers('benign')].map(({ md5, sha1 }) => `${md5},${sha1}`);
  return ['md5,sha1', ...rows, ''].join('\n');
}
