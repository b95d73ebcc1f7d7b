/** Content that is read where it is, for messages of one small document. */
import { concatBytes } from '#seal/bytes.ts';
import type { PackageSink } from '#seal/sink.ts';

/** @param limitBytes what is beyond is not kept: whoever reads it looks at the sizes of the files first */
export function memorySink(limitBytes: number): PackageSink & {
  /** All that was kept. */
  bytes(): Uint8Array;
} {
  let chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  return {
    async create() {
      return {
        async write(bytes) {
          sizeBytes += bytes.length;
          if (sizeBytes <= limitBytes) chunks.push(bytes);
        },
        async close() {},
      };
    },
    async commit() {},
    async discard() {
      chunks = [];
    },
    bytes: () => concatBytes(chunks),
  };
}
