import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from './canonical-json.ts';
import { ERROR_CODES } from './error-codes.ts';
import { IcarusError, isIcarusError, sentenceOf } from './errors.ts';
import { newId } from './ids.ts';

test('canonical JSON is the same for the same value, in whatever order its keys were set', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(turned as Json)).toBe(canonicalJson(value as Json));
      expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('every error code has a sentence that ends, a client or server status, and a non-zero exit code', () => {
  for (const [code, { sentence, status, exit }] of Object.entries(ERROR_CODES)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*\/[a-z0-9-]+$/);
    expect(sentence.trim(), code).toMatch(/[.`]$/);
    expect(status, code).toBeGreaterThanOrEqual(400);
    expect(exit, code).toBeGreaterThan(0);
  }
});

test('an error fills its sentence from its details and keeps what caused it', () => {
  const cause = new Error('underneath');
  const error = new IcarusError('operation/not-found', { operation: 'operation_1' }, { cause });
  expect(error.message).toBe(sentenceOf('operation/not-found', { operation: 'operation_1' }));
  expect(error.message).toContain('operation_1');
  expect(error.cause).toBe(cause);
  expect(isIcarusError(error, 'operation/not-found')).toBe(true);
  expect(isIcarusError(error, 'internal/unexpected')).toBe(false);
});

test('ids of one kind sort by the moment they were made', () => {
  const earlier = newId('operation', new Date('2011-09-21T10:00:00.000Z'));
  const later = newId('operation', new Date('2011-09-21T10:00:00.001Z'));
  expect(earlier).toMatch(/^operation_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(earlier < later).toBe(true);
});
