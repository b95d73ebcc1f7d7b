/** The parsers of the custody log: notes, checkpoints and proofs, which other nodes and outsiders send. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCheckpoint, signedAt } from '#custody/checkpoint.ts';
import { logSignerFrom } from '#custody/log-key.ts';
import { readNote, readVerifierKey } from '#custody/note.ts';
import { checkTlogProof, readTlogProof } from '#custody/tlog-proof.ts';
import { HASH_BYTES, isExtension, isIncluded } from '#custody/tree.ts';
import { readDigestField } from '#exchange/digest-fields.ts';
import { textOf, utf8 } from '#seal/bytes.ts';
import { CORPUS } from './fixed-party.ts';
import type { Accepted, FuzzTarget } from './target.ts';

export const LOG = logSignerFrom(readFileSync(join(CORPUS, 'keys', 'log-key'), 'utf8'));
export const LEAF = '00'.repeat(HASH_BYTES);
const LOG_KEY = readVerifierKey(LOG.verifierKey);

const text = (input: Uint8Array) => textOf(input) ?? '';

export const CUSTODY_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'note',
    shape: 'lines',
    read: (input) => {
      const note = readNote(text(input));
      return { written: utf8(`${note.text}\n${note.signatures.map(({ line }) => `${line}\n`).join('')}`) };
    },
  },
  {
    name: 'checkpoint',
    shape: 'lines',
    read: (input) => {
      const at = signedAt(readCheckpoint(text(input)), LOG_KEY);
      if (at !== undefined && Number.isNaN(at.getTime())) throw new Error('it was signed at no time');
      return at === undefined ? 'refused' : {};
    },
  },
  {
    name: 'verifier-key',
    shape: 'lines',
    read: (input) => (readVerifierKey(text(input)), {}),
  },
  {
    name: 'tlog-proof',
    shape: 'lines',
    read: (input) => (checkTlogProof(readTlogProof(text(input)), LEAF, { log: LOG_KEY }), {}),
  },
  { name: 'tree-proof', shape: 'wire', read: readTreeProof },
  {
    name: 'digest-field',
    shape: 'lines',
    read: (input) => (readDigestField(text(input)) === undefined ? 'refused' : {}),
  },
];

/** Two sizes or places of eight bytes, then two roots or a leaf and a root, then the hashes of the proof. */
function readTreeProof(input: Uint8Array): Accepted | 'refused' {
  if (input.length < 16) return 'refused';
  const view = new DataView(input.buffer, input.byteOffset);
  const [first, second] = [Number(view.getBigUint64(0)), Number(view.getBigUint64(8))];
  const hashes: Buffer[] = [];
  for (let at = 16; at + HASH_BYTES <= input.length && hashes.length < 70; at += HASH_BYTES)
    hashes.push(Buffer.from(input.subarray(at, at + HASH_BYTES)));
  const [a, b, ...proof] = hashes;
  if (a === undefined || b === undefined) return 'refused';
  const included = isIncluded({ index: first, size: second, leaf: a, root: b, proof });
  const extends_ = isExtension({ from: { size: first, root: a }, to: { size: second, root: b }, proof });
  return included || extends_ ? {} : 'refused';
}
