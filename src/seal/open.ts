/**
 * Checking and opening a package. Content is written aside while it is read, because a package is one
 * stream, and becomes visible only when every line of the checklist holds. The verdict follows the
 * checklist, not the order of the bytes: of several faults the first on the list is named.
 */
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { type BagInfo, type PackagedFile, readBagInfo } from './bag.ts';
import { sameBytes, textOf, utf8 } from './bytes.ts';
import { type AgencyCard, keyStanding } from './card.ts';
import { type Container, DEFAULT_LIMITS, type ReadOptions, readContainer } from './container.ts';
import { type StagedContent, stageContent } from './content.ts';
import { type Envelope, readEnvelopeText } from './envelope.ts';
import { ENVELOPE_NAMESPACE, sumsText } from './seal.ts';
import type { PackageSink } from './sink.ts';
import { statementSigner } from './sshsig.ts';

/** The cards that this node trusts. */
export interface Keyring {
  cardOf(agencyId: AgencyId): AgencyCard | undefined;
}

export interface CheckedPackage {
  readonly envelope: Envelope;
  /** The public key that signed the envelope, a key of the sender's card. */
  readonly signedBy: string;
  /** Of the whole `.icarus` file. */
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface OpenedPackage extends CheckedPackage {
  readonly bagInfo: BagInfo;
  readonly files: readonly PackagedFile[];
  /** SHA-512 of the tag manifest: names the content, whoever it is encrypted for. */
  readonly contentDigest: string;
}

export interface OpenRequest extends ReadOptions {
  /** The `.icarus` file from its beginning. */
  readonly stream: AsyncIterable<Uint8Array>;
  readonly keyring: Keyring;
  /** age identities of this agency, present and earlier ones. */
  readonly identities: readonly string[];
  readonly me: AgencyId;
  /** When the package was received: keys revoked by then are refused. */
  readonly at: Date;
  readonly sink: PackageSink;
  /**
   * SHA-256 of the file that passed `readEnvelope` before: then the digests of its ciphertext are not taken again, for the
   * same bytes have the same. Default: they are.
   */
  readonly checkedSha256?: string;
}

/** Two clocks may differ by so much before a package comes from the future. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/**
 * A courier's check, without any decryption key: the envelope is the sender's and the ciphertext is the
 * one that they signed.
 *
 * @throws `seal/malformed`, `seal/truncated`, `seal/too-large`, `seal/signature-invalid`,
 *   `seal/unknown-sender`, `seal/key-…`, `seal/created-in-future`, `seal/ciphertext-altered`
 */
export async function readEnvelope(
  stream: AsyncIterable<Uint8Array>,
  keyring: Keyring,
  at: Date,
  options: ReadOptions = {},
): Promise<CheckedPackage> {
  const container = await readContainer(stream, () => Promise.resolve(), options);
  const checked = checkEnvelope(container, keyring, at);
  checkCiphertext(container, checked.envelope);
  return checked;
}

/**
 * Opens a package that is addressed to `me` into `sink`.
 *
 * @throws what `readEnvelope` throws, then `seal/not-addressed`, `seal/no-identity`,
 *   `seal/content-altered`, `seal/readdressed`, `seal/unsafe-path`, `seal/duplicate-path`; the sink is
 *   discarded then
 */
export async function openPackage(request: OpenRequest): Promise<OpenedPackage> {
  const { keyring, at, me, sink, signal, checkedSha256 } = request;
  try {
    const staging = staged(request);
    const container = await readContainer(request.stream, (ciphertext) => staging.run(ciphertext), {
      ...request,
      fileDigestOnly: checkedSha256 !== undefined,
    });
    const { envelope, ...checked } = checkEnvelope(container, keyring, at);
    checkAddressee(envelope, me);
    checkCiphertext(container, envelope, checkedSha256);
    const content = staging.outcome();
    const bagInfo = checkBagInfo(content, envelope);
    checkInnerSigner(content, checked.signedBy);
    signal?.throwIfAborted();
    await sink.commit();
    return { envelope, ...checked, bagInfo, files: content.files, contentDigest: content.contentDigest };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/** Keeps what went wrong inside until the outside has been judged. */
function staged({ sink, identities, limits = DEFAULT_LIMITS, signal }: OpenRequest) {
  let content: StagedContent | undefined;
  let failure: unknown;
  return {
    async run(ciphertext: Parameters<typeof stageContent>[0]): Promise<void> {
      try {
        content = await stageContent(ciphertext, { identities, limits, sink });
      } catch (error) {
        signal?.throwIfAborted();
        failure = error;
      }
    },
    outcome(): StagedContent {
      if (content === undefined) throw failure;
      return content;
    },
  };
}

function checkEnvelope(container: Container, keyring: Keyring, at: Date): CheckedPackage {
  const { json, sizeBytes, sha256 } = container;
  // The envelope is parsed only after its signature holds for some key; then that key must be the sender's.
  const signedBy = statementSigner(textOf(container.signature) ?? '', ENVELOPE_NAMESPACE, json);
  const envelope = readEnvelopeText(json);
  checkKey(envelope, { signedBy, keyring, at });
  if (container.folder !== envelope.id) throw new IcarusError('seal/envelope-invalid', { field: 'id' });
  return { envelope, signedBy, sizeBytes, sha256 };
}

function checkKey(
  { from, createdAt }: Envelope,
  { signedBy, keyring, at }: { signedBy: string; keyring: Keyring; at: Date },
): void {
  const card = keyring.cardOf(from);
  if (card === undefined) throw new IcarusError('seal/unknown-sender', { agency: from });
  const signedAt = new Date(createdAt);
  const standing = keyStanding(card, signedBy, { signedAt, checkedAt: at });
  if (standing !== 'valid') throw new IcarusError(`seal/key-${standing}`, { agency: from });
  if (signedAt.getTime() > at.getTime() + CLOCK_TOLERANCE_MS) {
    throw new IcarusError('seal/created-in-future', { createdAt });
  }
}

function checkAddressee(envelope: Envelope, me: AgencyId): void {
  if (!envelope.to.includes(me)) throw new IcarusError('seal/not-addressed', { agency: me });
}

function checkCiphertext(
  { ciphertext: { sizeBytes, digests }, sha256, json, signature, sums }: Container,
  envelope: Envelope,
  checkedSha256?: string,
): void {
  const same = digests
    ? digests.sha256 === envelope.sha256 && digests.sha512 === envelope.sha512
    : sha256 === checkedSha256;
  if (!same || sizeBytes !== envelope.sizeBytes) throw new IcarusError('seal/ciphertext-altered');
  const expected = sumsText({ json, signature, ciphertextSha512: envelope.sha512 });
  if (!sameBytes(sums, utf8(expected)))
    throw new IcarusError('seal/malformed', { reason: 'its SHA512SUMS are wrong' });
}

function checkBagInfo(content: StagedContent, envelope: Envelope): BagInfo {
  const payload = {
    files: content.files.length,
    sizeBytes: content.files.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
  return readBagInfo(content.bagInfo, envelope, payload);
}

/** One sealing is one key's: content signed by another was put into this envelope by someone. */
function checkInnerSigner(content: StagedContent, signedBy: string): void {
  if (content.signedBy !== signedBy) throw new IcarusError('seal/readdressed');
}
