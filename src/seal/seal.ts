/**
 * Sealing: entries in, one `.icarus` file out, in one pass and with constant memory (the list of names
 * apart). Every size is known from the entries' sizes before the first byte is written, so nothing is
 * written twice. Either the whole package was given to the output or an error is thrown; the output
 * must not be shown to anyone before that.
 */
import { IcarusError } from '#core/errors.ts';
import { digester } from '#primitives';
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
import { concatBytes, utf8 } from './bytes.ts';
import {
  checkEnvelopeFields,
  type Envelope,
  type EnvelopeFields,
  envelopeBytes,
  PACKAGE_FORMAT,
  PAYLOAD_FILE,
} from './envelope.ts';
import type { Signer } from './keys.ts';
import { packageDigests } from './package-digests.ts';
import { isSafePath, pathSet } from './paths.ts';
import type { Digester } from './primitives/types.ts';
import type { ByteSink } from './sink.ts';
import { type Namespace, signStatement } from './sshsig.ts';
import { BLOCK_BYTES, TAR_END, tarEntry, tarEntryBytes, tarHeader, tarPadding } from './tar.ts';

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
  const { envelope: fields } = request;
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
  return await writePackage(request, { bag, age, output: watched(request) });
}

async function writePackage(
  { envelope: fields, signer }: SealRequest,
  { bag, age, output }: { bag: Bag; age: AgeWriter; output: WatchedOutput },
): Promise<SealedPackage> {
  const sizeBytes = age.fileBytes(bagTarBytes(bag));
  const digests = packageDigests(sizeBytes);
  const around = async (bytes: Uint8Array): Promise<void> => {
    await digests.around(bytes);
    await output.write(bytes);
  };
  try {
    await around(tarHeader({ path: `${fields.id}/${PAYLOAD_FILE}`, sizeBytes }));
    const { plaintext, contentDigest } = bagTar(bag);
    for await (const chunk of age.encrypt(plaintext)) {
      await digests.ciphertext(chunk);
      await output.write(chunk);
    }
    const content = { file: PAYLOAD_FILE, sizeBytes, ...(await digests.ofCiphertext()) } as const;
    const envelope: Envelope = { ...fields, format: PACKAGE_FORMAT, ...content };
    const json = envelopeBytes(envelope);
    const signature = utf8(await signStatement(signer, ENVELOPE_NAMESPACE, json));
    const sums = utf8(sumsText({ json, signature, ciphertextSha512: envelope.sha512 }));
    await around(
      concatBytes([
        tarPadding(sizeBytes),
        tarEntry(`${fields.id}/package.json`, json),
        tarEntry(`${fields.id}/package.json.sig`, signature),
        tarEntry(`${fields.id}/SHA512SUMS`, sums),
        TAR_END,
      ]),
    );
    const sha256 = await digests.ofFile();
    return { envelope, sizeBytes: output.sizeBytes(), sha256, contentDigest: contentDigest() };
  } finally {
    digests.release();
  }
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
    const excess = paths.excess();
    if (excess !== undefined) throw new IcarusError('seal/too-large', excess);
    checked.push(entry);
  }
  return checked;
}

interface WatchedOutput extends ByteSink {
  sizeBytes(): number;
}

function watched({ output, signal, onProgress }: SealRequest): WatchedOutput {
  let sizeBytes = 0;
  return {
    async write(bytes) {
      signal?.throwIfAborted();
      await output.write(bytes);
      sizeBytes += bytes.length;
      onProgress?.(sizeBytes);
    },
    sizeBytes: () => sizeBytes,
  };
}

interface Bag {
  readonly entries: readonly PackageEntry[];
  readonly info: string;
  readonly signer: Signer;
}

/** The size that `bagTar` will have. Its last file, the signature, always takes one block. */
function bagTarBytes({ entries, info }: Bag): number {
  const tags = [
    { path: `${BAG}bagit.txt`, sizeBytes: BAGIT_TXT.length },
    { path: `${BAG}bag-info.txt`, sizeBytes: utf8(info).length },
    { path: `${BAG}manifest-sha512.txt`, sizeBytes: manifestBytes(entries.map((entry) => entry.path)) },
    { path: `${BAG}tagmanifest-sha512.txt`, sizeBytes: TAG_MANIFEST_BYTES },
    { path: `${BAG}tagmanifest-sha512.txt.sig`, sizeBytes: BLOCK_BYTES },
  ];
  const files = entries.map(({ path, sizeBytes }) => ({ path: `${BAG}data/${path}`, sizeBytes }));
  return [...tags, ...files].reduce((sum, entry) => sum + tarEntryBytes(entry), TAR_END.length);
}

/** The inner archive, and the digest of its content once all of it was given out. */
function bagTar(bag: Bag): { plaintext: AsyncIterable<Uint8Array>; contentDigest(): string } {
  let contentDigest = '';
  async function* archive(): AsyncGenerator<Uint8Array, void> {
    yield concatBytes([
      tarEntry(`${BAG}bagit.txt`, utf8(BAGIT_TXT)),
      tarEntry(`${BAG}bag-info.txt`, utf8(bag.info)),
    ]);
    const files: PackagedFile[] = [];
    for (const { path, sizeBytes, content } of bag.entries) {
      const digests = digester(['sha512'], sizeBytes);
      try {
        yield tarHeader({ path: `${BAG}data/${path}`, sizeBytes });
        yield* hashedExactly(content(), { digests, sizeBytes, position: files.length + 1 });
        yield tarPadding(sizeBytes);
        files.push({ path, sizeBytes, sha512: await digests.digest(0) });
      } finally {
        digests.release();
      }
    }
    const manifest = manifestText(files);
    const tagManifest = tagManifestText({ bagInfo: bag.info, manifestSha512: sha512(manifest) });
    const signature = await signStatement(bag.signer, MANIFEST_NAMESPACE, utf8(tagManifest));
    contentDigest = sha512(tagManifest);
    yield concatBytes([
      tarEntry(`${BAG}manifest-sha512.txt`, utf8(manifest)),
      tarEntry(`${BAG}tagmanifest-sha512.txt`, utf8(tagManifest)),
      tarEntry(`${BAG}tagmanifest-sha512.txt.sig`, utf8(signature)),
      TAR_END,
    ]);
  }
  return { plaintext: archive(), contentDigest: () => contentDigest };
}

async function* hashedExactly(
  content: AsyncIterable<Uint8Array>,
  { digests, sizeBytes, position }: { digests: Digester; sizeBytes: number; position: number },
): AsyncGenerator<Uint8Array, void> {
  let left = sizeBytes;
  for await (const chunk of content) {
    left -= chunk.length;
    if (left < 0) break;
    await digests.update(chunk);
    yield chunk;
  }
  if (left !== 0) throw new IcarusError('seal/entry-changed', { position });
}
