import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OfficerId } from '#core/ids.ts';
import { type Cluster, openCluster } from '#platform/postgres-cluster.ts';
import { cardFingerprints, writeCard } from '#seal/card.ts';
import { party } from '#seal/fixtures.ts';
import { confirmOnPage } from '#test/confirm-on-page.ts';
import { type Desk, desk } from './fixtures.ts';

const PROFILE = {
  name: 'tool-export',
  version: 1,
  fields: { time: { column: 'time' }, address: { column: 'address' }, clientId: { column: 'client' } },
  time: { format: 'iso' },
};
const LOG =
  'time,address,client\n2011-08-20T22:41:07Z,192.0.2.17,0011\n2011-08-20 22:41:07,192.0.2.17,0011\n';

/** Each command is a process of its own, beside whatever else the machine does. */
const PATIENCE_MS = 240_000;

let node: Desk;
let database: Cluster | undefined;
let as: string[] = [];
const page = () => ({ home: join(node.folder, 'data'), databaseUrl: database?.nodeUrl('icarus') ?? '' });

beforeAll(async () => {
  node = await desk({ ICARUS_HTTP_PORT: '0' });
  await node.json('init', '--id', 'dk', '--name', 'National unit', '--country', 'DK');
  // The database is up from here on, as beside a server; else each command starts it and stops it.
  database = await openCluster({ dataDir: join(node.folder, 'data') });
  const analyst = (await node.json<{ officerId: string }>('officer', 'add', 'Analyst DK-1')).officerId;
  const operation = [
    '--code-name',
    'Icarus',
    '--lead',
    'dk',
    '--coordinator',
    'europol',
    '--participant',
    'mt:MT',
  ];
  await node.json('operation', 'create', ...operation, '--start', '2011-08-08T00:00Z', '--exercise');
  await node.json('officer', 'grant', analyst, 'lead-analyst');
  as = await node.enrolled(analyst);
}, PATIENCE_MS);
afterAll(async () => {
  await database?.stop();
  await node?.[Symbol.asyncDispose]();
});

test(
  'an officer sees the operation that he has a role on',
  async () => {
    const listed = await node.json<{ codeName: string }[]>('operation', 'list', ...as);
    expect(listed.map(({ codeName }) => codeName)).toEqual(['Icarus']);
  },
  PATIENCE_MS,
);

test(
  'a log is imported once, and a refused one changes nothing',
  async () => {
    await writeFile(join(node.folder, 'tool.json'), JSON.stringify(PROFILE));
    await writeFile(join(node.folder, 'log.csv'), LOG);
    await writeFile(join(node.folder, 'other.csv'), 'when,who\n1,2\n');
    const first = await node.icarus('observations', 'import', 'log.csv', '--profile', 'tool.json', ...as);
    expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('time-without-zone: 1 row') });
    const again = await node.icarus('observations', 'import', 'log.csv', '--profile', 'tool-export', ...as);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was changed') });
    const bad = await node.icarus('observations', 'import', 'other.csv', '--profile', 'tool.json', ...as);
    expect(bad).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('[observations/column-missing]'),
    });
    expect(await node.json<unknown[]>('observations', 'list', ...as)).toHaveLength(1);
  },
  PATIENCE_MS,
);

test(
  'address data is recognised by its content, and an address explained by what is loaded',
  async () => {
    await writeFile(join(node.folder, 'prefixes-20110801.txt'), '192.0.2.0\t24\t64500\n');
    await writeFile(join(node.folder, 'nat.csv'), 'prefix,note\n192.0.2.16/28,Mobile pool\n');
    const loaded = await node.icarus('attribution', 'load', 'prefixes-20110801.txt', ...as);
    expect(loaded).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('1 range of pfx2as are loaded, holding from 2011-08-01'),
      stderr: expect.stringContaining('Recognised from its content'),
    });
    const unknown = await node.icarus('attribution', 'load', 'nat.csv', ...as);
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('give --loader') });
    const flags = ['nat.csv', '--loader', 'carrier-nat', '--date', '2011-08-01'];
    expect(await node.icarus('attribution', 'load', ...flags, ...as)).toMatchObject({ exitCode: 0 });
    expect(await node.json('attribution', 'run', ...as)).toMatchObject({
      addresses: 1,
      asked: 1,
      carrierNat: 1,
    });
    const explained = await node.json<{ words: string[] }>(
      'attribution',
      'explain',
      '192.0.2.17',
      '--at',
      '2011-08-20T22:41:07Z',
      ...as,
    );
    expect(explained).toMatchObject({
      asn: 64500,
      country: null,
      carrierNat: true,
      flags: [{ note: 'Mobile pool' }],
    });
    await node.icarus('targets', 'build', ...as);
    const [target] = (await node.json<{ rows: { targetId: string }[] }>('targets', 'list', ...as)).rows;
    const { stdout } = await node.icarus('targets', 'show', target!.targetId, ...as);
    expect(stdout).toContain('No direct observation names an address: no operator can be asked.');
    expect(stdout).toContain('carrier NAT');
  },
  PATIENCE_MS,
);

test(
  'a folder is imported by a saved profile, and what was refused is written out',
  async () => {
    await mkdir(join(node.folder, 'july'));
    await writeFile(join(node.folder, 'july', '1.tsv'), LOG.replaceAll(',', '\t').replaceAll('0011', '0022'));
    await writeFile(join(node.folder, 'july', '2.csv'), 'when,who\n1,2\n');
    const saved = await node.icarus('observations', 'profile', 'save', 'tool.json', ...as);
    expect(saved.stdout).toContain('tool-export is saved as version 1');
    const preview = await node.icarus(
      'observations',
      'preview',
      'july/1.tsv',
      '--profile',
      'tool-export@1',
      ...as,
    );
    expect(preview.stdout).toMatch(/A log in tsv\. 2 rows looked at: 1 accepted, 1 refused/);
    const folder = await node.icarus('observations', 'import', 'july', '--profile', 'tool-export', ...as);
    expect(folder).toMatchObject({
      exitCode: 4,
      stdout: expect.stringMatching(/2\.csv .* not imported: observations\/column-missing/),
    });
    const [, row] = await node.json<{ importId: string }[]>('observations', 'list', ...as);
    const rejects = await node.icarus('observations', 'rejects', row?.importId ?? '', ...as);
    expect(rejects.stdout).toBe(
      'line,column,value,reason\n3,time,2011-08-20 22:41:07,the time names no zone and the profile gives none\n',
    );
  },
  PATIENCE_MS,
);

test(
  'targets are built, worked by a choice of few, ranked by other weights, and leave as a file',
  async () => {
    const fields = {
      ...PROFILE.fields,
      fileHash: { column: 'hash' },
      grade: { constant: 'direct-browse' },
    };
    await writeFile(join(node.folder, 'files.json'), JSON.stringify({ ...PROFILE, name: 'files', fields }));
    const rows = ['00aa', '00aa', '00bb'].map(
      (client, n) => `2011-08-20T22:41:07Z,192.0.2.17,${client},${String(n).padStart(40, '0')}`,
    );
    await writeFile(join(node.folder, 'files.csv'), ['time,address,client,hash', ...rows, ''].join('\n'));
    await node.json('observations', 'import', 'files.csv', '--profile', 'files.json', ...as);
    await node.json('attribution', 'run', ...as);
    await node.json('targets', 'build', ...as);

    const asked = ['targets', 'cover', '--most', '1', '--expired', ...as];
    const { rows: chosen } = await node.json<{ rows: { targetId: string; clientId: string }[] }>(...asked);
    expect(chosen).toMatchObject([{ clientId: '00aa', added: 2, standing: null }]);
    const targetId = chosen[0]?.targetId ?? '';
    const said = await node.icarus('targets', 'known', targetId, '--reason', 'held since May', ...as);
    expect(said).toMatchObject({ exitCode: 0, stdout: `${targetId}: known before.\n` });
    const list = ['targets', 'export', 'known.csv', '--mark', 'known', ...as];
    expect(await node.json(...list)).toEqual({ file: 'known.csv', format: 'csv', targets: 1 });
    expect(await readFile(join(node.folder, 'known.csv'), 'utf8')).toContain(`${targetId},00aa,`);

    const weights = await node.json<object>('targets', 'ranking', 'show', ...as);
    const changed = { ...weights, volume: { points: 77, atMostDoublings: 10 } };
    await writeFile(join(node.folder, 'weights.json'), JSON.stringify(changed));
    const why = ['--name', 'urgency', '--reason', 'files count for more'];
    const saved = await node.icarus('targets', 'ranking', 'save', 'weights.json', ...why, ...as);
    expect(saved.stdout).toContain('urgency-3 is saved');
    expect((await node.icarus('targets', 'rank', ...as)).stdout).toMatch(/ranked by urgency-3\./);
    const refused = await node.icarus('targets', 'rank');
    expect(refused).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('[access/denied]') });
  },
  PATIENCE_MS,
);

test(
  'case data needs an officer with a role, and the sentence says how to name one',
  async () => {
    const denied = await node.icarus('targets', 'list', '--json');
    expect(denied.exitCode).toBe(6);
    expect(denied.stdout).toBe('');
    const { error } = JSON.parse(denied.stderr) as { error: { code: string; message: string } };
    expect(error).toEqual({ code: 'access/denied', message: expect.stringContaining('--key FILE') });
  },
  PATIENCE_MS,
);

test(
  'an officer’s name is not believed, and an act names the command whose proof anybody can check',
  async () => {
    for (const named of [
      await node.icarus('targets', 'list', '--officer', 'officer_1'),
      await node.icarus('targets', 'list', '--officer', 'officer_1', ...as),
    ])
      expect(named).toMatchObject({
        exitCode: 6,
        stdout: '',
        stderr: expect.stringMatching(/--key FILE.*\[access\/officer-unproved\]/),
      });
    type Act = { kind: string; facts: Record<string, string> };
    const acts = await node.json<Act[]>('custody', 'tail', '--lines', '200', ...as);
    const { call } = acts.findLast(({ kind }) => kind === 'targets.ranked')?.facts ?? {};
    const proof = acts.find((one) => one.kind === 'officer.command-proved' && one.facts['call'] === call);
    const { signature = '', statement = '', ...facts } = proof?.facts ?? {};
    expect(facts).toMatchObject({ command: 'targets rank', call: expect.stringMatching(/^call_/) });
    const [, keyFile = ''] = as;
    const officer = basename(keyFile, '.key');
    const publicKey = execFileSync('ssh-keygen', ['-y', '-f', keyFile], { encoding: 'utf8' });
    await writeFile(join(node.folder, 'allowed'), `${officer} ${publicKey}`);
    await writeFile(join(node.folder, 'command.sig'), signature);
    const verified = execFileSync(
      'ssh-keygen',
      ['-Y', 'verify', '-n', 'command@icarus', '-I', officer, '-f', 'allowed', '-s', 'command.sig'],
      { cwd: node.folder, input: statement, encoding: 'utf8' },
    );
    expect(verified).toContain('Good "command@icarus" signature');
  },
  PATIENCE_MS,
);

test(
  'wrong usage is a sentence and exit code 2, as JSON where JSON is asked for',
  async () => {
    const wrong = await node.icarus('targets', 'lst');
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean list?') });
    const zone = await node.icarus(
      'attribution',
      'explain',
      '192.0.2.17',
      '--at',
      '2011-08-20T22:41:07',
      '--json',
    );
    expect(zone.exitCode).toBe(2);
    expect(JSON.parse(zone.stderr)).toMatchObject({ error: { code: 'cli/usage' } });
  },
  PATIENCE_MS,
);

test(
  'a card is not added until somebody confirms its fingerprints',
  async () => {
    const europol = await party('europol');
    const card = join(node.folder, 'europol.card.json');
    await writeFile(card, await writeCard(europol.card, europol.signer));
    expect(await node.icarus('agency', 'add', card)).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('[cli/not-confirmed]'),
    });
    const [key = ''] = cardFingerprints(europol.card).signingKeys;
    await node.json('agency', 'add', card, '--fingerprint', key);
    const known = await node.json<{ agencyId: string }[]>('agency', 'list');
    expect(known.map(({ agencyId }) => agencyId)).toEqual(['dk', 'europol']);
  },
  PATIENCE_MS,
);

test(
  'a command works beside a running server and leaves it running',
  async () => {
    const server = node.start('serve');
    await server.said('listens on');
    const acts = await node.json<{ kind: string }[]>('custody', 'tail', '--lines', '200', ...as);
    expect(acts.map(({ kind }) => kind)).toContain('operation.created');
    expect(await node.json('officer', 'list')).toHaveLength(1);
    expect(await server.interrupt()).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('Stopping'),
    });
  },
  PATIENCE_MS,
);

test(
  'the log is verified, proven from and handed out, and what was altered in it is named',
  async () => {
    const verdict = await node.json<{ holds: boolean; size: number }>('custody', 'verify');
    expect(verdict).toMatchObject({ holds: true, faults: [] });
    const [created] = (
      await node.json<{ kind: string; sequence: number; subject: { id: string } }[]>(
        'custody',
        'tail',
        '--lines',
        '200',
        ...as,
      )
    ).filter(({ kind }) => kind === 'operation.created');
    const proof = await node.json(
      'custody',
      'prove',
      created?.subject.id ?? '',
      '--out',
      'p.tlog-proof',
      ...as,
    );
    expect(proof).toMatchObject({ proof: await readFile(join(node.folder, 'p.tlog-proof'), 'utf8') });
    await node.json('custody', 'export', 'log', ...as);
    await node.json('agency', 'card', '--out', 'dk.card.json');
    const check = ['custody', 'verify', '--bundle', 'log', '--card', 'dk.card.json'];
    expect(await node.json(...check)).toMatchObject({ holds: true, keysFrom: 'cards' });
    const entries = join(node.folder, 'log', 'entries.jsonl');
    await writeFile(
      entries,
      (await readFile(entries, 'utf8')).replace('operation.created', 'operation.adopted'),
    );
    expect(await node.icarus(...check)).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('an event is not what its leaf was made of'),
    });
  },
  PATIENCE_MS,
);

test(
  'once an administrator can prove who he is, the operator of the machine only keeps the node running',
  async () => {
    const { officerId } = await node.json<{ officerId: string }>('officer', 'add', 'Administrator');
    await node.json('officer', 'grant', officerId, 'administrator');
    const administrator = await node.enrolled(officerId);
    const refused = await node.icarus('officer', 'add', 'Somebody');
    expect(refused).toMatchObject({
      exitCode: 6,
      stderr: expect.stringMatching(/--key FILE.*\[access\/command-unproved\]/),
    });
    expect(await node.icarus('custody', 'verify')).toMatchObject({ exitCode: 0 });
    expect(await node.json('officer', 'list', ...administrator)).toHaveLength(2);
  },
  PATIENCE_MS,
);

test(
  'an officer signs in at the terminal, acts there without a key, and signs out',
  async () => {
    const officerId = basename(as[1] ?? '', '.key') as OfficerId;
    const signingIn = node.start('sign-in');
    const shown = await signingIn.said('type the code');
    const [code = ''] = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(shown) ?? [];
    await confirmOnPage(page(), officerId, code);
    expect(await signingIn.ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(officerId) });
    const file = join(node.folder, 'config', 'icarus', 'dk.session');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const listed = await node.json<{ codeName: string }[]>('operation', 'list');
    expect(listed.map(({ codeName }) => codeName)).toEqual(['Icarus']);
    await chmod(file, 0o644);
    expect(await node.icarus('operation', 'list')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('[access/key-readable]'),
    });
    const earlier = (await readFile(file, 'utf8')).trim();
    const again = node.start('sign-in');
    const [second = ''] = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await again.said('type the code')) ?? [];
    await confirmOnPage(page(), officerId, second);
    expect(await again.ended).toMatchObject({ exitCode: 0 });
    const later = (await readFile(file, 'utf8')).trim();
    await writeFile(file, earlier);
    expect(await node.icarus('operation', 'list'), 'the session before is over').toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('[access/terminal-over]'),
    });
    await writeFile(file, later);
    expect(await node.json('sign-out')).toEqual({ ended: true });
    expect(await node.icarus('operation', 'list')).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('[access/command-unproved]'),
    });
  },
  PATIENCE_MS,
);
