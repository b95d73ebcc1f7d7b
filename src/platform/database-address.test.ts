import { chownSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { hasOpenssl, type TestAuthority, testAuthority } from '#test/certificates.ts';
import { openClient, openDatabase } from './database.ts';
import { encryptedAddress } from './database-address.ts';
import { clusterFolder, openCluster } from './postgres-cluster.ts';
import { serverUser } from './postgres-programs.ts';

const AWAY = 'postgres://icarus:hush@db.example.mt/icarus';

test.each([
  ['nothing of TLS', AWAY],
  ['no TLS', `${AWAY}?sslmode=disable`],
  ['TLS if the server likes', `${AWAY}?sslmode=prefer`],
  ['TLS with any certificate, in most drivers', `${AWAY}?sslmode=require`],
  ['a certificate of any name, in most drivers', `${AWAY}?sslmode=verify-ca`],
  ['no check', `${AWAY}?sslmode=no-verify`],
  ['a way of its own', `${AWAY}?ssl=true`],
  ['two things', `${AWAY}?sslmode=verify-full&sslmode=no-verify`],
  ['another host behind the question mark', 'postgres://localhost/icarus?host=db.example.mt'],
  ['an address of a private network', 'postgres://icarus@10.0.0.7/icarus'],
])('an address elsewhere that says %s is refused before anything is sent', (_what, url) => {
  const refused = expect.objectContaining({ code: 'database/not-encrypted' });
  expect(() => encryptedAddress(url)).toThrow(refused);
  expect(() => openDatabase({ url })).toThrow(refused);
  expect(() => openClient({ url })).toThrow(refused);
});

test('an address elsewhere without a host of its own is where the environment says', () => {
  const before = process.env['PGHOST'];
  process.env['PGHOST'] = 'db.example.mt';
  try {
    expect(() => encryptedAddress('postgres:///icarus')).toThrow(/db\.example\.mt/);
  } finally {
    if (before === undefined) delete process.env['PGHOST'];
    else process.env['PGHOST'] = before;
  }
});

test.each([
  'postgres://icarus@localhost/icarus',
  'postgres://icarus@127.0.0.1:5433/icarus',
  'postgres://icarus@[::1]/icarus',
  'postgres://icarus@db.example.mt/icarus?host=/var/run/postgresql',
  `${AWAY}?sslmode=verify-full`,
])('%s is taken as it stands', (url) => {
  expect(encryptedAddress(url)).toEqual({ connectionString: url });
});

test('a file that the address names and that is not there is said by its path', () => {
  const url = `${AWAY}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`;
  expect(() => encryptedAddress(url)).toThrow(
    expect.objectContaining({
      code: 'database/certificate-unreadable',
      message: expect.stringContaining('/nowhere/ca.pem'),
    }),
  );
});

/** A server of its own, which shows what certificate it is given. */
async function tlsServer() {
  const dataDir = await mkdtemp(join(tmpdir(), 'icarus-tls-database-'));
  await chmod(dataDir, 0o711);
  const cluster = await openCluster({ dataDir, disposable: true });
  const home = clusterFolder(dataDir);
  const admin = openDatabase({ url: cluster.url('postgres'), role: 'login', poolSize: 1 });
  const user = serverUser();
  const url = new URL(cluster.url('postgres'));
  url.searchParams.delete('host');
  return {
    /** By the network, not by the socket. */
    url: (parameters: Record<string, string>) => {
      const asked = new URL(url);
      for (const [name, value] of Object.entries(parameters)) asked.searchParams.set(name, value);
      return asked.href;
    },
    async show({ issue }: TestAuthority, names: string) {
      const { key, certificate } = await issue(names);
      for (const [name, text] of Object.entries({ 'server.key': key, 'server.crt': certificate })) {
        await writeFile(join(home, name), text, { mode: 0o600 });
        if (user) chownSync(join(home, name), user.uid, user.gid);
      }
      await sql`alter system set ssl = on`.execute(admin);
      await sql`select pg_reload_conf()`.execute(admin);
      await expect
        .poll(async () => (await sql<{ ssl: string }>`show ssl`.execute(admin)).rows[0]?.ssl)
        .toBe('on');
    },
    async [Symbol.asyncDispose]() {
      await admin.destroy();
      await cluster.stop();
      await rm(home, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function encrypted(url: string): Promise<boolean> {
  const db = openDatabase({ url, role: 'login', poolSize: 1 });
  try {
    const { rows } = await sql<{ ssl: boolean }>`
      select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db);
    return rows[0]?.ssl ?? false;
  } finally {
    await db.destroy();
  }
}

test.skipIf(!hasOpenssl)(
  'with verify-full only the server whose certificate and name hold is spoken to',
  async () => {
    await using server = await tlsServer();
    await using ours = await testAuthority();
    await using others = await testAuthority();
    const asked = (file: string) => encrypted(server.url({ sslmode: 'verify-full', sslrootcert: file }));
    const refused = { code: 'database/certificate-refused' };
    await expect(asked(ours.file), 'a server without TLS').rejects.toMatchObject(refused);
    await server.show(ours, 'IP:127.0.0.1');
    expect(await asked(ours.file)).toBe(true);
    await expect(asked(others.file), 'of another authority').rejects.toMatchObject(refused);
    await server.show(ours, 'DNS:other.example.mt');
    await expect(asked(ours.file), 'of another name').rejects.toMatchObject(refused);
  },
);
