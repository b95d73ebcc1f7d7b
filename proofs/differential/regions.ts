/** Where the parts of a package lie in its bytes, so that each can be damaged alone. */
import { BLOCK_BYTES } from '#seal/tar.ts';

export interface Region {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Headers, contents, paddings of an archive in our form, and its end. Contents are named by `nameOf`. */
export function archiveRegions(tar: Buffer, nameOf: (index: number, path: string) => string): Region[] {
  const regions: Region[] = [];
  let at = 0;
  for (let index = 0; tar[at] !== 0 && at < tar.length; index++) {
    const start = at;
    if (tar[at + 156] === 0x78) at += BLOCK_BYTES + padded(sizeAt(tar, at));
    const path = tar
      .subarray(at, at + 100)
      .toString('latin1')
      .replace(/\0.*$/s, '');
    const size = sizeAt(tar, at);
    at += BLOCK_BYTES;
    regions.push({ name: 'header', start, end: at });
    regions.push({ name: nameOf(index, path), start: at, end: at + size });
    regions.push({ name: 'padding', start: at + size, end: at + padded(size) });
    at += padded(size);
  }
  regions.push({ name: 'end', start: at, end: tar.length });
  return regions.filter((region) => region.end > region.start);
}

/** The outside of a package, with the ciphertext split into header, payload and last chunk. */
export function packageRegions(file: Buffer): Region[] {
  const names = ['ciphertext', 'envelope', 'envelope signature', 'sums'];
  return archiveRegions(file, (index) => names[index] ?? 'other').flatMap((region) =>
    region.name === 'ciphertext' ? ciphertextRegions(file, region) : [region],
  );
}

export function bagRegions(tar: Buffer): Region[] {
  const known: Readonly<Record<string, string>> = {
    'bag/bagit.txt': 'bagit',
    'bag/bag-info.txt': 'bag-info',
    'bag/manifest-sha512.txt': 'manifest',
    'bag/tagmanifest-sha512.txt': 'tag manifest',
    'bag/tagmanifest-sha512.txt.sig': 'tag manifest signature',
  };
  return archiveRegions(tar, (_, path) => known[path] ?? 'data');
}

function ciphertextRegions(file: Buffer, { start, end }: Region): Region[] {
  const header = file.indexOf('\n', file.indexOf('\n--- ', start) + 1) + 1;
  const chunk = 64 * 1024 + 16;
  const last = header + 16 + Math.floor(Math.max(0, end - header - 17) / chunk) * chunk;
  return [
    { name: 'age header', start, end: header },
    { name: 'age nonce', start: header, end: header + 16 },
    { name: 'age payload', start: header + 16, end },
    { name: 'age last chunk', start: last, end },
  ];
}

function sizeAt(tar: Buffer, at: number): number {
  return Number.parseInt(tar.subarray(at + 124, at + 135).toString('latin1'), 8);
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
}
