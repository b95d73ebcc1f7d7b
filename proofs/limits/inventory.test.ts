import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const PROJECT = resolve(import.meta.dirname, '../..');
const text = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const page = text('docs/keys.md');
const inventory = page.slice(page.indexOf('## Inventory'));

/** What makes, wraps or uses a key; a digest alone is none. */
const USES_A_KEY =
  /generateKeyPair|createCipheriv|createHmac|\bscrypt\b|\bhkdf|diffieHellman|createPrivateKey|from 'age-encryption'|from '#primitives'/;

test('every module that makes or uses a key stands in the inventory of keys', () => {
  const modules = globSync('src/**/*.ts', { cwd: PROJECT }).filter(
    (path) => !/\.test\.ts$|fixtures|^src\/(web|exercise)\//.test(path) && USES_A_KEY.test(text(path)),
  );
  expect(modules.length).toBeGreaterThan(10);
  expect(modules.filter((path) => !inventory.includes(`\`${path}\``))).toEqual([]);
});

test('every module that the inventory names is there', () => {
  const named = [...inventory.matchAll(/`(src\/[\w./-]+\.ts)`/g)].map(([, path]) => String(path));
  expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});

test('every file of the folder of keys stands in the inventory', () => {
  const files = ['signing-key', 'age-identities.txt', 'log-key', 'passphrase.age', 'tls-key.pem'];
  expect(files.filter((name) => !inventory.includes(`\`keys/${name}\``))).toEqual([]);
});
