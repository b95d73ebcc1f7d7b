import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { hasMessage, t } from './messages.ts';

describe('the message catalogue', () => {
  it('fills placeholders and writes numbers as the language does', () => {
    expect(t('list.page', { from: 1, to: 50, count: 12_345 })).toBe('1–50 of 12,345');
  });

  it('picks the plural form by the number', () => {
    expect(t('targets.count', { count: 1 })).toBe('1 target');
    expect(t('targets.count', { count: 0 })).toBe('0 targets');
  });

  it('knows which names have a message', () => {
    expect(hasMessage('event.package.approved')).toBe(true);
    expect(hasMessage('event.package.lost')).toBe(false);
    expect(hasMessage('toString')).toBe(false);
  });

  it('has each name in one part of the catalogue only', async () => {
    const folder = join(import.meta.dirname, 'en');
    const parts = (await readdir(folder)).map((file) => import(join(folder, file)) as Promise<object>);
    const names = (await Promise.all(parts)).flatMap((part) => Object.values(part)).flatMap(Object.keys);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    expect(new Set(names)).toEqual(new Set(Object.keys(en)));
  });

  it('names the same values in both forms of a plural', () => {
    const names = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    for (const [key, message] of Object.entries(en)) {
      if (typeof message === 'string') continue;
      expect(names(message.one), key).toEqual(names(message.other));
    }
  });
});
