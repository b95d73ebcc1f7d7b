/**
 * Need to know at the command line, walked through: every command that asks for an action, given in this process by an
 * officer who signs it with his key, once with a role that lacks the action and once with one that has it.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkedSignatures } from '#access/approvals/verify.ts';
import { actionsOfCommand, COMMAND_ACCESS, commandAccess, GRAVE_COMMANDS } from '#access/command-access.ts';
import { JOB_ACCESS } from '#access/job-access.ts';
import { ACTIONS, ROLES, type Role } from '#access/policy.ts';
import { openNode } from '#assembly/open-node.ts';
import { icarusProgram } from '#cli/program.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { createOperation } from '#operations/create.ts';
import { initNode } from '#operations/node.ts';
import { openDatabase } from '#platform/database.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { type Cluster, clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { assembledNode } from './assembled-node.ts';
import { type Given, give, newProgram, typed, type Verb, valueFor, verbs } from './command-line.ts';
import { SYSTEM, testClock } from './nodes.ts';
import { officerWithKey } from './officer-with-key.ts';
import { quickFolder } from './quick-folder.ts';

let home: string;
let cluster: Cluster;
let db: Db;

const began = process.cwd();

beforeAll(async () => {
  home = await mkdtemp(join(await quickFolder(), 'icarus-commands-'));
  // As root, PostgreSQL runs as another user, who must be able to walk in.
  await chmod(home, 0o711);
  // Commands refuse the cluster of the other tests, which forgets what is committed.
  cluster = await openCluster({ dataDir: join(home, 'data') });
  await createDatabase(cluster.url('postgres'), 'icarus');
  await migrate(cluster.url('icarus'));
  const url = cluster.nodeUrl('icarus');
  db = openDatabase({ url, poolSize: 2 });
  vi.stubEnv('DATABASE_URL', url);
  vi.stubEnv('ICARUS_DATABASE_OWNER_URL', cluster.url('icarus'));
  vi.stubEnv('ICARUS_DATA_DIR', join(home, 'data'));
  vi.stubEnv('ICARUS_REASON', 'Every command is given');
  vi.stubEnv('ICARUS_OFFICER', undefined);
  vi.stubEnv('ICARUS_KEY', undefined);
  await setUp(join(home, 'data'), url);
  // What a command writes where it is given goes with the rest.
  process.chdir(home);
}, 120_000);
afterAll(async () => {
  process.chdir(began);
  vi.unstubAllEnvs();
  await db?.destroy();
  await cluster?.stop();
  await rm(clusterFolder(join(home, 'data')), { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

/** A real node, an operation, and an officer with a key for every role. */
async function setUp(dataDir: string, databaseUrl: string): Promise<void> {
  const [log, clock] = [createLog({ level: 'silent' }), testClock()];
  const identity = { agencyId: 'dk' as AgencyId, name: 'National unit', country: 'DK' } as const;
  await initNode({ home: dataDir, databaseUrl, identity, clock, address: null });
  const config = { messageLimitBytes: 1e9, deliveryTimeoutMs: 2000, queryMemoryBytes: 1e8 };
  const node = await openNode({ home: dataDir, databaseUrl, clock, log, config, work: false });
  const { operationId } = await createOperation(node.ctx, SYSTEM, {
    codeName: 'Icarus',
    lead: 'dk' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants: [{ agencyId: 'mt' as AgencyId, country: 'MT' }],
    startedAt: clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  await node.ctx.db.transaction().execute(async (tx) => {
    for (const role of ROLES) await addOfficer(tx, role, operationId);
  });
  await node.close();
}

async function addOfficer(tx: Tx, role: Role, operationId: OperationId, name: string = role): Promise<void> {
  await officerWithKey(tx, { name, roles: [role], operationId, folder: home });
}

const ALL = verbs(newProgram());
const ASKING = ALL.filter(({ words }) => actionsOfCommand(commandAccess(words) ?? []).length > 0);

/** @returns the code of the error that the command ended with; undefined where it succeeded */
async function codeOf(verb: Verb, role: Role | undefined): Promise<string | undefined> {
  return (await run(typed(verb), role)).code;
}

function run(words: readonly string[], officer: string | undefined, program?: Command): Promise<Given> {
  return give(words, officer === undefined ? undefined : join(home, `${officer}.key`), program);
}

function roleWith({ words }: Verb, has: boolean): Role {
  const asked = actionsOfCommand(commandAccess(words) ?? []);
  const may = (role: Role) => asked.every((action) => (ACTIONS[action] as readonly string[]).includes(role));
  const found = ROLES.toReversed().find((role) => may(role) === has);
  if (found === undefined) throw new Error(`${words.join(' ')}: every role, or none, has what it asks`);
  return found;
}

/** Rows of every table as they stand, but what a proof leaves: its event, its number, and when its key was used. */
async function state(): Promise<Record<string, string>> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
      and relname not like 'custody_%' and relname not in ('command_nonce', 'officer_key')`.execute(db);
  const states = rows.map(async ({ name }) => {
    const { rows: found } = await sql<{ digest: string }>`
      select coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as digest from ${sql.table(name)} t`.execute(
      db,
    );
    return [name, found[0]?.digest ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(states));
}

async function eventsSince(first: number): Promise<string[]> {
  const rows = await db
    .selectFrom('custody_event')
    .select('kind')
    .distinct()
    .where('sequence', '>', first)
    .execute();
  return rows.map(({ kind }) => kind);
}

test('every command says who may give it, and nothing is listed that is gone', () => {
  expect(
    ALL.filter(({ words }) => commandAccess(words) === undefined).map(({ words }) => words.join(' ')),
    'to list in src/access/command-access.ts',
  ).toEqual([]);
  const names = new Set(
    ALL.flatMap(({ words }) => words.map((_, index) => words.slice(0, index + 1).join(' '))),
  );
  const gone = [...Object.keys(COMMAND_ACCESS), ...GRAVE_COMMANDS].filter((words) => !names.has(words));
  expect(gone, 'to take out of src/access/command-access.ts').toEqual([]);
  expect(ASKING.length).toBeGreaterThan(100);
});

test('every job says in whose name it acts, and nothing is listed that is gone', async () => {
  const { work } = await assembledNode();
  expect(work).toEqual(Object.keys(JOB_ACCESS).sort());
});

test('a command is refused to a role that lacks its action, and to nobody at all, and nothing is changed', async () => {
  const [before, { newest }] = [
    await state(),
    await db
      .selectFrom('custody_event')
      .select((of) => of.fn.max('sequence').as('newest'))
      .executeTakeFirstOrThrow(),
  ];
  const wrong: string[] = [];
  for (const verb of ASKING) {
    const role = roleWith(verb, false);
    const code = await codeOf(verb, role);
    if (code !== 'access/denied') wrong.push(`${verb.words.join(' ')} as ${role}: ${code}`);
    const access = commandAccess(verb.words);
    if (typeof access === 'object' && 'machine' in access) continue;
    const unproved = await codeOf(verb, undefined);
    if (unproved !== 'access/command-unproved') wrong.push(`${verb.words.join(' ')} as nobody: ${unproved}`);
  }
  expect(wrong).toEqual([]);
  expect(await state()).toEqual(before);
  expect(await eventsSince(newest)).toEqual(['officer.command-proved']);
}, 600_000);

test('what is the machine’s operator’s alone is refused to an administrator', async () => {
  const alone = ALL.filter(({ words }) => {
    const access = commandAccess(words);
    return typeof access === 'object' && 'machineOnly' in access;
  });
  expect(alone.map(({ words }) => words.join(' '))).toEqual(['officer rescue']);
  for (const verb of alone) expect(await codeOf(verb, 'administrator')).toBe('access/denied');
});

test('a role that has the action is let in', async () => {
  const refused: string[] = [];
  for (const verb of ASKING) {
    const access = commandAccess(verb.words);
    if (typeof access === 'object' && 'more' in access) continue;
    const role = roleWith(verb, true);
    const code = await codeOf(verb, role);
    if (code === 'access/denied' || code === 'access/command-unproved')
      refused.push(`${verb.words.join(' ')} as ${role}: ${code}`);
  }
  expect(refused).toEqual([]);
}, 600_000);

test('whoever approves at the terminal signs the digest with his key, and the signature is proven again', async () => {
  const [{ id }] = (await db.selectFrom('operation').select('id').execute()) as [{ id: OperationId }];
  await db.transaction().execute((tx) => addOfficer(tx, 'administrator', id, 'second'));
  const reason = ['--reason', 'takes over while DK-1 is ill'];
  const grant = ['officer', 'grant', 'officer_press', 'auditor', '--operation', id, ...reason];
  const waits = await run(grant, 'administrator');
  const { proposalId, digest } = JSON.parse(waits.answer) as { proposalId: string; digest: string };
  const approve = ['approvals', 'approve', proposalId, '--digest', digest];
  expect((await run(approve, 'administrator')).code).toBe('access/same-officer');
  expect(await run(approve, 'second')).toMatchObject({ code: undefined });
  const { value: signature } = await checkedSignatures(db, {}).next();
  expect(signature).toMatchObject({
    officerId: 'officer_second',
    thing: { kind: 'proposal', id: proposalId, digest },
    way: 'ssh',
    verdict: 'holds',
  });
  const owner = openDatabase({ url: cluster.url('icarus'), role: 'owner', poolSize: 1 });
  const judged = owner.transaction().execute(async (tx) => {
    await sql`alter table act_signature disable trigger act_signature_is_kept`.execute(tx);
    await tx
      .updateTable('act_signature')
      .set({ signature: Buffer.from('no signature') })
      .execute();
    expect((await checkedSignatures(tx, {}).next()).value).toMatchObject({
      verdict: { wrong: 'the signature does not hold' },
    });
    throw new Error('undone');
  });
  await expect(judged).rejects.toThrow('undone');
  await owner.destroy();
});

/** What somebody types who is mistaken: neither id nor word nor number, a file that holds something else, a folder. */
const MISTAKES = ['Ünïcode 💥', 'mistaken.json', '.'];
const WRONG_USAGE = new Error('commander refused it');

/** All arguments wrong at once, then every option that may be left out. */
function mistaken({ words, command }: Verb, value: string): string[][] {
  const options = command.options.flatMap((option) =>
    option.mandatory ? [option.long ?? '', ...(option.required ? [valueFor(option)] : [])] : [],
  );
  const wrong = (one: Argument | Option): string => one.argChoices?.[0] ?? value;
  const optional = command.options.filter(({ mandatory, required }) => !mandatory && required);
  return [
    [...words, ...options, '--', ...command.registeredArguments.map(wrong)],
    ...optional.map((option) => [
      ...words,
      ...options,
      `${option.long}=${wrong(option)}`,
      '--',
      ...command.registeredArguments.filter(({ required }) => required).map(valueFor),
    ]),
  ];
}

test('a mistaken argument ends with a code of its own, never as something unexpected', async () => {
  await writeFile(join(home, 'mistaken.json'), '{"a":[1]}\n');
  const unexpected: string[] = [];
  for (const [at, verb] of ASKING.entries()) {
    const role = roleWith(verb, true);
    for (const words of mistaken(verb, MISTAKES[at % MISTAKES.length] ?? 'x')) {
      const program = icarusProgram({
        json: true,
        onEnd: () => {
          throw WRONG_USAGE;
        },
      });
      const { code } = await run(words, role, program).catch((error: unknown) => {
        if (error === WRONG_USAGE) return { code: 'cli/usage' };
        throw error;
      });
      if (code === 'internal/unexpected') unexpected.push(words.join(' '));
    }
  }
  expect(unexpected).toEqual([]);
}, 600_000);

test('what is no kind of thing, no agency and no file is refused with the words to use', async () => {
  const until = ['--until', '2011-09-21T09:00:00Z', '--reason', 'x'];
  const wrong: readonly (readonly [words: string, code: string, ...options: string[]])[] = [
    ['reconcile X!', 'cli/usage'],
    ['custody chain nothing x', 'cli/usage'],
    ['review keep nothing x', 'cli/usage', ...until],
    ['hold place target', 'cli/usage', ...until],
    ['erase ask nothing', 'cli/usage', '--because', 'review', '--basis', 'x'],
    ['backup prune nowhere', 'backup/folder-unreadable'],
    ['inbox add .', 'exchange/file-unreadable'],
    ['hash-list preview .', 'cli/file-unreadable'],
    ['hash-list preview nowhere', 'cli/file-unreadable'],
  ];
  for (const [words, code, ...options] of wrong) {
    const verb = ALL.find((one) => words.startsWith(`${one.words.join(' ')} `));
    if (!verb) throw new Error(`${words} is no command`);
    expect((await run([...words.split(' '), ...options], roleWith(verb, true))).code, words).toBe(code);
  }
});
