/**
 * Signed statements: SSHSIG (OpenSSH PROTOCOL.sshsig) over exact bytes, with SHA-512, as
 * `ssh-keygen -Y sign` writes and `ssh-keygen -Y verify` checks them. Each kind of statement has a
 * namespace of its own, so that a signature given for one is worth nothing for another.
 */
import { IcarusError } from '#core/errors.ts';
import { newHash } from '#primitives';
import { base64Of, concatBytes, fromBase64, sameBytes, utf8 } from './bytes.ts';
import type { Signer } from './keys.ts';
import { publicKeyBlob, publicKeyLine, signatureHolds } from './public-key.ts';
import { sshString, uint32, wireReader } from './ssh-wire.ts';

/** What a statement is: rooms name their own, `receipt@icarus` for example. */
export type Namespace = `${string}@icarus`;

const MAGIC = utf8('SSHSIG');
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
    concatBytes([
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
  if (parsed === undefined) throw invalid('the signature is not one that OpenSSH writes');
  const publicKey = publicKeyLine(parsed.keyBlob);
  if (publicKey === undefined) throw invalid('it is made with a type of key that does not sign here');
  if (parsed.namespace !== namespace) throw invalid('it was signed as another kind of statement');
  if (!signatureHolds(parsed.keyBlob, parsed.signature, signedData(namespace, bytes)))
    throw invalid('the signature does not fit the text');
  return publicKey;
}

function invalid(reason: string): IcarusError {
  return new IcarusError('seal/signature-invalid', { reason });
}

function signedData(namespace: Namespace, bytes: Uint8Array): Uint8Array {
  const hash = newHash(HASH);
  hash.update(bytes);
  const parts = [sshString(namespace), sshString(''), sshString(HASH), sshString(hash.digest())];
  return concatBytes([MAGIC, ...parts]);
}

function armor(blob: Uint8Array): string {
  const lines = base64Of(blob).match(/.{1,70}/g) ?? [];
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

interface ParsedSignature {
  readonly keyBlob: Uint8Array;
  readonly namespace: string;
  /** The SSH signature blob, not yet read. */
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
    const signature = file.bytes();
    file.end();
    return reserved.length === 0 && hash === HASH ? { keyBlob, namespace, signature } : undefined;
  } catch {
    return undefined;
  }
}
