import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasOpenssl, testAuthority } from '#test/certificates.ts';
import { duckdbExtensions, testStorage } from '#test/object-storage.ts';
import { readConfig } from './config.ts';
import { openDuckDb } from './duckdb.ts';
import { attachStorage, deleteObjects, listObjects, objectStorageOf, reaching } from './object-storage.ts';

const extensions = await duckdbExtensions();

async function scratch() {
  const path = await mkdtemp(join(tmpdir(), 'icarus-storage-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test.skipIf(!extensions)(
  'objects are written, listed, read and deleted below the storage’s own path',
  async () => {
    await using folder = await scratch();
    await using server = await testStorage(extensions ?? '');
    const { storage } = server;
    await using duck = await openDuckDb({ temporaryFolder: folder.path });
    await attachStorage(duck, storage);
    expect(await listObjects(duck, storage, '')).toEqual([]);
    // Large enough for an upload in several parts.
    await duck.run(
      `COPY (SELECT i, hash(i) AS h FROM range(1000000) t(i)) TO '${storage.url}/work/a b/1.parquet' (COMPRESSION uncompressed)`,
    );
    await duck.run(`COPY (SELECT 1 AS i) TO '${storage.url}/imports/2.parquet'`);
    expect(await listObjects(duck, storage, 'work/')).toEqual(['work/a b/1.parquet']);
    expect(
      await duck.rows(
        `SELECT count(*) AS n, sum(i) AS s FROM read_parquet('${storage.url}/work/a b/1.parquet')`,
      ),
    ).toEqual([{ n: 1_000_000n, s: 499_999_500_000n }]);
    await deleteObjects(storage, ['work/a b/1.parquet', 'work/never there']);
    expect(server.paths()).toEqual(['imports/2.parquet']);
  },
);

test.skipIf(!extensions)(
  'storage that refuses is told as such, and a query that is wrong is not',
  async () => {
    await using folder = await scratch();
    await using server = await testStorage(extensions ?? '');
    const { storage } = server;
    await using duck = await openDuckDb({ temporaryFolder: folder.path });
    await attachStorage(duck, storage);
    await expect(reaching(storage, () => duck.run('SELECT nothing'))).rejects.toThrow('nothing');
    server.refuse();
    const unreachable = { code: 'storage/unreachable' };
    await expect(listObjects(duck, storage, '')).rejects.toMatchObject(unreachable);
    await expect(deleteObjects(storage, ['a'])).rejects.toMatchObject(unreachable);
  },
);

test.skipIf(!extensions || !hasOpenssl).each(['curl', 'httplib'])(
  'storage whose certificate no known authority vouches for is neither read nor written (%s)',
  async (library) => {
    await using folder = await scratch();
    await using ours = await testAuthority();
    await using others = await testAuthority();
    await using server = await testStorage(extensions ?? '', await ours.issue('IP:127.0.0.1'));
    const unreachable = { code: 'storage/unreachable' };
    for (const caFile of [null, others.file]) {
      const storage = { ...server.storage, caFile };
      await using duck = await openDuckDb({ temporaryFolder: folder.path });
      await attachStorage(duck, storage);
      await duck.run(`SET GLOBAL httpfs_client_implementation = '${library}'; SET GLOBAL http_retries = 0`);
      const write = () => duck.run(`COPY (SELECT 1 AS i) TO '${storage.url}/work/1.parquet'`);
      await expect(reaching(storage, write)).rejects.toMatchObject(unreachable);
      await expect(listObjects(duck, storage, '')).rejects.toMatchObject(unreachable);
      await expect(deleteObjects(storage, ['work/1.parquet'])).rejects.toMatchObject(unreachable);
    }
    const storage = { ...server.storage, caFile: ours.file };
    await using duck = await openDuckDb({ temporaryFolder: folder.path });
    await attachStorage(duck, storage);
    await duck.run(`SET GLOBAL httpfs_client_implementation = '${library}'`);
    await duck.run(`COPY (SELECT 1 AS i) TO '${storage.url}/work/1.parquet'`);
    expect(await listObjects(duck, storage, '')).toEqual(['work/1.parquet']);
    await deleteObjects(storage, ['work/1.parquet']);
    expect(server.paths()).toEqual([]);
  },
);

test.skipIf(!extensions)('an authority whose file is not there is said by its path', async () => {
  await using folder = await scratch();
  await using duck = await openDuckDb({ temporaryFolder: folder.path });
  const storage = objectStorageOf({
    ...SETTINGS,
    duckdbExtensions: extensions ?? '',
    s3CaFile: '/nowhere/ca.pem',
  });
  await expect(
    storage &&
      attachStorage(duck, {
        ...storage,
        endpoint: new URL('https://127.0.0.1:1'),
        outgoingNetworks: ['127.0.0.0/8'],
      }),
  ).rejects.toMatchObject({
    code: 'storage/authority-unreadable',
  });
});

test('storage elsewhere is reached by TLS or not at all', () => {
  const plain = { ...SETTINGS, s3Endpoint: 'http://s3.example.mt' };
  expect(() => objectStorageOf(plain)).toThrow(
    expect.objectContaining({ code: 'transport/address-refused' }),
  );
});

test('an extension that is not there is told with the place where it was looked for', async () => {
  await using folder = await scratch();
  await using duck = await openDuckDb({ temporaryFolder: folder.path });
  const storage = objectStorageOf({ ...SETTINGS, duckdbExtensions: folder.path });
  await expect(storage && attachStorage(duck, storage)).rejects.toMatchObject({
    code: 'storage/extension-missing',
  });
});

const SETTINGS = {
  lakeUrl: 's3://bucket/lake/',
  s3Endpoint: null,
  s3Region: 'eu-north-1',
  s3KeyId: 'key',
  s3Secret: 'hush',
  duckdbExtensions: '/extensions',
};

test('storage is configured whole or not at all, and its secret is never shown', () => {
  expect(objectStorageOf({ ...SETTINGS, lakeUrl: null })).toBeUndefined();
  expect(() => objectStorageOf({ ...SETTINGS, s3Secret: null })).toThrow(
    expect.objectContaining({ code: 'config/invalid' }),
  );
  expect(objectStorageOf(SETTINGS)).toMatchObject({
    url: 's3://bucket/lake',
    endpoint: new URL('https://s3.eu-north-1.amazonaws.com'),
  });
  const { entries } = readConfig({
    environment: { ICARUS_S3_SECRET: 'hush', ICARUS_LAKE_URL: 's3://bucket/lake' },
  });
  expect(JSON.stringify(entries)).not.toContain('hush');
  expect(() => readConfig({ environment: { ICARUS_LAKE_URL: 'https://bucket' } })).toThrow(
    's3://bucket/prefix',
  );
});
