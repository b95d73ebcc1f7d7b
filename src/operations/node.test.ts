import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { nodePaths } from '#platform/context.ts';
import { agentKey } from '#platform/ssh-agent.ts';
import { readCard } from '#seal/card.ts';
import { generateSigningKey } from '#seal/keys.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { hasTools, testAgent } from '#test/ssh-agent.ts';
import { exportCard, ownCard } from './cards.ts';
import { initNode, loadNodeKeys, type NodeSetup } from './node.ts';
import { ownAgency } from './store.ts';

const AT = new Date('2011-01-10T08:00:00.000Z');

interface Place extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly setup: NodeSetup;
}

async function place(): Promise<Place> {
  const database = await testDatabase();
  const home = await mkdtemp(join(tmpdir(), 'icarus-init-'));
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta national unit', country: 'MT' } as const;
  const setup: NodeSetup = {
    home,
    identity,
    databaseUrl: database.url,
    clock: { now: () => AT },
    address: 'https://icarus.example.mt',
  };
  return {
    database,
    setup,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

test('sets a node up with keys of its own, readable by its owner alone, and a card that proves them', async () => {
  await using here = await place();
  const { card, fingerprints } = await initNode(here.setup);
  const paths = await nodePaths(here.setup.home);
  const keys = await loadNodeKeys(paths);
  expect((await readdir(paths.keys)).toSorted()).toEqual(['age-identities.txt', 'log-key', 'signing-key']);
  for (const name of await readdir(paths.keys))
    expect((await stat(join(paths.keys, name))).mode & 0o777).toBe(0o600);
  expect(await readCard(card)).toMatchObject({
    agencyId: 'mt',
    name: 'Malta national unit',
    country: 'MT',
    address: 'https://icarus.example.mt',
    issuedAt: AT.toISOString(),
    signingKeys: [{ validAfter: AT.toISOString(), validBefore: null, revokedAt: null }],
  });
  expect(keys.signer.publicKey).toContain((await readCard(card)).signingKeys[0]?.publicKey);
  expect(keys.identities).toHaveLength(1);
  expect((await readCard(card)).logKey).toBe(keys.log.verifierKey);
  expect(fingerprints.signingKeys[0]).toMatch(/^SHA256:/);
  expect(await exportCard(here.database.db)).toBe(card);
  expect(await ownAgency(here.database.db)).toMatchObject({ agencyId: 'mt', own: true });
  expect(await listEvents(here.database.db, {})).toMatchObject([
    { kind: 'node.set-up', facts: { signingKeys: fingerprints.signingKeys } },
  ]);
});

test('never sets up a node where one is', async () => {
  await using here = await place();
  await initNode(here.setup);
  const before = await readFile(join(here.setup.home, 'keys', 'signing-key'), 'utf8');
  await expect(initNode(here.setup)).rejects.toMatchObject({ code: 'node/exists' });
  expect(await readFile(join(here.setup.home, 'keys', 'signing-key'), 'utf8')).toBe(before);
});

test('goes on after a crash with the keys that were whole, and clears away what was not', async () => {
  await using here = await place();
  await using elsewhere = await place();
  await initNode(elsewhere.setup);
  const whole = await readFile(join(elsewhere.setup.home, 'keys', 'signing-key'), 'utf8');
  const { keys } = await nodePaths(here.setup.home);
  await writeFile(join(keys, 'signing-key'), whole, { mode: 0o600 });
  await writeFile(join(keys, '.age-identities.txt.partial-0a1b'), 'AGE-SECRET', { mode: 0o600 });
  await initNode(here.setup);
  expect((await readdir(keys)).toSorted()).toEqual(['age-identities.txt', 'log-key', 'signing-key']);
  expect(await readFile(join(keys, 'signing-key'), 'utf8')).toBe(whole);
  expect((await ownCard(here.database.db)).signingKeys).toEqual(
    (await ownCard(elsewhere.database.db)).signingKeys,
  );
});

test('says that there is no node where there are no keys', async () => {
  await using here = await place();
  await expect(loadNodeKeys(await nodePaths(here.setup.home))).rejects.toMatchObject({
    code: 'node/missing',
  });
  await expect(exportCard(here.database.db)).rejects.toMatchObject({ code: 'node/missing' });
});

test('the key files are those of the public tools', async (context) => {
  await using here = await place();
  const { fingerprints } = await initNode(here.setup);
  const key = join(here.setup.home, 'keys', 'signing-key');
  const printed = run('ssh-keygen', ['-l', '-f', key]);
  const recipient = run('age-keygen', ['-y', join(here.setup.home, 'keys', 'age-identities.txt')]);
  if (printed === undefined || recipient === undefined)
    context.skip('ssh-keygen or age-keygen is not installed');
  expect(printed).toContain(fingerprints.signingKeys[0]);
  expect(recipient?.trim()).toBe(fingerprints.ageRecipients[0]);
});

function run(tool: string, parameters: string[]): string | undefined {
  try {
    return execFileSync(tool, parameters, { encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

test.skipIf(!hasTools('ssh-agent', 'ssh-add'))(
  'sets a node up with a key in an agent, whose secret never touches its folder (skipped without ssh-agent)',
  async () => {
    await using here = await place();
    using running = await testAgent();
    const { privateKey, publicKey } = generateSigningKey('mt token');
    running.run('ssh-add', '-q', running.place('key', privateKey));
    const agent = { socket: running.socket, timeoutMs: 5000 };
    const chosen = { agent, publicKey: await agentKey(agent, publicKey) };
    const { card } = await initNode({ ...here.setup, agentKey: chosen });
    const paths = await nodePaths(here.setup.home);
    expect((await readdir(paths.keys)).toSorted()).toEqual([
      'age-identities.txt',
      'log-key',
      'signing-key.pub',
    ]);
    expect(publicKey).toContain((await readCard(card)).signingKeys[0]?.publicKey);
    const { signer } = await loadNodeKeys(paths, agent);
    expect(await signer.sign(Buffer.from('x'))).toHaveLength(83);
  },
);

test('does not choose between a key in a file and one in an agent', async () => {
  await using here = await place();
  const paths = await nodePaths(here.setup.home);
  const { privateKey, publicKey } = generateSigningKey('mt file');
  await writeFile(join(paths.keys, 'signing-key'), privateKey);
  const agentKey = { agent: { socket: null, timeoutMs: 100 }, publicKey };
  await expect(initNode({ ...here.setup, agentKey })).rejects.toMatchObject({
    code: 'signing/key-file-there',
  });
});
