import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter } from 'age-encryption';
import { expect, test } from 'vitest';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import type { AgencyId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { rotateKeys } from '#exchange/card-update.ts';
import { createLog } from '#platform/log.ts';
import { recipientOf } from '#seal/age-keys.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { SYSTEM, testClock, testOfficer } from '#test/nodes.ts';
import { LOCK_FILE } from './key-folder.ts';
import { initNode } from './node.ts';
import { isProtected, protectKeys, unprotectKeys } from './protect-keys.ts';

const PASSPHRASE = 'fourteen blue herons at dawn';
const CHIEF = testOfficer('administrator', null);
const SECRETS = ['age-identities.txt', 'log-key', 'signing-key'];

interface Place extends AsyncDisposable {
  readonly home: string;
  readonly keys: string;
  readonly database: TestDatabase;
  /** Opens the node, closes it after. @param passphrase undefined: nobody must ask for one */
  open<T>(passphrase: string | undefined, act: (node: OpenNode) => Promise<T>): Promise<T>;
}

async function place(): Promise<Place> {
  const database = await testDatabase();
  const home = await mkdtemp(join(tmpdir(), 'icarus-protect-'));
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta national unit', country: 'MT' } as const;
  const clock = testClock();
  await initNode({ home, databaseUrl: database.url, identity, clock, address: null });
  const config = { messageLimitBytes: 1e9, deliveryTimeoutMs: 2000, queryMemoryBytes: 1e8 };
  const log = createLog({ level: 'silent' });
  return {
    home,
    keys: join(home, 'keys'),
    database,
    async open(passphrase, act) {
      const asked = async (): Promise<string> => {
        if (passphrase === undefined) throw new Error('asked for a passphrase');
        return passphrase;
      };
      const options = { home, databaseUrl: database.url, clock, log, config, passphrase: asked };
      const node = await openNode({ ...options, work: false });
      try {
        return await act(node);
      } finally {
        await node.close();
      }
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function textsIn(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder);
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, name), 'latin1')] as const),
    ),
  );
}

test('protected keys lie on the disk as age files alone, and the same keys come out with the passphrase', async () => {
  await using here = await place();
  const clear = await textsIn(here.keys);
  const before = await here.open(undefined, async ({ ctx }) => {
    await protectKeys(ctx, CHIEF, PASSPHRASE);
    return {
      signer: ctx.keys.signer.publicKey,
      identities: ctx.keys.identities,
      log: ctx.keys.log.verifierKey,
    };
  });
  const there = await textsIn(here.keys);
  expect([...there.keys()].toSorted()).toEqual(
    [...SECRETS.map((name) => `${name}.age`), LOCK_FILE].toSorted(),
  );
  for (const [name, text] of there) {
    expect(text, name).toMatch(/^age-encryption\.org\/v1\n/);
    expect((await stat(join(here.keys, name))).mode & 0o777, name).toBe(0o600);
  }
  expect(there.get(LOCK_FILE)).toMatch(/\n-> scrypt \S+ 18\n/);
  const after = await here.open(PASSPHRASE, async ({ ctx }) => ({
    signer: ctx.keys.signer.publicKey,
    identities: ctx.keys.identities,
    log: ctx.keys.log.verifierKey,
  }));
  expect(after).toEqual(before);
  const kinds = (await listEvents(here.database.db, {})).map(({ kind }) => kind);
  expect(kinds).toContain('node.keys-protected');
  // The age library, which wrote neither the files nor reads them here, comes to the same.
  const [lock, own] = [new Decrypter(), new Decrypter()];
  lock.addPassphrase(PASSPHRASE);
  own.addIdentity((await lock.decrypt(await readFile(join(here.keys, LOCK_FILE)), 'text')).trim());
  for (const name of SECRETS)
    expect(await own.decrypt(await readFile(join(here.keys, `${name}.age`)), 'text'), name).toBe(
      clear.get(name),
    );
});

test('a wrong passphrase, a damaged file and a weak passphrase each have a code, and change nothing', async () => {
  await using here = await place();
  await here.open(undefined, async ({ ctx }) => {
    await expect(protectKeys(ctx, CHIEF, 'too short')).rejects.toMatchObject({
      code: 'keys/passphrase-weak',
    });
    await expect(unprotectKeys(ctx, CHIEF)).rejects.toMatchObject({ code: 'keys/not-protected' });
    const analyst = testOfficer('lead-analyst', null);
    await expect(protectKeys(ctx, analyst, PASSPHRASE)).rejects.toMatchObject({ code: 'access/denied' });
    expect(isProtected(ctx.paths)).toBe(false);
    await protectKeys(ctx, CHIEF, PASSPHRASE);
    await expect(protectKeys(ctx, CHIEF, PASSPHRASE)).rejects.toMatchObject({ code: 'keys/protected' });
  });
  const before = await textsIn(here.keys);
  await expect(here.open('another sentence altogether', async () => undefined)).rejects.toMatchObject({
    code: 'keys/passphrase-wrong',
  });
  expect(await textsIn(here.keys)).toEqual(before);
  for (const name of ['log-key.age', LOCK_FILE]) {
    const whole = await readFile(join(here.keys, name));
    const altered = Buffer.from(whole);
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    await writeFile(join(here.keys, name), altered);
    await expect(
      here.open(PASSPHRASE, async () => undefined),
      name,
    ).rejects.toMatchObject({
      code: 'keys/damaged',
    });
    await writeFile(join(here.keys, name), whole);
  }
  await here.open(PASSPHRASE, async ({ ctx }) => expect(ctx.keys.identities).toHaveLength(1));
});

test('new keys of a protected node are protected too, and count from their making on', async () => {
  await using here = await place();
  await here.open(undefined, ({ ctx }) => protectKeys(ctx, CHIEF, PASSPHRASE));
  const made = await here.open(PASSPHRASE, async ({ ctx }) => {
    const old = ctx.keys.signer.publicKey;
    await rotateKeys(ctx, SYSTEM, { signing: true, encryption: true });
    expect(ctx.keys.signer.publicKey).not.toBe(old);
    expect(ctx.keys.identities).toHaveLength(2);
    return ctx.keys.signer.publicKey;
  });
  for (const [name, text] of await textsIn(here.keys))
    expect(text, name).toMatch(/^age-encryption\.org\/v1\n/);
  await here.open(PASSPHRASE, async ({ ctx }) => {
    expect(ctx.keys.signer.publicKey).toBe(made);
    await unprotectKeys(ctx, CHIEF);
  });
  expect([...(await textsIn(here.keys)).keys()].toSorted()).toEqual(SECRETS);
  await here.open(undefined, async ({ ctx }) => expect(ctx.keys.signer.publicKey).toBe(made));
});

test('whatever an attempt leaves that was cut off, one file of each key counts and the other goes', async () => {
  await using here = await place();
  const clear = await textsIn(here.keys);
  const recipient = await here.open(undefined, async ({ ctx }) => {
    await protectKeys(ctx, CHIEF, PASSPHRASE);
    return recipientOf(ctx.keys.identities[0] ?? '');
  });
  // Cut off after the passphrase counted: the files in clear were still there.
  for (const [name, text] of clear) await writeFile(join(here.keys, name), text, { mode: 0o600 });
  await here.open(PASSPHRASE, async () => undefined);
  expect([...(await textsIn(here.keys)).keys()].filter((name) => clear.has(name))).toEqual([]);
  // Cut off before it counted: the protected files were there, their passphrase was not.
  for (const [name, text] of clear) await writeFile(join(here.keys, name), text, { mode: 0o600 });
  await rm(join(here.keys, LOCK_FILE));
  const same = await here.open(undefined, async ({ ctx }) => recipientOf(ctx.keys.identities[0] ?? ''));
  expect(same).toBe(recipient);
  expect([...(await textsIn(here.keys)).keys()].toSorted()).toEqual(SECRETS);
});
