import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

async function withFile(content: string, act: (path: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-config-'));
  const path = join(folder, 'icarus.json');
  await writeFile(path, content);
  try {
    act(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('the environment overrules the file, the file overrules the default', () =>
  withFile('{"httpPort": 5000, "logLevel": "warn"}', (file) => {
    const { config, entries } = readConfig({ environment: { ICARUS_HTTP_PORT: '6000' }, file });
    expect(config).toMatchObject({ httpPort: 6000, logLevel: 'warn', httpHost: '127.0.0.1' });
    const source = Object.fromEntries(entries.map((entry) => [entry.name, entry.source]));
    expect(source).toMatchObject({ httpPort: 'environment', logLevel: 'file', httpHost: 'default' });
  }));

test('a printed setting hides the password of the database', () => {
  const { config, entries } = readConfig({
    environment: { DATABASE_URL: 'postgres://icarus:hush@db/icarus' },
  });
  expect(config.databaseUrl).toContain('hush');
  expect(entries.find(({ name }) => name === 'databaseUrl')?.value).toBe(
    'postgres://icarus:hidden@db/icarus',
  );
});

test.each([
  [{ ICARUS_HTTP_PORT: '70000' }, 'whole number from 0 to 65535'],
  [{ ICARUS_LOG_LEVEL: 'loud' }, 'one of debug, info'],
  [{ DATABASE_URL: 'mysql://db' }, 'postgres://'],
  [{ ICARUS_OIDC_ACR: 'phr phrh' }, 'values as the provider names them'],
])('a value out of range is refused with what would be right: %o', (environment, reason) => {
  expect(() => readConfig({ environment })).toThrow(reason);
});

test('an environment in which no certificate would be checked is refused', () => {
  expect(() => readConfig({ environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })).toThrow(
    expect.objectContaining({ code: 'config/tls-unchecked' }),
  );
});

test('a setting that does not exist is refused by name and file', () =>
  withFile('{"httpProt": 5000}', (file) => {
    expect(() => readConfig({ environment: {}, file })).toThrow(/httpProt.*icarus\.json/);
  }));

test('docs/node.md names every setting', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/node.md'), 'utf8');
  const { entries } = readConfig({ environment: {} });
  expect(entries.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('a file that is not JSON is refused', () =>
  withFile('port = 5000', (file) => {
    expect(() => readConfig({ environment: {}, file })).toThrow(
      expect.objectContaining({ code: 'config/file-unreadable' }),
    );
  }));
