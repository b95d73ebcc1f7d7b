import { describe, expect, it } from 'vitest';
import { fileCount, severityList, syntheticFiles } from './files.ts';

describe('synthetic files', () => {
  it('are distinct, with hashes of 40 hexadecimal characters and a size', () => {
    const files = [...syntheticFiles(1, 5_000)];
    expect(new Set(files.map((file) => file.hash)).size).toBe(5_000);
    expect(files.every((file) => /^[0-9a-f]{40}$/.test(file.hash) && file.sizeBytes > 0)).toBe(true);
  });

  it('are listed with an opaque code for about three in ten, and the list fits the log of the same seed', () => {
    const options = { seed: 9, observations: 100_000 };
    const [header, ...lines] = [...severityList(options)];
    expect(header).toBe('hash,code\n');
    const hashes = new Set([...syntheticFiles(9, fileCount(100_000))].map((file) => file.hash));
    expect(lines.every((line) => /^[0-9a-f]{40},[ABC]\n$/.test(line) && hashes.has(line.slice(0, 40)))).toBe(
      true,
    );
    expect(lines.length / hashes.size).toBeCloseTo(0.3, 1);
    expect([...severityList(options)].slice(1)).toEqual(lines);
  });
});
