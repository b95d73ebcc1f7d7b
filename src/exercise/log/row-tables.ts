/** Parts of rows made ready as bytes, so that writing a row is copying four parts. */
import type { Client } from './clients.ts';
import { syntheticFiles } from './files.ts';
import type { AddressRegistry } from './registry.ts';
import { isActive, sessionText } from './sessions.ts';
import { type WeightedChoice, weightedChoice } from './weighted.ts';

/** Texts of different lengths in one block of bytes, `stride` apart. */
export interface ByteTable {
  readonly view: DataView;
  /** A multiple of four, so that copying four bytes at a time stays inside the table. */
  readonly stride: number;
  readonly lengths: Uint8Array;
}

/** @param texts ASCII, none longer than 255 characters */
export function byteTable(texts: readonly string[]): ByteTable {
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  const stride = Math.ceil(longest / 4) * 4;
  const bytes = Buffer.alloc(texts.length * stride);
  const lengths = Uint8Array.from(texts, (text, index) => bytes.write(text, index * stride, 'latin1'));
  return { view: viewOf(bytes), stride, lengths };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `,hash,size,` of every file, and a choice among them by popularity: rank r with weight 1 / (r + 3). */
export function fileTable(
  seed: string | number,
  count: number,
): { parts: ByteTable; popularity: WeightedChoice } {
  const parts = byteTable(
    Array.from(syntheticFiles(seed, count), (file) => `,${file.hash},${file.sizeBytes},`),
  );
  return {
    parts,
    popularity: weightedChoice(Float64Array.from({ length: count }, (_, rank) => 1 / (rank + 3))),
  };
}

export interface BlockTable {
  /** `,address,port,client_id,client` of every session. */
  readonly parts: ByteTable;
  readonly libraryStart: Int32Array;
  readonly librarySize: Int32Array;
  readonly volume: WeightedChoice;
  /** Session of each client with a promised row, in the order given. */
  readonly promised: Int32Array;
}

/** Who is active in a block: clients by their own rhythm, and those with a promised row. */
export function blockTable(
  clients: readonly Client[],
  block: { readonly index: number; readonly promised: readonly number[] },
  registry: AddressRegistry,
): BlockTable {
  const promised = new Set(block.promised);
  const active: number[] = [];
  for (const [index, client] of clients.entries()) {
    if (isActive(client, block.index) || promised.has(index)) active.push(index);
  }
  const sessions = active.map((index) => clients[index] as Client);
  const parts = byteTable(sessions.map((client) => `,${sessionText(client, block.index, registry)}`));
  const sessionOf = new Map(active.map((index, at) => [index, at]));
  return {
    parts,
    libraryStart: Int32Array.from(sessions, (client) => client.libraryStart),
    librarySize: Int32Array.from(sessions, (client) => client.librarySize),
    volume: weightedChoice(Float64Array.from(sessions, (client) => client.weight)),
    promised: Int32Array.from(block.promised, (index) => sessionOf.get(index) as number),
  };
}
