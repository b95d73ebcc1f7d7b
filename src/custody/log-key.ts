/**
 * The key of a node's custody log: it signs the log's checkpoints, and cosigns those of other nodes. The
 * file is one line, the signer key of golang.org/x/mod/sumdb/note: `PRIVATE+KEY+name+id+base64(1 || seed)`.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import type { LogSigner } from '#platform/context.ts';
import { COSIGNATURE_V1, cosignedMessage, ED25519, keyIdOf, signatureLine, utf8 } from './note.ts';

const PREFIX = 'PRIVATE+KEY+';
/** Wrapping of an Ed25519 seed (RFC 8410 section 7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The name of an agency's log in checkpoints (their origin) and of its key in signatures. */
export function logName(agencyId: AgencyId): string {
  return `icarus/custody/${agencyId}`;
}

/** A new key, as the text of its file. */
export function generateLogKey(agencyId: AgencyId): string {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const name = logName(agencyId);
  const id = keyIdOf(name, ED25519, Buffer.from(x, 'base64url'));
  const secret = Buffer.concat([Buffer.of(ED25519), Buffer.from(d, 'base64url')]).toString('base64');
  return `${PREFIX}${name}+${id}+${secret}\n`;
}

/** @throws custody/key-unreadable */
export function logSignerFrom(text: string): LogSigner {
  const [name = '', id = '', ...rest] = text.trim().slice(PREFIX.length).split('+');
  const secret = Buffer.from(rest.join('+'), 'base64');
  if (!text.startsWith(PREFIX) || secret[0] !== ED25519 || secret.length !== 33) throw unreadable();
  const pkcs8 = Buffer.concat([PKCS8_ED25519, secret.subarray(1)]);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const point = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');
  if (id !== keyIdOf(name, ED25519, point)) throw unreadable();
  const cosignatureId = keyIdOf(name, COSIGNATURE_V1, point);
  return {
    name,
    verifierKey: `${name}+${id}+${Buffer.concat([Buffer.of(ED25519), point]).toString('base64')}`,
    sign: (noteText) => signatureLine(name, id, sign(null, utf8(noteText), key)),
    cosign(noteText, at) {
      const seconds = Math.floor(at.getTime() / 1000);
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(seconds));
      const signature = sign(null, cosignedMessage(noteText, seconds), key);
      return signatureLine(name, cosignatureId, Buffer.concat([time, signature]));
    },
  };
}

function unreadable(): IcarusError {
  return new IcarusError('custody/key-unreadable', { reason: 'the file log-key is damaged' });
}
