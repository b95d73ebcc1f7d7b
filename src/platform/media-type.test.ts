import sharp from 'sharp';
import { expect, test } from 'vitest';
import { mediaTypeOf } from './media-type.ts';

test('tells drawn images by their content', async () => {
  const drawing = sharp({ create: { width: 8, height: 8, channels: 3, background: '#336699' } });
  expect(mediaTypeOf(await drawing.jpeg().toBuffer())).toBe('image/jpeg');
  expect(mediaTypeOf(await drawing.png().toBuffer())).toBe('image/png');
  expect(mediaTypeOf(await drawing.webp().toBuffer())).toBe('image/webp');
  expect(mediaTypeOf(await drawing.tiff().toBuffer())).toBe('image/tiff');
  expect(mediaTypeOf(await drawing.avif().toBuffer())).toBe('image/avif');
  expect(mediaTypeOf(await drawing.gif().toBuffer())).toBe('image/gif');
});

test('tells the forms of one container apart', () => {
  expect(mediaTypeOf(Buffer.from('\0\0\0\x18ftypisom\0\0\0\0', 'latin1'))).toBe('video/mp4');
  expect(mediaTypeOf(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'))).toBe('image/heic');
  expect(mediaTypeOf(Buffer.from('\0\0\0\x14ftypqt  \0\0\0\0', 'latin1'))).toBe('video/quicktime');
  expect(mediaTypeOf(Buffer.from('RIFF\0\0\0\0AVI LIST', 'latin1'))).toBe('video/x-msvideo');
});

test('has no type for what it does not know, nor for a file cut inside its signature', () => {
  expect(mediaTypeOf(Buffer.alloc(0))).toBeNull();
  expect(mediaTypeOf(Buffer.from('just some words'))).toBeNull();
  expect(mediaTypeOf(Buffer.from([0xff, 0xd8]))).toBeNull();
});
