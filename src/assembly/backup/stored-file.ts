/** One file of a backup on its way to the disk and back: digested, and encrypted where recipients are named. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { onDisk } from '#platform/durable-file.ts';
import { stagingFile } from '#platform/staging-folder.ts';
import { ageWriter, decryptAge } from '#seal/age.ts';
import { byteReader } from '#seal/bytes.ts';

type Bytes = AsyncIterable<Uint8Array>;

export interface Digested {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Counts and digests what passes. */
export function digesting(): { through(bytes: Bytes): AsyncGenerator<Uint8Array>; result(): Digested } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    async *through(bytes) {
      for await (const chunk of bytes) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    },
    result: () => ({ sizeBytes, sha256: hash.digest('hex') }),
  };
}

/** Writes a file of the backup, durable when this returns. `recipients` empty: in clear. What `content` reads from is let go of, however it ends. */
export async function store(
  path: string,
  content: Bytes,
  { recipients, signal }: { recipients: readonly string[]; signal: AbortSignal | undefined },
): Promise<void> {
  await onDisk(path, () => mkdir(dirname(path), { recursive: true, mode: 0o700 }));
  const source = content[Symbol.asyncIterator]();
  const held: Bytes = { [Symbol.asyncIterator]: () => source };
  const file = await stagingFile(path);
  try {
    const bytes = recipients.length === 0 ? held : (await ageWriter(recipients)).encrypt(held);
    for await (const chunk of bytes) {
      signal?.throwIfAborted();
      await file.write(chunk);
    }
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  } finally {
    await source.return?.();
  }
}

/** The content of a file of the backup. @throws backup/damaged, backup/no-identity, backup/needs-identity */
export async function* load(
  path: string,
  { identities, encrypted }: { identities: readonly string[]; encrypted: boolean },
): AsyncGenerator<Uint8Array> {
  if (encrypted && identities.length === 0) throw new IcarusError('backup/needs-identity');
  try {
    const stored = createReadStream(path, { highWaterMark: 1024 * 1024 });
    yield* encrypted ? decryptAge(byteReader(stored), identities) : stored;
  } catch (cause) {
    if (isIcarusError(cause, 'seal/no-identity')) throw new IcarusError('backup/no-identity', {}, { cause });
    if (isIcarusError(cause, 'seal/ciphertext-altered') || isMissing(cause))
      throw new IcarusError('backup/damaged', { place: path }, { cause });
    throw cause;
  }
}

/** Passes the content on and throws at its end if it is not what the manifest says. */
export async function* checked(
  bytes: Bytes,
  { expected, place }: { expected: Digested; place: string },
): AsyncGenerator<Uint8Array> {
  const digest = digesting();
  yield* digest.through(bytes);
  const { sizeBytes, sha256 } = digest.result();
  if (sizeBytes !== expected.sizeBytes || sha256 !== expected.sha256)
    throw new IcarusError('backup/damaged', { place });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
