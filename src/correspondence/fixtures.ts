/** Attachments for tests. */
import type { AttachmentSource } from './send.ts';

/** A file in memory. */
export function sourceOf(name: string, bytes: Uint8Array): AttachmentSource {
  return {
    name,
    sizeBytes: bytes.length,
    content: async function* content() {
      yield bytes;
    },
  };
}
