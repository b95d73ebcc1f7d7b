/**
 * The inside of a package: decrypts, reads the bag and writes its files aside. It believes nothing and
 * follows no name that the rules do not allow; manifests are not parsed but compared with what they
 * must be for the files that came.
 */
import { IcarusError } from '#core/errors.ts';
import { digester, newHash } from '#primitives';
import { decryptAge } from './age.ts';
import {
  BAG,
  BAGIT_TXT,
  MANIFEST_NAMESPACE,
  MAX_BAG_INFO_BYTES,
  manifestBytes,
  manifestLine,
  type PackagedFile,
  sha512,
  tagManifestText,
} from './bag.ts';
import { type ByteReader, byteReader, hexOf, sameBytes, textOf, utf8 } from './bytes.ts';
import type { PackageLimits } from './container.ts';
import { isSafePath, pathSet } from './paths.ts';
import type { PackageSink } from './sink.ts';
import { statementSigner } from './sshsig.ts';
import { BLOCK_BYTES, readTarBytes, readTarContent, readTarHeader, type TarHeader } from './tar.ts';

export interface StagedContent {
  readonly files: readonly PackagedFile[];
  readonly bagInfo: Uint8Array;
  readonly contentDigest: string;
  /** The public key that the inner signature holds for. */
  readonly signedBy: string;
}

const DATA = `${BAG}data/`;
const EMPTY_DIGEST = sha512('');

export async function stageContent(
  ciphertext: ByteReader,
  { identities, limits, sink }: { identities: readonly string[]; limits: PackageLimits; sink: PackageSink },
): Promise<StagedContent> {
  const tar = byteReader(decryptAge(ciphertext, identities));
  const bagit = await tagFile(tar, await readTarHeader(tar), { name: 'bagit.txt', limit: BAGIT_TXT.length });
  if (!sameBytes(bagit, utf8(BAGIT_TXT))) throw altered();
  const bagInfo = await tagFile(tar, await readTarHeader(tar), {
    name: 'bag-info.txt',
    limit: MAX_BAG_INFO_BYTES,
  });
  const { files, next } = await stageFiles(tar, limits, sink);

  const manifestSha512 = await compareManifest(tar, next, files);
  const tags = utf8(tagManifestText({ bagInfo, manifestSha512 }));
  const tagsFile = await tagFile(tar, await readTarHeader(tar), {
    name: 'tagmanifest-sha512.txt',
    limit: tags.length,
  });
  if (!sameBytes(tagsFile, tags)) throw altered();
  const name = 'tagmanifest-sha512.txt.sig';
  const signature = await tagFile(tar, await readTarHeader(tar), { name, limit: BLOCK_BYTES });
  const signedBy = statementSigner(textOf(signature) ?? '', MANIFEST_NAMESPACE, tags);
  if ((await readTarHeader(tar)) !== undefined) throw altered();
  return { files, bagInfo, contentDigest: sha512(tags), signedBy };
}

async function stageFiles(
  tar: ByteReader,
  limits: PackageLimits,
  sink: PackageSink,
): Promise<{ files: PackagedFile[]; next: TarHeader | undefined }> {
  const files: PackagedFile[] = [];
  const paths = pathSet();
  let leftBytes = limits.maxContentBytes;
  for (;;) {
    const header = await readTarHeader(tar);
    if (header === undefined || !header.path.startsWith(DATA)) return { files, next: header };
    const position = files.length + 1;
    const path = header.path.slice(DATA.length);
    if (!isSafePath(path)) throw new IcarusError('seal/unsafe-path', { position });
    if (!paths.add(path)) throw new IcarusError('seal/duplicate-path', { position });
    const excess = paths.excess();
    if (excess !== undefined) throw new IcarusError('seal/too-large', excess);
    if (position > limits.maxFiles)
      throw new IcarusError('seal/too-large', { what: 'files', limit: limits.maxFiles });
    leftBytes -= header.sizeBytes;
    if (leftBytes < 0)
      throw new IcarusError('seal/too-large', { what: 'bytes', limit: limits.maxContentBytes });
    files.push({
      path,
      sizeBytes: header.sizeBytes,
      sha512: await stageFile(tar, { path, sizeBytes: header.sizeBytes }, sink),
    });
  }
}

async function stageFile(
  tar: ByteReader,
  { path, sizeBytes }: TarHeader,
  sink: PackageSink,
): Promise<string> {
  const file = await sink.create(path);
  if (sizeBytes === 0) {
    await file.close();
    return EMPTY_DIGEST;
  }
  const digests = digester(['sha512'], sizeBytes);
  try {
    for await (const chunk of readTarContent(tar, sizeBytes)) {
      await digests.update(chunk);
      await file.write(chunk);
    }
    return await digests.digest(0);
  } finally {
    digests.release();
    await file.close();
  }
}

/** Line by line, because there may be a hundred thousand. @returns its SHA-512 */
async function compareManifest(
  tar: ByteReader,
  header: TarHeader | undefined,
  files: readonly PackagedFile[],
): Promise<string> {
  const limit = manifestBytes(files.map(({ path }) => path));
  const sizeBytes = tagFileBytes(header, { name: 'manifest-sha512.txt', limit });
  if (sizeBytes !== limit) throw altered();
  const content = byteReader(readTarContent(tar, sizeBytes));
  const hash = newHash('sha512');
  for (const file of files) {
    const line = utf8(manifestLine(file));
    if (!sameBytes(await content.exactly(line.length), line)) throw altered();
    hash.update(line);
  }
  await content.drain();
  return hexOf(hash.digest());
}

async function tagFile(
  tar: ByteReader,
  header: TarHeader | undefined,
  { name, limit }: { name: string; limit: number },
): Promise<Uint8Array> {
  return readTarBytes(tar, tagFileBytes(header, { name, limit }));
}

function tagFileBytes(
  header: TarHeader | undefined,
  { name, limit }: { name: string; limit: number },
): number {
  if (header?.path === `${BAG}${name}` && header.sizeBytes <= limit) return header.sizeBytes;
  if (header === undefined || header.path.startsWith(BAG)) throw altered();
  throw new IcarusError('seal/unsafe-path', { position: 0 });
}

function altered(): IcarusError {
  return new IcarusError('seal/content-altered');
}
