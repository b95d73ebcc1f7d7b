/**
 * Signed statements: SSHSIG (OpenSSH PROTOCOL.sshsig) over exact bytes, Ed25519 and SHA-512, as
 * `ssh-keygen -Y sign` writes and `ssh-keygen -Y verify` checks them. Each kind of statement has a
 * namespace of its own, so that a signature given for one is worth nothing for another.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { IcarusError } from '#core/errors.ts';
import { sameBytes } from './bytes.ts';
import { isEd25519Blob, KEY_TYPE, publicKeyBlob, type Signer } from './keys.ts';
import { fromBase64, sshString, uint32, wireReader } from './ssh-wire.ts';

/** What a statement is: rooms name their own, `receipt@icarus` for example. */
export type Namespace = `${string}@icarus`;

const MAGIC = Buffer.from('SSHSIG', 'latin1');
const VERSION = 1;
const HASH = 'sha512';
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

/** Signs `bytes` as a statement of `namespace`; the answer is armored text ending in a line feed. */
export async function signStatement(
  signer: Signer,
  namespace: Namespace,
  bytes: Uint8Array,
): Promise<string> {
  const signature = await signer.sign(signedData(namespace, bytes));
  return armor(
    Buffer.concat([
      MAGIC,
      uint32(VERSION),
      sshString(publicKeyBlob(signer.publicKey)),
      sshString(namespace),
      sshString(''),
      sshString(HASH),
      sshString(signature),
    ]),
  );
}

/**
 * Checks a statement against the keys that may have made it.
 *
 * @returns the key that signed, as it stands in `allowedPublicKeys`
 * @throws `seal/signature-invalid` for altered bytes, another kind of statement or a malformed
 *   signature; `seal/key-unknown` when it holds but was made by none of those keys
 */
export function verifyStatement(
  armored: string,
  namespace: Namespace,
  bytes: Uint8Array,
  allowedPublicKeys: readonly string[],
): string {
  const signer = statementSigner(armored, namespace, bytes);
  const allowed = allowedPublicKeys.find((key) => sameBytes(publicKeyBlob(key), publicKeyBlob(signer)));
  if (allowed === undefined) throw new IcarusError('seal/key-unknown');
  return allowed;
}

/**
 * The key that a statement's signature holds for. It says nothing about whose key that is: the caller
 * must look it up before it trusts the bytes.
 *
 * @throws `seal/signature-invalid`
 */
export function statementSigner(armored: string, namespace: Namespace, bytes: Uint8Array): string {
  const parsed = parse(armored);
  if (parsed === undefined) throw invalid('the signature is not one that OpenSSH writes with an Ed25519 key');
  if (parsed.namespace !== namespace) throw invalid('it was signed as another kind of statement');
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(parsed.keyBlob.subarray(19)).toString('base64url') },
    format: 'jwk',
  });
  if (!verify(null, signedData(namespace, bytes), key, parsed.signature)) {
    throw invalid('the signature does not fit the text');
  }
  return `${KEY_TYPE} ${Buffer.from(parsed.keyBlob).toString('base64')}`;
}

function invalid(reason: string): IcarusError {
  return new IcarusError('seal/signature-invalid', { reason });
}

function signedData(namespace: Namespace, bytes: Uint8Array): Uint8Array {
  const digest = createHash(HASH).update(bytes).digest();
  return Buffer.concat([MAGIC, sshString(namespace), sshString(''), sshString(HASH), sshString(digest)]);
}

function armor(blob: Uint8Array): string {
  const lines =
    Buffer.from(blob)
      .toString('base64')
      .match(/.{1,70}/g) ?? [];
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

interface ParsedSignature {
  readonly keyBlob: Uint8Array;
  readonly namespace: string;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

/** One signature has one text: whatever would not be armored to the same characters is refused. */
function parse(armored: string): ParsedSignature | undefined {
  const lines = armored.split('\n');
  const blob = fromBase64(lines.slice(1, -2).join(''));
  if (blob === undefined || armor(blob) !== armored) return undefined;
  try {
    const file = wireReader(blob);
    file.literal(MAGIC);
    if (file.uint32() !== VERSION) return undefined;
    const keyBlob = file.bytes();
    const namespace = file.text();
    const reserved = file.bytes();
    const hash = file.text();
    const inner = wireReader(file.bytes());
    file.end();
    const type = inner.text();
    const signature = inner.bytes();
    inner.end();
    const known = reserved.length === 0 && hash === HASH && type === KEY_TYPE;
    if (!known || !isEd25519Blob(keyBlob) || signature.length !== 64) return undefined;
    return { keyBlob, namespace, signature };
  } catch {
    return undefined;
  }
}
