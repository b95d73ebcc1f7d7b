/**
 * What lies in the folder that stands for a seized device: pictures that show nothing, notes in several
 * scripts, an archive of noise, and a link that leads back to where it began. Pure.
 */
import { isPng } from './pictures.ts';

/** Which content a file has; the same key is the same bytes wherever it lies. */
export type ContentKey = `picture/${number}` | `smaller/${number}` | `note/${number}` | `archive/${number}`;

export interface PlannedFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly content: ContentKey;
}

/** Pictures from number `from` up to `to`, without it. Ranges of two devices may overlap: the same files lie on both. */
export interface PictureRange {
  readonly from: number;
  readonly to: number;
}

/** Pictures that every system brings along; the benign list knows them. */
export const SYSTEM_PICTURES: PictureRange = { from: 900, to: 920 };
/** A link of this name leads to the folder itself. */
export const CIRCLE = 'Backup/again';

/** Folders of notes: their names are in the scripts that a device in Europe may hold. */
const NOTE_NAMES = [
  'Documents/note.txt',
  'Documents/Bemærkninger/også noter.txt',
  'Documents/Σημειώσεις/σημείωση.txt',
  'Documents/Бележки/бележка.txt',
  'Documents/メモ/覚え書き.txt',
  'Documents/ملاحظات/ملاحظة.txt',
  'Documents/Übersicht (Kopie)/Übersicht.txt',
  'Documents/🗂/list 📷.txt',
] as const;
const NOTES_OF_A_NAME = 3;
/** One picture in so many has a smaller copy, and one in so many lies there twice. */
const SMALLER_EVERY = 12;
const TWICE_EVERY = 20;

export function exhibitPlan({ from, to }: PictureRange): PlannedFile[] {
  const numbers = range({ from, to });
  const archive = `archive/${from}` as const;
  return [
    ...numbers.map((n) => pictureAt(`Pictures/${2009 + (n % 3)}/${folderOf(n)}`, n)),
    ...numbers
      .filter((n) => n % SMALLER_EVERY === 0)
      .map((n) => ({ path: `Backup/small/${nameOf(n)}`, content: `smaller/${n}` as const })),
    ...numbers.filter((n) => n % TWICE_EVERY === 0).map((n) => pictureAt('Backup/old disk/Copy (2)/Copy', n)),
    ...range(SYSTEM_PICTURES).map((n) => pictureAt('System/icons', n)),
    ...NOTE_NAMES.flatMap((name, script) => notesNamed(name, script)),
    { path: 'Backup/archive.gz', content: archive },
  ];
}

export function range({ from, to }: PictureRange): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function pictureAt(folder: string, n: number): PlannedFile {
  return { path: `${folder}/${nameOf(n)}`, content: `picture/${n}` };
}

function nameOf(n: number): string {
  return `IMG_${String(n).padStart(4, '0')}.${isPng({ number: n }) ? 'png' : 'jpg'}`;
}

function folderOf(n: number): string {
  return n % 7 === 0 ? 'a/b/c/d' : `week ${String(1 + (n % 40)).padStart(2, '0')}`;
}

function notesNamed(name: string, script: number): PlannedFile[] {
  return Array.from({ length: NOTES_OF_A_NAME }, (_, i) => ({
    path: i === 0 ? name : name.replace(/\.txt$/, ` ${i + 1}.txt`),
    content: `note/${script * NOTES_OF_A_NAME + i}` as const,
  }));
}
