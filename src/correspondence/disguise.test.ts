import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disguiseOf, LOOKED_AT_BYTES, startOf } from './disguise.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const padded = (start: Buffer) => Buffer.concat([start, Buffer.alloc(200, 0x81), Buffer.alloc(200)]);
const PROGRAM = padded(hex('4d5a90000300000004000000ffff0000'));
const ELF = padded(hex('7f454c4602010100'));
const PAGE = Buffer.from('\n<html><script>fetch("/")</script></html>');
const PDF = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj', 'latin1');
const ZIP = padded(hex('504b030414000600'));

test.each([
  ['report.pdf', PROGRAM, 'a program for Windows'],
  ['REPORT.PDF', PROGRAM, 'a program for Windows'],
  ['report.pdf', ELF, 'a program for Linux'],
  ['report.pdf', padded(hex('cffaedfe07000001')), 'a program for macOS'],
  ['report.pdf', PAGE, 'a web page, which may hold scripts'],
  ['report.pdf', Buffer.from('<SCRIPT SRC=//example.mt/a.js>'), 'a web page, which may hold scripts'],
  ['report.pdf', Buffer.from('see attached'), 'plain text'],
  ['report.pdf', Buffer.alloc(0), 'an empty file'],
  ['photo.jpg', padded(hex('4c0000000114020000000000c000000000000046')), 'a shortcut that runs a program'],
  ['photo.png', PDF, 'application/pdf'],
  ['list.xlsx', PROGRAM, 'a program for Windows'],
  ['letter.docx', PAGE, 'a web page, which may hold scripts'],
  ['letter.doc', ZIP, 'application/zip'],
  ['film.mp4', ELF, 'a program for Linux'],
  ['film.mp4', Buffer.from('#!/bin/sh\nrm -rf /\n'), 'a script'],
  ['sound.mp3', PAGE, 'a web page, which may hold scripts'],
  ['film.mkv', ZIP, 'application/zip'],
  ['notes.txt', PROGRAM, 'a program for Windows'],
  ['rows.csv', PDF, 'application/pdf'],
  ['rows.csv', gzipSync('a,b'), 'application/gzip'],
  ['invoice.pdf.exe', PROGRAM, 'what its last ending says (.exe)'],
  ['picture.jpg.lnk', PAGE, 'what its last ending says (.lnk)'],
])('%s with %# is not what its name says', (name, content, what) => {
  expect(disguiseOf(name, content)).toBe(what);
});

test.each([
  ['report.pdf', PDF],
  ['scan.pdf', Buffer.concat([Buffer.alloc(400, 0x20), PDF])],
  ['photo.jpg', padded(hex('ffd8ffe000104a464946'))],
  ['photo.png', padded(hex('89504e470d0a1a0a'))],
  ['letter.docx', ZIP],
  ['old.doc', padded(hex('d0cf11e0a1b11ae1'))],
  ['old.doc', Buffer.from('{\\rtf1\\ansi')],
  ['log.csv.gz', gzipSync('a,b')],
  ['log.csv.zst', zstdCompressSync('a,b')],
  ['film.mp4', padded(hex('000000206674797069736f6d'))],
  ['sound.mp3', padded(hex('fff344c4'))],
  ['notes.txt', Buffer.from('MZ, BM and GIF8 are how these lines begin\n')],
  ['notes.txt', Buffer.from('Grüße\r\n\tfrom Łódź')],
  ['notes.txt', Buffer.from('Grüße', 'latin1')],
  ['notes.txt', Buffer.from('\uFEFFutf-16', 'utf16le')],
  ['page.html', PAGE],
  ['empty.txt', Buffer.alloc(0)],
  ['tool.exe', PROGRAM],
  ['sample.bin', PROGRAM],
  ['sample', deflateRawSync('anything')],
  ['v1.2.exe', PROGRAM],
])('%s is what its name says (%#)', (name, content) => {
  expect(disguiseOf(name, content)).toBeUndefined();
});

describe('whatever the bytes are', () => {
  const bytes = fc.uint8Array({ maxLength: 2 * LOOKED_AT_BYTES });

  test('what is beyond the first bytes changes nothing, and a name without an ending says nothing', () => {
    fc.assert(
      fc.property(bytes, fc.uint8Array({ maxLength: 300 }), (head, more) => {
        const full = Buffer.concat([head, Buffer.alloc(Math.max(0, LOOKED_AT_BYTES - head.length))]);
        const longer = Buffer.concat([full, more]);
        for (const name of ['a.pdf', 'a.txt', 'a.mp4', 'a.zip'])
          expect(disguiseOf(name, longer)).toBe(disguiseOf(name, full));
        expect(disguiseOf('material', longer)).toBeUndefined();
      }),
    );
  });

  test('the first bytes are the same however they come', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 700 }), async (all, step) => {
        async function* chunks() {
          for (let at = 0; at < all.length; at += step) yield all.subarray(at, at + step);
        }
        expect(Buffer.from(await startOf(chunks()))).toEqual(Buffer.from(all.subarray(0, LOOKED_AT_BYTES)));
      }),
    );
  });
});
