/**
 * Checkpoints (C2SP tlog-checkpoint): what the log was at one size. A node signs each of its own twice: as
 * a plain note, and as a cosignature, which says when. So two checkpoints of one node also show which of
 * them it called its newest later.
 */
import { IcarusError } from '#core/errors.ts';
import type { LogSigner } from '#platform/context.ts';
import { cosignedAt, isSignedBy, type Note, readNote, type VerifierKey } from './note.ts';
import { HASH_BYTES } from './tree.ts';

/** Size and root of a tree. */
export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** A checkpoint that was taken apart; who signed it is still to be asked. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
  readonly note: Note;
}

/** The text of a checkpoint, to be signed. */
export function checkpointText(origin: string, { size, root }: TreeHead): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** A checkpoint of the own log, signed. `at`: seconds count. */
export function signCheckpoint(signer: LogSigner, head: TreeHead, at: Date): string {
  const text = checkpointText(signer.name, head);
  return `${text}\n${signer.sign(text)}\n${signer.cosign(text, at)}\n`;
}

/** @throws custody/note-invalid */
export function readCheckpoint(text: string): Checkpoint {
  const note = readNote(text);
  const [origin = '', sizeText = '', rootText = '', end, ...extensions] = note.text.split('\n');
  const size = Number(sizeText);
  const root = Buffer.from(rootText, 'base64');
  const isWhole =
    origin !== '' &&
    /^(0|[1-9]\d{0,15})$/.test(sizeText) &&
    Number.isSafeInteger(size) &&
    root.length === HASH_BYTES &&
    root.toString('base64') === rootText &&
    end === '' &&
    extensions.length === 0;
  if (!isWhole) throw new IcarusError('custody/note-invalid', { reason: 'it is not a checkpoint' });
  return { origin, size, root, note };
}

/** When the log itself signed it, by its own word; undefined where it is not a checkpoint of that log. */
export function signedAt({ origin, note }: Checkpoint, by: VerifierKey): Date | undefined {
  if (origin !== by.name || !isSignedBy(note, by)) return undefined;
  for (const line of note.signatures) {
    const at = cosignedAt(note.text, line, by);
    if (at) return at;
  }
  return undefined;
}
