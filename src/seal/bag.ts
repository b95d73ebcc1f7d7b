/** The texts of the bag inside a package (BagIt 1.0, RFC 8493), each with one way to be written. */
import { IcarusError } from '#core/errors.ts';
import { newHash } from '#primitives';
import { hexOf, textOf, utf8 } from './bytes.ts';
import type { EnvelopeFields } from './envelope.ts';
import { LINE } from './fields.ts';
import type { Namespace } from './sshsig.ts';

export const BAG = 'bag/';
export const BAGIT_TXT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
export const MANIFEST_NAMESPACE: Namespace = 'manifest@icarus';
export const MAX_BAG_INFO_BYTES = 64 * 1024;

/** One file of the content. `path` is relative to the bag's `data/`. */
export interface PackagedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha512: string;
}

export interface Payload {
  readonly files: number;
  readonly sizeBytes: number;
}

/** Further lines of bag-info.txt: `{ 'Operation': 'ICARUS' }`. */
export type BagInfo = Readonly<Record<string, string>>;

const LABEL = /^[A-Z][A-Za-z0-9-]{0,39}$/;

/** The lines that repeat the envelope inside, so that content cannot be put into another envelope. */
function boundLines(fields: EnvelopeFields): [string, string][] {
  return [
    ['External-Identifier', fields.id],
    ['Bagging-Date', fields.createdAt.slice(0, 10)],
    ['Icarus-Kind', fields.kind],
    ['Icarus-From', fields.from],
    ['Icarus-To', fields.to.join(' ')],
    ['Icarus-Via', fields.via ?? 'none'],
    ['Icarus-Created-At', fields.createdAt],
  ];
}

/** @throws `seal/bag-info-invalid` when an extra line cannot be one, or has the name of a bound one */
export function bagInfoText(fields: EnvelopeFields, payload: Payload, extra: BagInfo): string {
  const lines = [...boundLines(fields), ['Payload-Oxum', oxum(payload)] as const, ...Object.entries(extra)];
  const labels = new Set(lines.map(([label]) => label.toLowerCase()));
  const wrong = lines.find(
    ([label, value]) => !LABEL.test(label) || (!LINE.test(value) && !isBoundLabel(label)),
  );
  if (wrong !== undefined || labels.size < lines.length) {
    throw new IcarusError('seal/bag-info-invalid', { label: wrong?.[0] ?? 'a label that stands twice' });
  }
  return lines.map(([label, value]) => `${label}: ${value}\n`).join('');
}

/** `Icarus-To` may be longer than a line that people write. */
function isBoundLabel(label: string): boolean {
  return label === 'Icarus-To';
}

/**
 * Reads bag-info.txt, which must be one that `bagInfoText` writes for these fields and this payload.
 *
 * @returns every line of it
 * @throws `seal/readdressed` when it names another package, sender or addressee; `seal/content-altered`
 */
export function readBagInfo(bytes: Uint8Array, fields: EnvelopeFields, payload: Payload): BagInfo {
  const text = textOf(bytes) ?? '';
  const lines = text.split('\n').map((line) => /^([^:]*): (.*)$/.exec(line));
  const all = lines.flatMap((line): [string, string][] =>
    line === null ? [] : [[line[1] ?? '', line[2] ?? '']],
  );
  const bound = boundLines(fields);
  if (bound.some(([label, value], i) => all[i]?.[0] !== label || all[i]?.[1] !== value)) {
    throw new IcarusError('seal/readdressed');
  }
  const extra = Object.fromEntries(all.slice(bound.length + 1));
  if (!isWritten(text, () => bagInfoText(fields, payload, extra)))
    throw new IcarusError('seal/content-altered');
  return Object.fromEntries(all);
}

function isWritten(text: string, write: () => string): boolean {
  try {
    return write() === text;
  } catch {
    return false;
  }
}

/** Bytes and files of the payload in one word (RFC 8493 section 2.2.2). */
function oxum(payload: Payload): string {
  return `${payload.sizeBytes}.${payload.files}`;
}

/** `manifest-sha512.txt`, in the order of the archive; `sha512sum -c` reads it inside the bag. */
export function manifestText(files: Iterable<PackagedFile>): string {
  return Array.from(files, manifestLine).join('');
}

export function manifestLine({ sha512: digest, path }: PackagedFile): string {
  return `${digest}  data/${path}\n`;
}

export function manifestBytes(paths: Iterable<string>): number {
  let bytes = 0;
  for (const path of paths) bytes += 128 + '  data/'.length + utf8(path).length + 1;
  return bytes;
}

/** `tagmanifest-sha512.txt`: what the inner signature covers, and through it the whole content. */
export function tagManifestText(tags: {
  readonly bagInfo: Uint8Array | string;
  /** SHA-512 of `manifest-sha512.txt`. */
  readonly manifestSha512: string;
}): string {
  return [
    `${sha512(BAGIT_TXT)}  bagit.txt\n`,
    `${sha512(tags.bagInfo)}  bag-info.txt\n`,
    `${tags.manifestSha512}  manifest-sha512.txt\n`,
  ].join('');
}

export const TAG_MANIFEST_BYTES = tagManifestText({ bagInfo: '', manifestSha512: sha512('') }).length;

export function sha512(content: Uint8Array | string): string {
  const hash = newHash('sha512');
  hash.update(typeof content === 'string' ? utf8(content) : content);
  return hexOf(hash.digest());
}
