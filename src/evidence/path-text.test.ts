import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathBytes, rawPath, shownPath } from './path-text.ts';

test('keeps every byte of a name, whatever its encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      expect(pathBytes(rawPath(bytes)).equals(Buffer.from(bytes))).toBe(true);
    }),
  );
});

test('shows UTF-8 as it is, and other bytes by their number', () => {
  expect(shownPath(rawPath(Buffer.from('Übung/ελ.txt')))).toEqual({ text: 'Übung/ελ.txt', exact: true });
  expect(shownPath(rawPath(Buffer.from([0x61, 0xff, 0xfe, 0xc3, 0xa9])))).toEqual({
    text: 'a\\xff\\xfeé',
    exact: false,
  });
});

test('shows a name exactly if and only if its bytes can be had back from the text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      if (bytes.includes(0)) return;
      const { text, exact } = shownPath(rawPath(bytes));
      if (exact) expect(Buffer.from(text).equals(Buffer.from(bytes))).toBe(true);
      else expect(text).toContain('\\x');
    }),
  );
});
