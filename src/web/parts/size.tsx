import { exactSize, size } from '#web/words/format.ts';

/** A number of bytes in decimal units, every byte on hover. */
export function Size({ bytes }: { bytes: number }) {
  return <span title={exactSize(bytes)}>{size(bytes)}</span>;
}
