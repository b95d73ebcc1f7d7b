/**
 * The type of a file by its first bytes, never by its name. The signatures are the registered ones of
 * each format; a file without a known signature has no type here, which says nothing about it.
 */

/** Bytes that {@link mediaTypeOf} looks at. */
export const SNIFF_BYTES = 512;

interface Signature {
  readonly type: string;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** In order: the first that fits wins. `at` counts from the beginning of the file. */
const SIGNATURES: readonly Signature[] = (
  [
    ['image/jpeg', 0, 'ffd8ff'],
    ['image/png', 0, '89504e470d0a1a0a'],
    ['image/gif', 0, '47494638'],
    ['image/bmp', 0, '424d'],
    ['image/tiff', 0, '49492a00'],
    ['image/tiff', 0, '4d4d002a'],
    ['image/x-icon', 0, '00000100'],
    ['image/jxl', 0, '0000000c4a584c20'],
    ['image/jxl', 0, 'ff0a'],
    ['image/jp2', 0, '0000000c6a502020'],
    ['image/vnd.adobe.photoshop', 0, '38425053'],
    ['video/x-matroska', 0, '1a45dfa3'],
    ['video/x-flv', 0, '464c5601'],
    ['video/x-ms-asf', 0, '3026b2758e66cf11'],
    ['video/mpeg', 0, '000001ba'],
    ['video/mpeg', 0, '000001b3'],
    ['audio/mpeg', 0, '494433'],
    ['audio/mpeg', 0, 'fffb'],
    ['audio/flac', 0, '664c6143'],
    ['audio/ogg', 0, '4f676753'],
    ['audio/midi', 0, '4d546864'],
    ['application/pdf', 0, '255044462d'],
    ['application/x-ole-storage', 0, 'd0cf11e0a1b11ae1'],
    ['application/rtf', 0, '7b5c727466'],
    ['application/zip', 0, '504b0304'],
    ['application/zip', 0, '504b0506'],
    ['application/x-7z-compressed', 0, '377abcaf271c'],
    ['application/vnd.rar', 0, '526172211a07'],
    ['application/gzip', 0, '1f8b08'],
    ['application/x-bzip2', 0, '425a68'],
    ['application/x-xz', 0, 'fd377a585a00'],
    ['application/zstd', 0, '28b52ffd'],
    ['application/x-tar', 257, '7573746172'],
    ['application/vnd.sqlite3', 0, '53514c69746520666f726d6174203300'],
    ['application/x-ewf', 0, '455646090d0aff00'],
    ['application/x-elf', 0, '7f454c46'],
    ['application/vnd.microsoft.portable-executable', 0, '4d5a'],
    ['application/x-ms-shortcut', 0, '4c0000000114020000000000c000000000000046'],
    ['application/vnd.tcpdump.pcap', 0, 'd4c3b2a1'],
    ['text/xml', 0, '3c3f786d6c20'],
    ['text/html', 0, '3c21444f435459504520'],
    ['text/x-shellscript', 0, '2321'],
  ] as const
).map(([type, at, hex]) => ({ type, at, bytes: Buffer.from(hex, 'hex') }));

/** Brands of ISO base media files (ISO/IEC 14496-12, `ftyp`), by their first letters; others are MP4. */
const BRANDS: readonly (readonly [brand: string, type: string])[] = [
  ['avif', 'image/avif'],
  ['avis', 'image/avif'],
  ['heic', 'image/heic'],
  ['heix', 'image/heic'],
  ['mif1', 'image/heif'],
  ['msf1', 'image/heif'],
  ['crx ', 'image/x-canon-cr3'],
  ['qt  ', 'video/quicktime'],
  ['3g', 'video/3gpp'],
  ['M4A', 'audio/mp4'],
  ['M4V', 'video/x-m4v'],
];

/** Forms of a RIFF file (bytes 8 to 11). */
const RIFF_FORMS: Readonly<Record<string, string>> = {
  WEBP: 'image/webp',
  'AVI ': 'video/x-msvideo',
  WAVE: 'audio/wav',
};

/** The media type that the first bytes of a file state, or null. */
export function mediaTypeOf(head: Uint8Array): string | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, SNIFF_BYTES));
  const container = bytes.length >= 12 ? containerType(bytes) : undefined;
  if (container !== undefined) return container;
  const found = SIGNATURES.find(
    ({ at, bytes: signature }) =>
      bytes.length >= at + signature.length &&
      bytes.compare(signature, 0, signature.length, at, at + signature.length) === 0,
  );
  return found?.type ?? null;
}

function containerType(bytes: Buffer): string | undefined {
  if (bytes.toString('latin1', 4, 8) === 'ftyp') {
    const brand = bytes.toString('latin1', 8, 12);
    return BRANDS.find(([start]) => brand.startsWith(start))?.[1] ?? 'video/mp4';
  }
  if (bytes.toString('latin1', 0, 4) === 'RIFF') return RIFF_FORMS[bytes.toString('latin1', 8, 12)];
  return undefined;
}
