/**
 * Which names a file inside a package may have. The rules are those of the narrowest system that an
 * officer may unpack it on, so that one name means one file everywhere and no name means more than a
 * file: no escape, no hidden file, no option, no device, no look-alike in another normal form.
 */
import { utf8 } from './bytes.ts';

const MAX_PATH_BYTES = 1000;
const MAX_SEGMENT_BYTES = 200;
const MAX_DEPTH = 16;

/**
 * Letters, marks and digits of any script without invisible ones, and a few signs that no shell,
 * no file system and neither `sha512sum` nor BagIt (RFC 8493 section 2.1.3) writes in another way. (The
 * ampersand is \x26: TypeScript and the linter disagree on whether it needs an escape here.)
 */
const SEGMENT = /^[[[\p{L}\p{M}\p{N}]--\p{Default_Ignorable_Code_Point}][ ._\-+\(\)@,=#\x26']]+$/v;
/** A letter or digit first: no hidden file, no option of a command, no lone combining mark. */
const FIRST = /^[[\p{L}\p{N}]--\p{Default_Ignorable_Code_Point}]/v;
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

export function isSafePath(path: string): boolean {
  const segments = path.split('/');
  return (
    path.isWellFormed() &&
    path.normalize('NFC') === path &&
    utf8(path).length <= MAX_PATH_BYTES &&
    segments.length <= MAX_DEPTH &&
    segments.every(isSafeSegment)
  );
}

export function isSafeSegment(segment: string): boolean {
  return (
    SEGMENT.test(segment) &&
    FIRST.test(segment) &&
    !/[. ]$/.test(segment) &&
    !DEVICE.test(segment) &&
    utf8(segment).length <= MAX_SEGMENT_BYTES
  );
}

/** A package names no more files and folders than this, in no more bytes: every reader holds all names at once. */
export const MAX_NAMES = 150_000;
export const MAX_NAMES_BYTES = 16 * 1024 * 1024;

/**
 * Remembers paths and refuses those that some file system would take for one already there: the same
 * letters in another case or width, a file where a folder is, a folder in two spellings.
 */
export interface PathSet {
  /** False, and nothing remembered, when the path clashes. */
  add(path: string): boolean;
  /** What is above the limit of a package, with the limit; undefined while nothing is. */
  excess(): { readonly what: 'files and folders' | 'bytes of names'; readonly limit: number } | undefined;
}

/** A file or a folder. */
interface Named {
  readonly spelling: string;
  /** Of a folder, for the names in it; 0 for a file. */
  readonly folder: number;
}

const ROOT = 1;

export function pathSet(): PathSet {
  /** By the number of the folder that it is in, and the folded name. */
  const known = new Map<string, Named>();
  let [folders, bytes] = [ROOT, 0];
  function clashes(segments: readonly string[], folded: readonly string[]): boolean {
    let folder = ROOT;
    for (const [i, segment] of segments.entries()) {
      const named = known.get(`${folder}/${folded[i]}`);
      if (named === undefined) return false;
      const isFile = i === segments.length - 1;
      if (isFile || named.folder === 0 || named.spelling !== segment) return true;
      folder = named.folder;
    }
    return false;
  }
  function remember(segments: readonly string[], folded: readonly string[]): void {
    let folder = ROOT;
    for (const [i, segment] of segments.entries()) {
      const key = `${folder}/${folded[i]}`;
      const named = known.get(key) ?? {
        spelling: segment,
        folder: i === segments.length - 1 ? 0 : ++folders,
      };
      known.set(key, named);
      folder = named.folder;
    }
  }
  return {
    add(path) {
      const segments = path.split('/');
      const folded = segments.map(fold);
      if (clashes(segments, folded)) return false;
      remember(segments, folded);
      bytes += utf8(path).length;
      return true;
    },
    excess() {
      if (known.size > MAX_NAMES) return { what: 'files and folders', limit: MAX_NAMES };
      return bytes > MAX_NAMES_BYTES ? { what: 'bytes of names', limit: MAX_NAMES_BYTES } : undefined;
    },
  };
}

function fold(name: string): string {
  if (/^[\x20-\x7e]*$/.test(name)) return name.toLowerCase();
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}
