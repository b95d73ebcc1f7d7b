import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leafHash } from './leaf.ts';
import {
  consistencySpans,
  edgeTiles,
  grownTiles,
  inclusionSpans,
  rootOfSpan,
  type TileId,
  tilePath,
} from './tiles.ts';
import { EMPTY_ROOT, isExtension, isIncluded, rootOver } from './tree.ts';

const SALT = Buffer.alloc(16, 7);
const LEAVES = Array.from({ length: 70_000 }, (_, index) => leafHash(SALT, `event ${index}`));

const nameOf = ({ level, index }: TileId) => `${level}/${index}`;

/** Tiles of the first `size` leaves, added in batches of the given sizes, the last one again and again. */
function tilesOf(size: number, batches: readonly number[]): (tile: TileId) => Uint8Array {
  const tiles = new Map<string, Uint8Array>();
  const read = (tile: TileId) => tiles.get(nameOf(tile)) ?? new Uint8Array();
  for (let at = 0, turn = 0; at < size; turn++) {
    const count = Math.min(batches[Math.min(turn, batches.length - 1)] ?? 1, size - at);
    const asked = new Set(edgeTiles(at).map(nameOf));
    const known = (tile: TileId) => {
      expect(asked).toContain(nameOf(tile));
      return read(tile);
    };
    for (const { tile, hashes } of grownTiles(at, LEAVES.slice(at, at + count), known))
      tiles.set(nameOf(tile), hashes);
    at += count;
  }
  return read;
}

const all = tilesOf(LEAVES.length, [4096]);
const rootAt = (size: number) => (size === 0 ? EMPTY_ROOT : rootOfSpan({ start: 0, end: size }, all));

test('the root over tiles is the root over the leaves, in whatever batches they came', () => {
  expect(rootAt(LEAVES.length)).toEqual(rootOver(LEAVES));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1200 }),
      fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1 }),
      (size, batches) => {
        expect(rootOfSpan({ start: 0, end: size }, tilesOf(size, batches))).toEqual(
          rootOver(LEAVES.slice(0, size)),
        );
      },
    ),
    { numRuns: 30 },
  );
});

test('the root of known leaves is that of other implementations', () => {
  // Leaves and roots of the tests of certificate-transparency-go, as RFC 6962 logs compute them.
  const plain = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const hashes = plain.map((hex) => leafHash(Buffer.alloc(0), Buffer.from(hex, 'hex').toString('latin1')));
  expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(rootOver(hashes).toString('hex')).toBe(
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  );
});

test('every leaf is proven in every tree that has it, and nowhere else', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: LEAVES.length }), fc.nat(), fc.nat(), (size, a, b) => {
      const index = a % size;
      const proof = inclusionSpans(index, size).map((span) => rootOfSpan(span, all));
      const claim = { index, size, leaf: LEAVES[index] as Buffer, root: rootAt(size), proof };
      expect(isIncluded(claim)).toBe(true);
      const other = b % size;
      if (other !== index) expect(isIncluded({ ...claim, index: other })).toBe(false);
      expect(isIncluded({ ...claim, leaf: leafHash(SALT, 'another') })).toBe(false);
      expect(isIncluded({ ...claim, proof: [...proof, proof[0] ?? EMPTY_ROOT] })).toBe(false);
    }),
    { numRuns: 100 },
  );
});

test('every tree is proven to extend every earlier one, and no other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LEAVES.length }), fc.nat(), (size, a) => {
      const old = a % (size + 1);
      const proof = consistencySpans(old, size).map((span) => rootOfSpan(span, all));
      const from = { size: old, root: rootAt(old) };
      const to = { size, root: rootAt(size) };
      expect(isExtension({ from, to, proof })).toBe(true);
      if (old === 0) return;
      expect(isExtension({ from: { ...from, root: leafHash(SALT, 'x') }, to, proof })).toBe(false);
      expect(isExtension({ from, to: { ...to, root: leafHash(SALT, 'x') }, proof })).toBe(false);
      expect(isExtension({ from: { ...from, size: old - 1 }, to, proof })).toBe(false);
      expect(isExtension({ from, to, proof: [...proof, from.root] })).toBe(false);
    }),
    { numRuns: 100 },
  );
});

test('small trees are proven in full: each size against each', () => {
  for (let to = 0; to <= 40; to++)
    for (let from = 0; from <= to; from++) {
      const proof = consistencySpans(from, to).map((span) => rootOfSpan(span, all));
      const claim = { from: { size: from, root: rootAt(from) }, to: { size: to, root: rootAt(to) }, proof };
      expect(isExtension(claim), `${from} to ${to}`).toBe(true);
      for (let other = 0; other <= to; other++)
        if (other !== from && from > 0)
          expect(
            isExtension({ ...claim, from: { ...claim.from, size: other } }),
            `${from} as ${other} to ${to}`,
          ).toBe(false);
    }
});

test('tiles are named as tlog-tiles says', () => {
  expect(tilePath({ level: 0, index: 1_234_067 })).toBe('tile/0/x001/x234/067');
  expect(tilePath({ level: 1, index: 0 }, 17)).toBe('tile/1/000.p/17');
  expect(tilePath({ level: 0, index: 273 }, 112)).toBe('tile/0/273.p/112');
});

/** Probes of transparency-dev/merkle; they stand beside the working copy and are not part of it. */
const PROBES = join(import.meta.dirname, '../../../shared/vectors/merkle/testdata/inclusion');

interface Probe {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}

describe.skipIf(!existsSync(PROBES))('the inclusion probes of transparency-dev/merkle', () => {
  const folders = existsSync(PROBES) ? readdirSync(PROBES, { recursive: true, encoding: 'utf8' }) : [];
  const files = folders.filter((name) => name.endsWith('.json'));
  test('all of them are judged as they should be', () => {
    expect(files.length).toBeGreaterThan(90);
    for (const file of files) {
      const probe = JSON.parse(readFileSync(join(PROBES, file), 'utf8')) as Probe;
      const bytes = (text: string) => Buffer.from(text, 'base64');
      const verdict = isIncluded({
        index: probe.leafIdx,
        size: probe.treeSize,
        leaf: bytes(probe.leafHash),
        root: bytes(probe.root),
        proof: (probe.proof ?? []).map(bytes),
      });
      expect(verdict, file).toBe(!probe.wantErr);
    }
  });
});
