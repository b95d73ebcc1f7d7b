/**
 * Sealing: entries in, one `.icarus` file out, in one pass and with constant memory (the list of names
 * apart). Every size is known from the entries' sizes before the first byte is written, so nothing is
 * written twice. Either the whole package was given to the output or an error is thrown; the output
 * must not be shown to anyone before that.
 */
import { createHash, type Hash } from 'node:crypto';
import { IcarusError } from '#core/errors.ts';
import { type AgeWriter, ageWriter } from './age.ts';
import {
  BAG,
  BAGIT_TXT,
  type BagInfo,
  bagInfoText,
  MANIFEST_NAMESPACE,
  manifestBytes,
  manifestText,
  type PackagedFile,
  sha512,
  TAG_MANIFEST_BYTES,
  tagManifestText,
} from './bag.ts';
import { utf8 } from './bytes.ts';
import {
  checkEnvelopeFields,
  type Envelope,
  type EnvelopeFields,
  envelopeBytes,
  PACKAGE_FORMAT,
  PAYLOAD_FILE,
} from './envelope.ts';
import type { Signer } from './keys.ts';
import { isSafePath, pathSet } from './paths.ts';
import type { ByteSink } from './sink.ts';
import { type Namespace, signStatement } from './sshsig.ts';
import { BLOCK_BYTES, TAR_END, tarEntryBytes, tarHeader, tarPadding } from './tar.ts';

export const ENVELOPE_NAMESPACE: Namespace = 'envelope@icarus';

/** One file to seal. */
export interface PackageEntry {
  /** Relative to the content, with `/`; see docs/formats/sealed-package.md for the names allowed. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Read once; must give exactly `sizeBytes` bytes. */
  readonly content: () => AsyncIterable<Uint8Array>;
}

export interface SealRequest {
  readonly envelope: EnvelopeFields;
  readonly entries: Iterable<PackageEntry> | AsyncIterable<PackageEntry>;
  /** age recipients of the addressees, all classical or all post-quantum: `recipientsOf` their cards. */
  readonly recipients: readonly string[];
  /** Holds a key of the sender's card. */
  readonly signer: Signer;
  readonly bagInfo?: BagInfo;
  readonly output: ByteSink;
  readonly signal?: AbortSignal;
  /** Called with the bytes written so far. */
  readonly onProgress?: (doneBytes: number) => void;
}

export interface SealedPackage {
  readonly envelope: Envelope;
  /** Of the whole `.icarus` file. */
  readonly sizeBytes: number;
  readonly sha256: string;
  /** SHA-512 of the tag manifest: names the content, whoever it is encrypted for. */
  readonly contentDigest: string;
}

/**
 * Seals a package for its addressees.
 *
 * @throws `seal/envelope-invalid`, `seal/bag-info-invalid`, `seal/unsafe-path`, `seal/duplicate-path`,
 *   `seal/recipients-invalid`, `seal/recipients-mixed` before anything is written; `seal/entry-changed`
 *   when an entry gives another number of bytes than it said
 */
export async function sealPackage(request: SealRequest): Promise<SealedPackage> {
  const { envelope: fields, output, signal } = request;
  checkEnvelopeFields(fields);
  const entries = await checkedEntries(request.entries);
  const payload = {
    files: entries.length,
    sizeBytes: entries.reduce((sum, entry) => sum + entry.sizeBytes, 0),
  };
  const bag: Bag = {
    entries,
    info: bagInfoText(fields, payload, request.bagInfo ?? {}),
    signer: request.signer,
  };
  const age = await ageWriter(request.recipients);
  const file = meteredOutput(output, { signal, onProgress: request.onProgress });

  const { contentDigest, ...ciphertext } = await writeCiphertext(file, { id: fields.id, age, bag });
  const envelope: Envelope = { ...fields, format: PACKAGE_FORMAT, file: PAYLOAD_FILE, ...ciphertext };
  const json = envelopeBytes(envelope);
  const signature = utf8(await signStatement(request.signer, ENVELOPE_NAMESPACE, json));
  const sums = utf8(sumsText({ json, signature, ciphertextSha512: envelope.sha512 }));
  for (const [name, bytes] of [
    ['package.json', json],
    ['package.json.sig', signature],
    ['SHA512SUMS', sums],
  ] as const) {
    await file.write(smallEntry(`${fields.id}/${name}`, bytes));
  }
  await file.write(TAR_END);
  return { envelope, ...file.finish(), contentDigest };
}

/** `SHA512SUMS` of the package's folder, for `sha512sum -c`. */
export function sumsText(parts: {
  json: Uint8Array;
  signature: Uint8Array;
  ciphertextSha512: string;
}): string {
  return [
    `${parts.ciphertextSha512}  ${PAYLOAD_FILE}\n`,
    `${sha512(parts.json)}  package.json\n`,
    `${sha512(parts.signature)}  package.json.sig\n`,
  ].join('');
}

async function checkedEntries(entries: SealRequest['entries']): Promise<PackageEntry[]> {
  const checked: PackageEntry[] = [];
  const paths = pathSet();
  for await (const entry of entries) {
    const position = checked.length + 1;
    if (!isSafePath(entry.path)) throw new IcarusError('seal/unsafe-path', { position });
    if (!paths.add(entry.path)) throw new IcarusError('seal/duplicate-path', { position });
    checked.push(entry);
  }
  return checked;
}

interface MeteredOutput extends ByteSink {
  finish(): { sizeBytes: number; sha256: string };
}

function meteredOutput(
  output: ByteSink,
  watch: { signal: AbortSignal | undefined; onProgress: SealRequest['onProgress'] },
): MeteredOutput {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    async write(bytes) {
      watch.signal?.throwIfAborted();
      hash.update(bytes);
      await output.write(bytes);
      sizeBytes += bytes.length;
      watch.onProgress?.(sizeBytes);
    },
    finish: () => ({ sizeBytes, sha256: hash.digest('hex') }),
  };
}

interface Bag {
  readonly entries: readonly PackageEntry[];
  readonly info: string;
  readonly signer: Signer;
}

async function writeCiphertext(
  file: ByteSink,
  { id, age, bag }: { id: string; age: AgeWriter; bag: Bag },
): Promise<Pick<Envelope, 'sizeBytes' | 'sha256' | 'sha512'> & { contentDigest: string }> {
  const sizeBytes = age.fileBytes(bagTarBytes(bag));
  await file.write(tarHeader({ path: `${id}/${PAYLOAD_FILE}`, sizeBytes }));
  const digests = { sha256: createHash('sha256'), sha512: createHash('sha512') };
  let contentDigest = '';
  const plaintext = bagTar(bag, (digest) => {
    contentDigest = digest;
  });
  for await (const chunk of age.encrypt(plaintext)) {
    digests.sha256.update(chunk);
    digests.sha512.update(chunk);
    await file.write(chunk);
  }
  await file.write(tarPadding(sizeBytes));
  return {
    sizeBytes,
    sha256: digests.sha256.digest('hex'),
    sha512: digests.sha512.digest('hex'),
    contentDigest,
  };
}

/** The size that `bagTar` will have. Its last file, the signature, always takes one block. */
function bagTarBytes({ entries, info }: Bag): number {
  const tags = [
    { path: `${BAG}bagit.txt`, sizeBytes: BAGIT_TXT.length },
    { path: `${BAG}bag-info.txt`, sizeBytes: Buffer.byteLength(info) },
    { path: `${BAG}manifest-sha512.txt`, sizeBytes: manifestBytes(entries.map((entry) => entry.path)) },
    { path: `${BAG}tagmanifest-sha512.txt`, sizeBytes: TAG_MANIFEST_BYTES },
    { path: `${BAG}tagmanifest-sha512.txt.sig`, sizeBytes: BLOCK_BYTES },
  ];
  const files = entries.map(({ path, sizeBytes }) => ({ path: `${BAG}data/${path}`, sizeBytes }));
  return [...tags, ...files].reduce((sum, entry) => sum + tarEntryBytes(entry), TAR_END.length);
}

async function* bagTar(
  bag: Bag,
  onDigest: (contentDigest: string) => void,
): AsyncGenerator<Uint8Array, void> {
  yield smallEntry(`${BAG}bagit.txt`, utf8(BAGIT_TXT));
  yield smallEntry(`${BAG}bag-info.txt`, utf8(bag.info));
  const files: PackagedFile[] = [];
  for (const [index, { path, sizeBytes, content }] of bag.entries.entries()) {
    const hash = createHash('sha512');
    yield tarHeader({ path: `${BAG}data/${path}`, sizeBytes });
    yield* hashedExactly(content(), { hash, sizeBytes, position: index + 1 });
    yield tarPadding(sizeBytes);
    files.push({ path, sizeBytes, sha512: hash.digest('hex') });
  }
  const manifest = manifestText(files);
  const tagManifest = tagManifestText({ bagInfo: bag.info, manifest });
  const signature = await signStatement(bag.signer, MANIFEST_NAMESPACE, utf8(tagManifest));
  yield smallEntry(`${BAG}manifest-sha512.txt`, utf8(manifest));
  yield smallEntry(`${BAG}tagmanifest-sha512.txt`, utf8(tagManifest));
  yield smallEntry(`${BAG}tagmanifest-sha512.txt.sig`, utf8(signature));
  yield TAR_END;
  onDigest(sha512(tagManifest));
}

async function* hashedExactly(
  content: AsyncIterable<Uint8Array>,
  { hash, sizeBytes, position }: { hash: Hash; sizeBytes: number; position: number },
): AsyncGenerator<Uint8Array, void> {
  let left = sizeBytes;
  for await (const chunk of content) {
    left -= chunk.length;
    if (left < 0) break;
    hash.update(chunk);
    yield chunk;
  }
  if (left !== 0) throw new IcarusError('seal/entry-changed', { position });
}

function smallEntry(path: string, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([tarHeader({ path, sizeBytes: bytes.length }), bytes, tarPadding(bytes.length)]);
}
