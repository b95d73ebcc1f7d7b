/**
 * A real node by its real command, with secrets that can be recognised: after what a node's day brings, and much
 * that goes wrong, they stand in no log, no answer, no event, no job, no row and no list of processes.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testAuthenticator } from '#access/sign-in/fixtures.ts';
import { desk } from '#cli/fixtures.ts';
import { readSecret } from '#operations/key-folder.ts';
import { openKeyFolder } from '#operations/protect-keys.ts';
import { openDatabase } from '#platform/database.ts';
import { clusterFolder, runningCluster } from '#platform/postgres-cluster.ts';
import { freePort } from './small-disk-node.ts';

const PASSPHRASE = 'Passphrase-Planted-Heron-4711';
const CLIENT_SECRET = 'ClientSecret-Planted-Heron-4712';
const STORAGE_SECRET = 'StorageSecret-Planted-Heron-4713';

/** What was seen, with the place where it was. */
type Seen = readonly [place: string, text: string];

function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Without its ends, which depend on what stands before and behind.
  const base64 = bytes.toString('base64').replace(/=*$/, '').slice(0, -2);
  return [secret, encodeURIComponent(secret), bytes.toString('hex'), base64];
}

function places(secrets: ReadonlyMap<string, string>, seen: readonly Seen[]): string[] {
  return [...secrets].flatMap(([name, secret]) =>
    seen
      .filter(([, text]) => forms(secret).some((form) => text.includes(form)))
      .map(([place]) => `${name} in ${place}`),
  );
}

/** The lines of key files that are secret. */
function keyLines(name: string, text: string): [string, string][] {
  if (name !== 'signing-key')
    return text
      .split('\n')
      .flatMap((line, n) => (/SECRET|PRIVATE/.test(line) ? [[`${name} line ${n}`, line]] : []));
  // The first lines of an OpenSSH key hold its public half; the secret is in the last of them.
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  return [[`${name} secret`, lines.at(-2) ?? '']];
}

async function commandLines(): Promise<Seen[]> {
  const found = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    found.map(async (pid) => [
      `the command line of a process`,
      (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '),
    ]),
  );
}

async function allRows(url: string): Promise<Seen[]> {
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    const { rows: tables } = await sql<{ name: string }>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('public', 'pgboss')`.execute(db);
    const seen: Seen[] = [];
    for (const { name } of tables) {
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} as t`.execute(
        db,
      );
      seen.push([`the table ${name}`, rows.map(({ row }) => row).join('\n')]);
    }
    return seen;
  } finally {
    await db.destroy();
  }
}

test('secrets of a node stand in no log, no answer, no event, no job, no row and no command line', async () => {
  const port = await freePort();
  await using here = await desk({
    ICARUS_LOG_LEVEL: 'debug',
    ICARUS_HTTP_PORT: String(port),
    ICARUS_STATUS_PORT: String(await freePort()),
    ICARUS_OIDC_ISSUER: 'https://127.0.0.1:9',
    ICARUS_OIDC_CLIENT_SECRET: CLIENT_SECRET,
    ICARUS_S3_SECRET: STORAGE_SECRET,
    ICARUS_PASSPHRASE_FILE: 'passphrase.txt',
  });
  const dataDir = join(here.folder, 'data');
  const seen: Seen[] = [];
  const secrets = new Map([
    ['passphrase', PASSPHRASE],
    ['client secret', CLIENT_SECRET],
    ['storage secret', STORAGE_SECRET],
  ]);
  const icarus = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await here.icarus(...args);
    seen.push([`standard error of icarus ${args.slice(0, 2).join(' ')}`, stderr]);
    // The code is shown once, to the administrator who asked for it.
    if (args[1] !== 'enrol') seen.push([`standard output of icarus ${args.slice(0, 2).join(' ')}`, stdout]);
    return stdout;
  };
  await writeFile(join(here.folder, 'passphrase.txt'), `${PASSPHRASE}\n`);
  await icarus('init', '--id', 'mt', '--name', 'Malta national unit', '--country', 'MT');
  const keys = join(dataDir, 'keys');
  for (const name of await readdir(keys))
    for (const [line, text] of keyLines(name, await readFile(join(keys, name), 'utf8')))
      secrets.set(line, text);
  const { officerId } = JSON.parse(await icarus('officer', 'add', 'Chief', '--json')) as {
    officerId: string;
  };
  await icarus('officer', 'grant', officerId, 'administrator');
  const { code } = JSON.parse(await icarus('officer', 'enrol', officerId, '--json')) as { code: string };
  secrets.set('enrolment code', code);
  await icarus('keys', 'protect');
  await icarus('config');
  await writeFile(join(here.folder, 'passphrase.txt'), `${PASSPHRASE} wrong\n`);
  await icarus('agency', 'list');
  await writeFile(join(here.folder, 'passphrase.txt'), `${PASSPHRASE}\n`);

  const server = here.start('serve');
  await server.said('listens on');
  const origin = `http://localhost:${port}`;
  const api = `http://127.0.0.1:${port}/nodes/mt/api`;
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(`${api}${path}`, init);
    seen.push([`the answer to ${init.method ?? 'GET'} ${path.slice(0, 20)}`, await answer.clone().text()]);
    return answer;
  };
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const key = testAuthenticator(origin);
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks at what came
  const options: any = await (await post('/enrol/options', { code })).json();
  await post('/enrol/options', { code: `${code}X` });
  await post('/enrol/options', `{"code": "${code}", `);
  await post('/enrol', { code, label: 'key', response: { id: code, planted: code } });
  await ask(`/enrol/options?code=${code}`);
  expect((await post('/enrol', { code, label: 'key', response: key.create(options) })).status).toBe(204);
  await post('/enrol/options', { code });
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks at what came
  const challenge: any = await (await ask('/sign-in/options', { method: 'POST' })).json();
  const signedIn = await fetch(`${api}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response: key.get(challenge) }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const token = cookie.split('=')[1] ?? '';
  expect(token.length).toBeGreaterThan(20);
  secrets.set('session token', token);
  await ask('/session', { headers: { cookie } });
  await ask('/session', { headers: { authorization: `Bearer ${token}` } });
  await ask(`/officers/${token}?token=${token}`, { headers: { cookie } });
  await post('/officers', { name: 'Second', token }, { cookie });
  await post('/sign-in/provider', {}, { cookie });
  await post('/officers', { name: 'Second' }, { cookie });
  const rotated = await post(
    '/keys/rotate',
    { signing: true, encryption: true, overlapHours: 1 },
    { cookie },
  );
  expect([rotated.status, await rotated.text()]).toEqual([200, expect.any(String)]);
  const folder = await openKeyFolder({ keys }, async () => PASSPHRASE);
  secrets.set('lock of the keys', folder.lock ?? '');
  for (const name of ['signing-key', 'age-identities.txt'])
    for (const [line, text] of keyLines(name, readSecret(folder, name) ?? ''))
      secrets.set(`new ${line}`, text);
  expect([...secrets.keys()].filter((name) => name.startsWith('new ')).length).toBeGreaterThanOrEqual(3);
  for (const secret of secrets.values()) {
    await ask('/inbox', {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/octet-stream' },
      body: secret,
    });
    await post('/keys/revoke', { fingerprint: secret, reason: 'it may be copied' }, { cookie });
    await ask(`/keys/card?${encodeURIComponent(secret)}`, { headers: { cookie: secret } });
  }
  await icarus('status');
  await icarus('outbox', 'list');
  seen.push(...(await commandLines()));

  const cluster = await runningCluster(dataDir);
  for (const url of [cluster?.url('icarus'), cluster?.nodeUrl('icarus')]) {
    const { username, password } = new URL(url ?? '');
    secrets.set(`password of ${username}`, password);
  }
  const rows = await allRows(cluster?.url('icarus') ?? '');
  const metrics = await icarus('status', '--json');
  const { stdout, stderr, exitCode } = await server.interrupt();
  expect(exitCode).toBe(0);
  const serverLog = await readFile(`${clusterFolder(dataDir)}.log`, 'utf8');
  seen.push(...rows, ['the status', metrics], ['standard output of the server', stdout]);
  seen.push(['the log of the node', stderr], ['the log of the database', serverLog]);

  // What is looked through is what it is taken for: the acts are in it, and what is planted is found.
  expect(stderr).toContain('"request refused"');
  expect(rows.find(([place]) => place === 'the table public.custody_event')?.[1]).toContain(
    'officer.signed-in',
  );
  expect(rows.find(([place]) => place === 'the table public.custody_event')?.[1]).toContain(
    'node.keys-protected',
  );
  for (const [name, secret] of secrets) {
    expect(secret.length, name).toBeGreaterThan(15);
    expect(places(new Map([[name, secret]]), [['here', `x${secret}y`]])).toEqual([`${name} in here`]);
  }
  expect(places(secrets, seen)).toEqual([]);
}, 240_000);
