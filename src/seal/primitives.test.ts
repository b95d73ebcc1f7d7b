import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, hexOf } from './bytes.ts';
import * as browser from './primitives/browser.ts';
import * as node from './primitives/node.ts';
import type { Primitives } from './primitives/types.ts';

const both: readonly (readonly [string, Primitives])[] = [
  ['Node', node],
  ['a browser', browser],
];
/** Little-endian, as Ed25519 writes numbers. */
const numberOf = (written: Uint8Array) => BigInt(`0x${Buffer.from(written).reverse().toString('hex')}`);
const bytesOf = (value: bigint) =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse());
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('Node and a browser give the same bytes', async () => {
  const property = fc.asyncProperty(
    bytes(32),
    bytes(12),
    fc.uint8Array({ maxLength: 300 }),
    async (key, nonce, text) => {
      const [one, other] = await Promise.all(
        both.map(async ([, made]) => {
          const hash = made.newHash('sha256');
          hash.update(text);
          const digester = made.digester(['sha256', 'sha512'], text.length);
          await digester.update(key);
          await digester.update(text, 0b10);
          const digests = [await digester.digest(0), await digester.digest(1)];
          digester.release();
          const sealed = concatBytes(made.chaCha(key).seal(nonce, text));
          const signing = made.ed25519Key(key);
          const signature = signing.sign(text);
          return {
            digests: [hexOf(hash.digest()), ...digests],
            mac: hexOf(made.hmacSha256(key, text)),
            derived: hexOf(made.hkdfSha256(text, nonce, 'label', 40)),
            sealed: hexOf(sealed),
            opened: hexOf(made.chaCha(key).open(nonce, sealed) ?? key),
            altered: made.chaCha(key).open(nonce, sealed.with(0, (sealed[0] ?? 0) ^ 1)),
            short: made.chaCha(key).open(nonce, sealed.subarray(0, 15)),
            keys: [hexOf(made.x25519Key(key).publicKey), hexOf(signing.publicKey)],
            shared: hexOf(
              made.x25519Key(key).shared(made.x25519Key(Uint8Array.from(key).reverse()).publicKey) ?? key,
            ),
            noSecret: made.x25519Key(key).shared(new Uint8Array(32)),
            signature: hexOf(signature),
            holds: made.ed25519Verify(signing.publicKey, text, signature),
            fails: made.ed25519Verify(signing.publicKey, key, signature),
          };
        }),
      );
      expect(one).toEqual(other);
      expect(one).toMatchObject({
        opened: hexOf(text),
        altered: undefined,
        short: undefined,
        noSecret: undefined,
      });
      expect(one).toMatchObject({ holds: true, fails: text.length === 32 && hexOf(text) === hexOf(key) });
    },
  );
  await fc.assert(property, { numRuns: 25 });
});

describe('a signature made to divide opinions', () => {
  const { Point } = ed25519;
  const text = Buffer.from('synthetic');
  /** The eight points whose multiple by eight is nothing, in all their writings. */
  const torsion = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  ].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

  test('by keys and points of small order, is refused in both places', () => {
    for (const key of torsion) {
      for (const r of torsion) {
        const signature = concatBytes([r, new Uint8Array(32)]);
        const texts = Array.from({ length: 6 }, (_, i) => Uint8Array.of(i));
        for (const [place, made] of both) {
          const verdicts = texts.map((each) => made.ed25519Verify(key, each, signature));
          expect(verdicts, `${place} ${hexOf(key)} ${hexOf(r)}`).toEqual(texts.map(() => false));
        }
      }
    }
  });

  test('by a key with a part of small order, gets one verdict in both places', () => {
    const key = Point.BASE.multiply(12_345n)
      .add(Point.fromBytes(torsion[4] ?? text, true))
      .toBytes();
    const r = Point.BASE.multiply(777n).toBytes();
    const verdicts = Array.from({ length: 60 }, (_, i) => {
      const message = Uint8Array.of(i);
      const k = numberOf(
        createHash('sha512')
          .update(concatBytes([r, key, message]))
          .digest(),
      );
      const signature = concatBytes([r, bytesOf((777n + k * 12_345n) % Point.Fn.ORDER)]);
      const [one, other] = both.map(([, made]) => made.ed25519Verify(key, message, signature));
      expect(one, `message ${i}`).toBe(other);
      return one;
    });
    // By the cofactor all would hold; without it one in eight does.
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });

  test('by adding a point of small order to R, or the order to S, is refused in both places', () => {
    const seed = new Uint8Array(32).fill(7);
    const signing = node.ed25519Key(seed);
    const [key, good] = [signing.publicKey, signing.sign(text)];
    const shifted = Point.fromBytes(good.subarray(0, 32))
      .add(Point.fromBytes(torsion[4] ?? key, true))
      .toBytes();
    const large = bytesOf(numberOf(good.subarray(32)) + Point.Fn.ORDER);
    for (const [place, made] of both) {
      expect(made.ed25519Verify(key, text, good), place).toBe(true);
      expect(made.ed25519Verify(key, text, concatBytes([shifted, good.subarray(32)])), place).toBe(false);
      expect(made.ed25519Verify(key, text, concatBytes([good.subarray(0, 32), large])), place).toBe(false);
    }
  });
});

test.each(both)('in %s, a P-256 signature holds for its text and its key alone', (_, made) => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [point, otherPoint] = [key, other].map(({ publicKey }) => {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    return concatBytes([Uint8Array.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  }) as [Uint8Array, Uint8Array];
  // Enough of them that both halves of the range of s come up.
  for (let i = 0; i < 8; i++) {
    const text = Uint8Array.of(i);
    const signature = sign('sha256', text, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
    expect(made.p256Verify(point, text, signature)).toBe(true);
    expect(made.p256Verify(point, Uint8Array.of(i, i), signature)).toBe(false);
    expect(made.p256Verify(otherPoint, text, signature)).toBe(false);
    expect(made.p256Verify(point.with(40, (point[40] ?? 0) ^ 1), text, signature)).toBe(false);
    expect(made.p256Verify(point, text, new Uint8Array(64))).toBe(false);
  }
});
