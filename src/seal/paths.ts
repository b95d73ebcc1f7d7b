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

/**
 * Remembers paths and refuses those that some file system would take for one already there: the same
 * letters in another case or width, a file where a folder is, a folder in two spellings.
 */
export interface PathSet {
  /** False, and nothing remembered, when the path clashes. */
  add(path: string): boolean;
}

export function pathSet(): PathSet {
  const spellings = new Map<string, string>();
  return {
    add(path) {
      const names = path.split('/').map((_, i, all) => all.slice(0, i + 1).join('/'));
      // A folder is written with a slash behind it, so that a file of its name is another spelling.
      const written = names.map((name) => (name === path ? name : `${name}/`));
      const keys = names.map(fold);
      const clash = keys.some((key, i) => {
        const known = spellings.get(key);
        return known !== undefined && (known !== written[i] || written[i] === path);
      });
      if (clash) return false;
      for (const [i, key] of keys.entries()) spellings.set(key, written[i] ?? '');
      return true;
    },
  };
}

function fold(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}
