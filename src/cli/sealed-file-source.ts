/** Where a sealed package is read from: its file, or the folder that `tar x` made of it. Both are the same bytes. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { requireFile } from './arguments.ts';

/** Few and large steps: a package may have gigabytes. */
const READ_BYTES = 128 * 1024;
/** In their order (docs/formats/sealed-package.md). */
const PARTS = ['package.tar.age', 'package.json', 'package.json.sig', 'SHA512SUMS'];

export interface SealedFileSource {
  readonly sizeBytes: number;
  bytes(): AsyncIterable<Uint8Array>;
}

/** @throws cli/file-unreadable for what is not there, and for a folder without the four files of a package */
export async function sealedFileSource(path: string): Promise<SealedFileSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) {
    const sizeBytes = await requireFile(path);
    return { sizeBytes, bytes: () => createReadStream(path, { highWaterMark: READ_BYTES }) };
  }
  const { TAR_END, tarEntryBytes, tarHeader, tarPadding } = await import('#seal/tar.ts');
  const name = basename(resolve(path));
  const parts: { readonly file: string; readonly path: string; readonly sizeBytes: number }[] = [];
  for (const part of PARTS) {
    const file = join(path, part);
    parts.push({ file, path: `${name}/${part}`, sizeBytes: await requireFile(file) });
  }
  return {
    sizeBytes: parts.reduce((sum, part) => sum + tarEntryBytes(part), TAR_END.length),
    async *bytes() {
      for (const part of parts) {
        yield tarHeader(part);
        yield* createReadStream(part.file, { highWaterMark: READ_BYTES });
        yield tarPadding(part.sizeBytes);
      }
      yield TAR_END;
    },
  };
}
