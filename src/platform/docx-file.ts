/**
 * A .docx is a zip file, and its writer stamps the present time into every entry and into the
 * document's properties. Here both become a time given, so that the same records give the same bytes.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
const DEFLATED = 8;
/** Names are UTF-8 (APPNOTE.TXT 4.4.4, bit 11). */
const UTF8_NAMES = 0x0800;
/** 1 January 1980, 00:00: the earliest that the format can say (APPNOTE.TXT 4.4.6). */
const NO_DATE = 0x0021;

/** The same document with every time in the file set to `at`. */
export function sameTimes(docx: Buffer, at: Date): Buffer {
  const stamp = at.toISOString().replace(/\.\d+Z$/, 'Z');
  return writeZip(
    readZip(docx).map(({ name, content }) => ({
      name,
      content:
        name === 'docProps/core.xml'
          ? Buffer.from(content.toString('utf8').replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, stamp))
          : content,
    })),
  );
}

/** The files of a zip archive whose sizes stand in its directory: of a .docx as `docx` writes it. */
export function readZip(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0) throw new TypeError('this is no zip file');
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== CENTRAL_HEADER)
      throw new TypeError('the directory of the zip file is broken');
    const nameBytes = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const data = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameBytes),
      content: zip.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(data) : data,
    });
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function writeZip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const nameBytes = Buffer.from(name, 'utf8');
    const data = deflateRawSync(content);
    const common = entryFields({ content, data, nameBytes });
    const local = Buffer.concat([uint32(LOCAL_HEADER), common, nameBytes, data]);
    // Made by version 2.0; no comment, disk 0, no attributes; then where the file lies.
    const tail = Buffer.concat([Buffer.alloc(10), uint32(offset)]);
    directory.push(Buffer.concat([uint32(CENTRAL_HEADER), uint16(20), common, tail, nameBytes]));
    files.push(local);
    offset += local.length;
  }
  const names = Buffer.concat(directory);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(names.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, names, end]);
}

/** What the local and the central header have in common, from the version needed to the extra field's length. */
function entryFields(entry: { content: Buffer; data: Buffer; nameBytes: Buffer }): Buffer {
  return Buffer.concat([
    uint16(20),
    uint16(UTF8_NAMES),
    uint16(DEFLATED),
    uint16(0),
    uint16(NO_DATE),
    uint32(crc32(entry.content)),
    uint32(entry.data.length),
    uint32(entry.content.length),
    uint16(entry.nameBytes.length),
    uint16(0),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
