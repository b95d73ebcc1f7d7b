/**
 * Secret signing keys of an agency: Ed25519 in OpenSSH's own formats, so that `ssh-keygen` reads and checks
 * them. Nothing here touches a disk; keys that never leave an agent or a token sign through
 * #platform/ssh-agent.ts. Keys for decryption are in age-keys.ts.
 */
import { IcarusError } from '#core/errors.ts';
import { ed25519Key, randomBytes } from '#primitives';
import { base64Of, concatBytes, fromBase64, sameBytes, utf8 } from './bytes.ts';
import { ED25519, publicKeyLine } from './public-key.ts';
import { sshString, uint32, WireError, type WireReader, wireReader } from './ssh-wire.ts';

/** Something that signs: a key in memory here, an ssh-agent or a token elsewhere. */
export interface Signer {
  /** One line as in `id_ed25519.pub`: type, base64 blob, comment. Its type is one of `KeyType`. */
  readonly publicKey: string;
  /** The SSH signature blob over `bytes` (RFC 8709 section 6 for Ed25519), as an ssh-agent answers it. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

const AUTH_MAGIC = utf8('openssh-key-v1\0');
const PEM_BEGIN = '-----BEGIN OPENSSH PRIVATE KEY-----';
const PEM_END = '-----END OPENSSH PRIVATE KEY-----';
const COMMENT = /^[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?$/;

/**
 * A new Ed25519 key pair. The private key is an unencrypted OpenSSH private key file (PROTOCOL.key):
 * keep it readable by its owner alone.
 *
 * @param comment up to 100 printable ASCII characters, for example `dk signing 2011`
 */
export function generateSigningKey(comment: string): { privateKey: string; publicKey: string } {
  if (!COMMENT.test(comment))
    throw new IcarusError('seal/key-unreadable', { reason: 'its comment is not plain text' });
  const seed = randomBytes(32);
  const point = ed25519Key(seed).publicKey;
  const blob = concatBytes([sshString(ED25519), sshString(point)]);
  const check = randomBytes(4);
  const secret = concatBytes([check, check, blob, sshString(concatBytes([seed, point])), sshString(comment)]);
  const padding = Uint8Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1);
  const file = concatBytes([
    AUTH_MAGIC,
    sshString('none'),
    sshString('none'),
    sshString(''),
    uint32(1),
    sshString(blob),
    sshString(concatBytes([secret, padding])),
  ]);
  const lines = base64Of(file).match(/.{1,70}/g) ?? [];
  return {
    privateKey: `${[PEM_BEGIN, ...lines, PEM_END].join('\n')}\n`,
    publicKey: `${ED25519} ${base64Of(blob)} ${comment}`,
  };
}

/**
 * A signer from an OpenSSH private key file without passphrase.
 *
 * @throws `seal/key-unreadable`; `seal/key-needs-agent` for a key with a passphrase or of another type
 */
export function signerFrom(privateKey: string): Signer {
  const { seed, blob, comment } = readPrivateKey(privateKey);
  const key = ed25519Key(seed);
  return {
    publicKey: `${ED25519} ${base64Of(blob)} ${comment}`.trimEnd(),
    sign: (bytes) => Promise.resolve(concatBytes([sshString(ED25519), sshString(key.sign(bytes))])),
  };
}

function readPrivateKey(pem: string): { seed: Uint8Array; blob: Uint8Array; comment: string } {
  const lines = pem.trim().split(/\r?\n/);
  if (lines.shift() !== PEM_BEGIN || lines.pop() !== PEM_END)
    throw unreadable('it is not an OpenSSH private key');
  const file = fromBase64(lines.join(''));
  if (file === undefined) throw unreadable('its text is damaged');
  try {
    return readPrivateBlob(wireReader(file));
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw new IcarusError('seal/key-unreadable', { reason: 'its text is damaged' }, { cause });
  }
}

function readPrivateBlob(file: WireReader): { seed: Uint8Array; blob: Uint8Array; comment: string } {
  file.literal(AUTH_MAGIC);
  if (file.text() !== 'none') throw needsAgent('it is protected by a passphrase');
  file.bytes();
  file.bytes();
  if (file.uint32() !== 1) throw unreadable('it holds more than one key');
  const blob = file.bytes();
  const secret = wireReader(file.bytes());
  file.end();
  if (secret.uint32() !== secret.uint32()) throw unreadable('its text is damaged');
  if (secret.text() !== ED25519) {
    throw publicKeyLine(blob) === undefined
      ? unreadable('it is not an Ed25519 key')
      : needsAgent('only Ed25519 keys sign from a file');
  }
  const point = secret.bytes();
  const pair = secret.bytes();
  const seed = pair.subarray(0, 32);
  const agrees =
    pair.length === 64 && sameBytes(pair.subarray(32), point) && sameBytes(ed25519Key(seed).publicKey, point);
  if (!agrees || !sameBytes(blob, concatBytes([sshString(ED25519), sshString(point)]))) {
    throw unreadable('its two halves disagree');
  }
  return { seed, blob, comment: secret.text().replaceAll(/[^\x20-\x7e]/g, '') };
}

function unreadable(reason: string): IcarusError {
  return new IcarusError('seal/key-unreadable', { reason });
}

function needsAgent(reason: string): IcarusError {
  return new IcarusError('seal/key-needs-agent', { reason });
}
