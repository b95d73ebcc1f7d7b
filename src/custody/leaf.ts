/** A leaf of the custody log: what is left of an event when its bytes are erased (docs/formats/custody-log.md). */
import { createHash } from 'node:crypto';

/** RFC 6962 section 2.1: leaves begin with 0, inner nodes with 1, so that neither passes for the other. */
const LEAF_PREFIX = Buffer.of(0);

/**
 * SHA-256 of 0x00, the event's 16 bytes of salt and its exact bytes. The salt keeps whoever has only the
 * hash from trying out what an erased event may have said.
 */
export function leafHash(salt: Uint8Array, event: string): Buffer {
  return createHash('sha256').update(LEAF_PREFIX).update(salt).update(event, 'utf8').digest();
}
