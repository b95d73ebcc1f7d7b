/**
 * Signed notes (C2SP signed-note): a text, a blank line, and lines that sign it. Reading takes a note
 * apart and believes nothing: whoever asks has a key and checks with `isSignedBy` or `cosignedAt`.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { IcarusError } from '#core/errors.ts';

/** Signature types of signed-note: plain Ed25519, and Ed25519 with a time (cosignature/v1). */
export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;

const MAX_NOTE_BYTES = 32 * 1024;
const MAX_SIGNATURES = 64;
/** Of the year 9999. */
const LAST_SECOND = 253_402_300_799;
const SIGNATURE_LINE = /^\u2014 ([^\s+]{1,200}) ([A-Za-z0-9+/]+={0,2})$/;

export interface NoteSignature {
  readonly name: string;
  /** Four bytes, hex. */
  readonly keyId: string;
  readonly signature: Buffer;
  /** The line as it stands, without its line end. */
  readonly line: string;
}

export interface Note {
  /** With its last line end. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** @throws custody/note-invalid */
export function readNote(note: string): Note {
  const divide = note.lastIndexOf('\n\n');
  if (Buffer.byteLength(note) > MAX_NOTE_BYTES) throw invalid('it is too long');
  if (divide < 0 || !note.endsWith('\n')) throw invalid('it has no signatures');
  if (/[\u0000-\u0009\u000b-\u001f\ufffd]/.test(note)) throw invalid('it is not plain text');
  const lines = note.slice(divide + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw invalid('it has too many signatures');
  return { text: note.slice(0, divide + 1), signatures: lines.map(readSignatureLine) };
}

/** @throws custody/note-invalid */
export function readSignatureLine(line: string): NoteSignature {
  const [, name = '', base64 = ''] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 5 || bytes.toString('base64') !== base64) throw invalid('a signature line is damaged');
  return { name, keyId: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4), line };
}

/** The line by which a key signs, given the signature's own bytes. */
export function signatureLine(name: string, keyId: string, signature: Uint8Array): string {
  return `\u2014 ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), signature]).toString('base64')}`;
}

/** A key that is known to be somebody's: `name+id+base64(type || key)` as it stands on an agency's card. */
export interface VerifierKey {
  readonly name: string;
  readonly key: KeyObject;
  /** Ids of the same key for the two types of signature. */
  readonly noteId: string;
  readonly cosignatureId: string;
}

const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** @throws custody/key-unreadable */
export function readVerifierKey(text: string): VerifierKey {
  const [name = '', id = '', base64 = ''] = splitKey(text);
  const bytes = Buffer.from(base64, 'base64');
  const point = bytes.subarray(1);
  if (name === '' || bytes[0] !== ED25519 || point.length !== 32 || id !== keyIdOf(name, ED25519, point))
    throw new IcarusError('custody/key-unreadable', { reason: 'it is not a verifier key of a log' });
  return {
    name,
    key: createPublicKey({ key: Buffer.concat([SPKI_ED25519, point]), format: 'der', type: 'spki' }),
    noteId: id,
    cosignatureId: keyIdOf(name, COSIGNATURE_V1, point),
  };
}

function splitKey(text: string): string[] {
  // Only the base64 at the end may have a plus of its own.
  const [name, id, ...rest] = text.split('+');
  return [name ?? '', id ?? '', rest.join('+')];
}

export function keyIdOf(name: string, type: number, publicKey: Uint8Array): string {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.of(type), publicKey]);
  return hash('sha256', bytes, 'hex').slice(0, 8);
}

/** Did this key sign the note? A line of the key that does not hold spoils the note. */
export function isSignedBy(note: Note, by: VerifierKey): boolean {
  const own = note.signatures.filter(({ name, keyId }) => name === by.name && keyId === by.noteId);
  return own.length > 0 && own.every(({ signature }) => verify(null, utf8(note.text), by.key, signature));
}

/**
 * When this key cosigned the note's text (cosignature/v1), or undefined where it did not. The time is what
 * the cosigner says.
 */
export function cosignedAt(text: string, line: NoteSignature, by: VerifierKey): Date | undefined {
  if (line.name !== by.name || line.keyId !== by.cosignatureId || line.signature.length !== 72)
    return undefined;
  const seconds = Number(line.signature.readBigUInt64BE(0));
  // Whoever holds a key may sign any number; not every number is a time.
  if (seconds > LAST_SECOND) return undefined;
  const holds = verify(null, cosignedMessage(text, seconds), by.key, line.signature.subarray(8));
  return holds ? new Date(seconds * 1000) : undefined;
}

/** What a cosignature signs (C2SP tlog-cosignature). */
export function cosignedMessage(text: string, seconds: number): Buffer {
  return utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
}

export function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

function invalid(reason: string): IcarusError {
  return new IcarusError('custody/note-invalid', { reason });
}
