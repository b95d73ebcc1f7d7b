/**
 * Is a file what its name says? Officers open what colleagues send, by its ending: a program that is called report.pdf
 * is what a letter must not bring. Told by the first bytes and the ending alone; a file whose ending says nothing
 * may be anything, since material is.
 */
import { extname } from 'node:path';
import { mediaTypeOf } from '#platform/media-type.ts';

/** Bytes that {@link disguiseOf} looks at. The mark of a PDF may stand anywhere among them (ISO 32000-1, annex H). */
export const LOOKED_AT_BYTES = 1024;

const ZIP = ['application/zip'];
const OLE = ['application/x-ole-storage', 'application/rtf'];

/** Endings whose files always begin with their own mark. */
const MARKED: Readonly<Record<string, readonly string[]>> = {
  pdf: ['application/pdf'],
  png: ['image/png'],
  jpg: ['image/jpeg'],
  jpeg: ['image/jpeg'],
  gif: ['image/gif'],
  webp: ['image/webp'],
  rtf: ['application/rtf'],
  ...Object.fromEntries(['doc', 'xls', 'ppt', 'msg'].map((ending) => [ending, OLE])),
  ...Object.fromEntries(
    ['zip', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'epub'].map((ending) => [ending, ZIP]),
  ),
  '7z': ['application/x-7z-compressed'],
  rar: ['application/vnd.rar'],
  gz: ['application/gzip'],
  tgz: ['application/gzip'],
  bz2: ['application/x-bzip2'],
  xz: ['application/x-xz'],
  zst: ['application/zstd'],
};

/** Endings of sound and pictures, which begin in too many ways to name: theirs is whatever is nothing else. */
const MEDIA = new Set(
  'mp4 m4v mov avi mkv webm wmv flv mpg mpeg 3gp mp3 m4a aac wav ogg flac heic heif avif bmp tif tiff'.split(
    ' ',
  ),
);
const TEXT = new Set('txt csv tsv log md json ndjson xml html htm svg eml vcf ics sha256 asc pem'.split(' '));
/** Endings that a double click runs. */
const RUNS = new Set(
  'exe com scr pif bat cmd msi lnk hta js jse vbs vbe wsf ps1 jar cpl reg app command sh desktop'.split(' '),
);

const WORDS: Readonly<Record<string, string>> = {
  'application/vnd.microsoft.portable-executable': 'a program for Windows',
  'application/x-elf': 'a program for Linux',
  'application/x-mach-binary': 'a program for macOS',
  'application/x-ms-shortcut': 'a shortcut that runs a program',
  'text/x-shellscript': 'a script',
  'text/html': 'a web page, which may hold scripts',
};

/** @returns what it is, in words, where its name says something else; undefined where both agree */
export function disguiseOf(name: string, start: Uint8Array): string | undefined {
  const head = Buffer.from(start.buffer, start.byteOffset, Math.min(start.byteLength, LOOKED_AT_BYTES));
  const ending = endingOf(name);
  const before = endingOf(name.slice(0, name.length - ending.length - 1));
  if (RUNS.has(ending) && (before in MARKED || MEDIA.has(before) || TEXT.has(before)))
    return `what its last ending says (.${ending})`;
  const marked = MARKED[ending];
  const type = typeOf(head);
  if (marked) return type !== null && marked.includes(type) ? undefined : wordsFor(type, head);
  if (MEDIA.has(ending)) {
    const other = type === null ? isPlainText(head) : !/^(?:image|audio|video)\//.test(type);
    return other ? wordsFor(type, head) : undefined;
  }
  if (TEXT.has(ending)) return isText(head) ? undefined : wordsFor(type, head);
  return undefined;
}

function endingOf(name: string): string {
  return extname(name).slice(1).toLowerCase();
}

function typeOf(head: Buffer): string | null {
  if (head.includes('%PDF-')) return 'application/pdf';
  if (/^(?:cffaedfe|cefaedfe|feedfacf|feedface)/.test(head.toString('hex', 0, 4)))
    return 'application/x-mach-binary';
  const markup = /^(?:\uFEFF|\s)*<(?:!doctype\s+html|html|head|body|script|svg|iframe)\b/i;
  return markup.test(head.toString('utf8')) ? 'text/html' : mediaTypeOf(head);
}

function wordsFor(type: string | null, head: Buffer): string {
  if (type !== null) return WORDS[type] ?? type;
  if (head.length === 0) return 'an empty file';
  return isPlainText(head) ? 'plain text' : 'a file of another kind';
}

/** Nothing but what a text of some encoding of bytes may hold. */
function isPlainText(head: Buffer): boolean {
  return (
    head.length > 0 && head.every((byte) => byte >= 0x20 || [0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte))
  );
}

/** Also empty, and in UTF-16 or UTF-32 with its mark; a page of PDF is none, although it may look so. */
function isText(head: Buffer): boolean {
  if (head.length === 0 || /^(?:fffe|feff|0000feff)/.test(head.toString('hex', 0, 4))) return true;
  return isPlainText(head) && !head.subarray(0, 5).equals(Buffer.from('%PDF-'));
}

/** The first bytes of a file that comes in chunks; leaves the rest unread. */
export async function startOf(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let start = Buffer.alloc(0);
  for await (const chunk of content) {
    start = Buffer.concat([start, chunk]);
    if (start.length >= LOOKED_AT_BYTES) break;
  }
  return start.subarray(0, LOOKED_AT_BYTES);
}
