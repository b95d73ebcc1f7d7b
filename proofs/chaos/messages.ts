/** What the nodes of the harness send each other, and how a node answers the harness. */
import { createHash } from 'node:crypto';
import type { AgencyId } from '#core/ids.ts';

export const KINDS = ['note', 'alarm', 'bundle'] as const;
export type Kind = (typeof KINDS)[number];

/** An order to send; `key` is the harness's own name for the message, told in its content. */
export interface Order {
  readonly key: string;
  readonly kind: Kind;
  readonly to: readonly AgencyId[];
  readonly files: number;
  readonly fileBytes: number;
}

/** What a node says to the harness: that it runs, or that what an order asked for is committed. */
export type Word =
  | { readonly say: 'ready' }
  | { readonly say: 'posted'; readonly key: string; readonly messageId: string; readonly sha256: string }
  | { readonly say: 'failed'; readonly key: string; readonly reason: string };

/** File `index` of an order: the same bytes wherever they are made, so that the recipient's can be compared. */
export function contentOf(key: string, index: number, sizeBytes: number): Uint8Array {
  const bytes = Buffer.alloc(sizeBytes);
  const block = createHash('sha512').update(`${key}/${index}`).digest();
  for (let at = 0; at < sizeBytes; at += block.length) block.copy(bytes, at);
  return bytes;
}

/** Names all content of an order. */
export function digestOf({ key, files, fileBytes }: Pick<Order, 'key' | 'files' | 'fileBytes'>): string {
  const hash = createHash('sha256');
  for (let index = 0; index < files; index++) hash.update(contentOf(key, index, fileBytes));
  return hash.digest('hex');
}

export const KEY_FILE = 'key.txt';
export const fileName = (index: number): string => `part-${String(index).padStart(3, '0')}.bin`;
