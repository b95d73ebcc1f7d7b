/**
 * The tree in tiles (C2SP tlog-tiles): a tile of level L holds up to 256 hashes, each of which is the root
 * over 256^L leaves; only full tiles are hashed into the level above. Here is which tiles a subtree is
 * computed from, which subtrees a proof names, and how tiles grow. Pure.
 */
import { HASH_BYTES, largestPowerBelow, nodeHash, rootOver } from './tree.ts';

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

export interface TileId {
  readonly level: number;
  readonly index: number;
}

/** The leaves from `start` to before `end`, a subtree as RFC 6962 divides the tree. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Hashes of a tile, 32 bytes each; a tile of a larger tree begins with those of a smaller one. */
export type TileReader = (tile: TileId) => Uint8Array;

/** A full subtree: 2^k leaves, its hash found in one tile. */
export interface Block {
  readonly tile: TileId;
  /** Position of its first hash in the tile, and how many there are: a power of two. */
  readonly first: number;
  readonly count: number;
}

/** The full subtrees that a span consists of, largest first. */
export function blocksOf({ start, end }: Span): Block[] {
  const blocks: Block[] = [];
  for (let at = start; at < end; ) {
    let height = 0;
    while (2 ** (height + 1) <= end - at) height++;
    const level = Math.floor(height / TILE_HEIGHT);
    const position = at / TILE_WIDTH ** level;
    blocks.push({
      tile: { level, index: Math.floor(position / TILE_WIDTH) },
      first: position % TILE_WIDTH,
      count: 2 ** (height % TILE_HEIGHT),
    });
    at += 2 ** height;
  }
  return blocks;
}

/** Root over the leaves of a span, from the roots of its blocks. */
export function joinBlocks(roots: readonly Uint8Array[]): Buffer {
  // From the right: the smallest, last subtrees are joined first.
  return Buffer.from(roots.reduceRight((right, left) => nodeHash(left, right)));
}

/** Root over the leaves of a span. */
export function rootOfSpan(span: Span, read: TileReader): Buffer {
  return joinBlocks(
    blocksOf(span).map(({ tile, first, count }) => rootOver(hashesIn(read(tile), { first, count }))),
  );
}

/** The hashes that lie one after the other in these bytes. */
export function hashesIn(
  bytes: Uint8Array,
  { first, count }: { first: number; count: number },
): Uint8Array[] {
  return Array.from({ length: count }, (_, i) =>
    bytes.subarray((first + i) * HASH_BYTES, (first + i + 1) * HASH_BYTES),
  );
}

/** Where the root of a block stands among the nodes of a full tile; the block has more than one hash. */
export function nodePosition({ first, count }: Pick<Block, 'first' | 'count'>): number {
  return TILE_WIDTH - (2 * TILE_WIDTH) / count + first / count;
}

/** All hashes between those of a full tile and its root, level by level, and the root. */
function nodesOver(hashes: Uint8Array): { readonly nodes: Buffer; readonly root: Buffer } {
  const nodes: Buffer[] = [];
  let level = hashesIn(hashes, { first: 0, count: TILE_WIDTH });
  while (level.length > 2) {
    const above: Buffer[] = [];
    for (let at = 0; at < level.length; at += 2)
      above.push(nodeHash(level[at] as Uint8Array, level[at + 1] as Uint8Array));
    nodes.push(...above);
    level = above;
  }
  return { nodes: Buffer.concat(nodes), root: nodeHash(level[0] as Uint8Array, level[1] as Uint8Array) };
}

/** The subtrees whose roots prove leaf `index` in a tree of `size`, from the leaf's sibling up (RFC 6962 2.1.1). */
export function inclusionSpans(index: number, size: number): Span[] {
  const spans: Span[] = [];
  for (let [start, end] = [0, size]; end - start > 1; ) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      spans.push({ start: middle, end });
      end = middle;
    } else {
      spans.push({ start, end: middle });
      start = middle;
    }
  }
  return spans.reverse();
}

/** The subtrees whose roots prove that a tree of `to` leaves extends one of `from`, from below (RFC 6962 2.1.2). */
export function consistencySpans(from: number, to: number): Span[] {
  if (from === 0 || from === to) return [];
  const spans: Span[] = [];
  let [start, end] = [0, to];
  while (from !== end) {
    const middle = start + largestPowerBelow(end - start);
    if (from <= middle) {
      spans.push({ start: middle, end });
      end = middle;
    } else {
      spans.push({ start, end: middle });
      start = middle;
    }
  }
  // The old tree itself is known to whoever asks; any other last subtree has to be named.
  if (start > 0) spans.push({ start, end });
  return spans.reverse();
}

/** The one partial or just filled tile at the right edge of each level, and how far a level has come. */
export interface Edge {
  readonly tile: TileId;
  readonly hashes: Buffer;
  /** Of a full tile: see `nodePosition`. */
  readonly nodes: Buffer | null;
}

/** The tile that hash number `size` of a level would stand in, for each level that has hashes. */
export function edgeTiles(size: number): TileId[] {
  const tiles: TileId[] = [];
  for (let level = 0, count = size; count > 0 || level === 0; level++) {
    tiles.push({ level, index: Math.floor(count / TILE_WIDTH) });
    count = Math.floor(count / TILE_WIDTH);
  }
  return tiles;
}

/**
 * The tiles that change when `leaves` are added to a tree of `size` leaves, as they are afterwards.
 * @param read the tiles of {@link edgeTiles} as they stand; an empty one has no hashes
 */
export function grownTiles(size: number, leaves: readonly Uint8Array[], read: TileReader): Edge[] {
  const grown: Edge[] = [];
  let added: readonly Uint8Array[] = leaves;
  for (let level = 0, count = size; added.length > 0; level++) {
    const filled: Buffer[] = [];
    let at = 0;
    while (at < added.length) {
      const tile = { level, index: Math.floor(count / TILE_WIDTH) };
      const width = count % TILE_WIDTH;
      const taken = added.slice(at, at + TILE_WIDTH - width);
      const before = width === 0 ? Buffer.alloc(0) : read(tile).subarray(0, width * HASH_BYTES);
      const hashes = Buffer.concat([before, ...taken]);
      const over = width + taken.length === TILE_WIDTH ? nodesOver(hashes) : undefined;
      grown.push({ tile, hashes, nodes: over?.nodes ?? null });
      if (over) filled.push(over.root);
      at += taken.length;
      count += taken.length;
    }
    added = filled;
    size = Math.floor(size / TILE_WIDTH);
    count = size;
  }
  return grown;
}

/** `x001/x234/067` for tile 1234067. */
export function tilePath({ level, index }: TileId, width = TILE_WIDTH): string {
  const digits = String(index).padStart(3, '0');
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}
