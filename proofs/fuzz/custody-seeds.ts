/** First inputs for the parsers of the custody log. */
import { readCheckpoint, signCheckpoint } from '#custody/checkpoint.ts';
import { cosignedMessage, readSignatureLine, readVerifierKey, signatureLine } from '#custody/note.ts';
import { writeTlogProof } from '#custody/tlog-proof.ts';
import { nodeHash } from '#custody/tree.ts';
import { digestField } from '#exchange/digest-fields.ts';
import { LEAF, LOG } from './custody-targets.ts';
import type { Seeds } from './seal-seeds.ts';

const AT = new Date('2011-09-21T10:00:00.000Z');

export function custodySeeds(): Seeds {
  const leaf = Buffer.from(LEAF, 'hex');
  const other = Buffer.alloc(32, 1);
  const one = signCheckpoint(LOG, { size: 1, root: leaf }, AT);
  const root = nodeHash(leaf, other);
  const two = signCheckpoint(LOG, { size: 2, root }, AT);
  const proof = (hashes: Buffer[], checkpoint: string) =>
    writeTlogProof({
      index: 0,
      leafHash: LEAF,
      hashes,
      checkpoint: { ...readCheckpoint(checkpoint), note: checkpoint, signedAt: AT },
    });
  const counts = (first: number, second: number) => {
    const bytes = Buffer.alloc(16);
    bytes.writeBigUInt64BE(BigInt(first), 0);
    bytes.writeBigUInt64BE(BigInt(second), 8);
    return bytes;
  };
  return {
    note: { one, plain: `a\n\nb\n\n${LOG.sign('a\n\nb\n')}\n` },
    checkpoint: {
      one,
      two,
      'never-refused': signedAtNoTime(one),
      empty: signCheckpoint(LOG, { size: 0, root: leaf }, AT),
    },
    'verifier-key': { own: LOG.verifierKey },
    'tlog-proof': { one: proof([], one), two: proof([other], two) },
    'tree-proof': {
      included: Buffer.concat([counts(0, 2), leaf, root, other]),
      extended: Buffer.concat([counts(1, 2), leaf, root, other]),
    },
    'digest-field': { one: digestField('ab'.repeat(32)) },
  };
}

/** Cosigned by its own log, at a time that no calendar has. */
function signedAtNoTime(checkpoint: string): string {
  const [text = '', signatures = ''] = checkpoint.split('\n\n');
  const seconds = 2 ** 62;
  const signed = readSignatureLine(LOG.sign(cosignedMessage(`${text}\n`, seconds).toString('utf8')));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const { cosignatureId } = readVerifierKey(LOG.verifierKey);
  const line = signatureLine(LOG.name, cosignatureId, Buffer.concat([time, signed.signature]));
  return `${text}\n\n${signatures.split('\n')[0]}\n${line}\n`;
}
