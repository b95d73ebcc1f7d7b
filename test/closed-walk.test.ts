/**
 * Records of victims, other parties and minors are closed, walked through: every reading route and every command, asked by
 * an officer of all roles that do not open them, on a node where every room has something on a victim. Nothing of him may
 * come out. The same walk by an officer whose roles open him shows that there is something to be seen.
 */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argument, Option } from 'commander';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { actionsOfCommand, commandAccess } from '#access/command-access.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import { commandData } from '#cli/personal-data.ts';
import { systemClock } from '#core/clock.ts';
import { createLog } from '#platform/log.ts';
import { PERSONAL_DATA } from '#server/personal-data.ts';
import { type Route, walkedApp } from './access-node.ts';
import { type ClosedScene, closedScene, type Officer } from './closed-scene.ts';
import { give, newProgram, typed, type Verb, valueFor, verbs } from './command-line.ts';
import { sample } from './schema-sample.ts';

let scene: ClosedScene;
let node: OpenNode;
let app: Awaited<ReturnType<typeof walkedApp>>;
let desk: string;
const began = process.cwd();

beforeAll(async () => {
  scene = await closedScene();
  const { home, databaseUrl, ownerUrl } = scene;
  const config = { messageLimitBytes: 1e9, deliveryTimeoutMs: 2000, queryMemoryBytes: 1e8 };
  const log = createLog({ level: 'silent' });
  node = await openNode({ home, databaseUrl, clock: systemClock, log, config, work: false });
  app = await walkedApp(node);
  desk = await mkdtemp(join(home, 'desk-'));
  process.chdir(desk);
  vi.stubEnv('DATABASE_URL', databaseUrl);
  vi.stubEnv('ICARUS_DATABASE_OWNER_URL', ownerUrl);
  vi.stubEnv('ICARUS_DATA_DIR', home);
  vi.stubEnv('ICARUS_REASON', 'Every command is given');
  vi.stubEnv('ICARUS_OFFICER', undefined);
  vi.stubEnv('ICARUS_KEY', undefined);
}, 300_000);
afterAll(async () => {
  process.chdir(began);
  vi.unstubAllEnvs();
  await app?.app.close();
  await node?.close();
  await scene?.[Symbol.asyncDispose]();
});

function namesHim(text: string): boolean {
  return Object.values(scene.his).some((id) => text.includes(id));
}

/** Asked for by name: the victim, and somebody whose own record tells of him. */
const asked = () => [scene.his.target, scene.neighbour];

/** It does not end: test/closed-persons.test.ts follows it. */
const STREAM = 'GET /api/events';

/** Routes that tell an outsider of the victim, with the reason. */
const OPEN_ROUTES: Readonly<Record<string, string>> = {
  'GET {op}/board': 'an alarm that somebody may be harmed',
  'GET {op}/risks': 'an alarm that somebody may be harmed',
  'GET {op}/risks/:targetId': 'an alarm that somebody may be harmed',
  'GET {op}/consultations': 'the log of readings is audited whole: ids of what was read, nothing of it',
  'GET {op}/consultations.csv': 'the log of readings is audited whole: ids of what was read, nothing of it',
};

/** What routes and commands call things. */
const CALLED: Readonly<Record<string, string>> = {
  targetId: 'target',
  packageId: 'package',
  exhibitId: 'exhibit',
  hitId: 'hit',
  networkId: 'network',
  reportId: 'report',
  messageId: 'message',
  figureSetId: 'figures',
  seriesId: 'series',
  requestId: 'request',
  permissionId: 'permission',
  target: 'target',
  targets: 'target',
  earlier: 'target',
  later: 'other',
  other: 'other',
  package: 'package',
  packages: 'package',
  exhibit: 'exhibit',
  hit: 'hit',
  report: 'report',
  message: 'message',
  messages: 'message',
  figures: 'figures',
  series: 'series',
};

function idOf(name: string, target: string): string | undefined {
  const called = CALLED[name] ?? '';
  return called === 'target' ? target : scene.ids[called];
}

/** Members of a query that name a target, and how. */
const NAMING: Readonly<Record<string, string>> = {
  targetId: 'target',
  earlier: 'target',
  later: 'other',
  kind: 'word',
  subjectKind: 'word',
  id: 'target',
  subjectId: 'target',
};

/** The route about the target: of the operation, and where it takes a name, of him. */
function requestsTo({ url, schema }: Route, target: string): { url: string; payload?: object }[] {
  const params: Readonly<Record<string, string>> = {
    ...(sample(schema.params, '0') as object),
    operationId: scene.operationId,
    kind: 'target',
    subjectKind: 'target',
    recordId: target,
    subjectId: target,
  };
  const path = url
    .replaceAll(/:(\w+)/g, (_, name: string) => idOf(name, target) ?? params[name] ?? '0')
    .replace('*', 'x');
  const { properties = {} } = (schema.querystring ?? {}) as { properties?: object };
  const least: Record<string, string> = {
    ...(sample(schema.querystring, '0') as object),
    ...('limit' in properties && { limit: '100' }),
  };
  const named = Object.entries(NAMING).filter(([name]) => name in properties);
  const whom = { target, other: scene.ids['other'] ?? '', word: 'target' };
  const all = Object.fromEntries(named.map(([name, what]) => [name, whom[what as keyof typeof whom]]));
  const payload = sample(schema.body, '0') as object | undefined;
  return [least, ...(named.length > 0 ? [{ ...least, ...all }] : [])].map((query) => ({
    url: `${path}?${new URLSearchParams(query).toString()}`,
    ...(payload !== undefined && { payload }),
  }));
}

async function routesThatShowHim({ cookie }: Officer): Promise<string[]> {
  const showing = new Set<string>();
  for (const route of app.routes) {
    if ((route.method !== 'GET' && !(route.key in PERSONAL_DATA)) || route.key === STREAM) continue;
    for (const request of asked().flatMap((target) => requestsTo(route, target))) {
      const answer = await route.app.inject({
        ...request,
        method: route.method as 'GET',
        headers: { host: 'localhost:4711', cookie },
      });
      if (answer.statusCode === 500) throw new Error(`${route.key}: ${answer.body}`);
      if (answer.statusCode < 300 && namesHim(answer.body)) showing.add(route.key);
    }
  }
  return [...showing].sort();
}

test('no reading route shows a victim to an officer whose roles do not open him', async () => {
  const { outsider, insider } = scene;
  const sighted = await routesThatShowHim(insider);
  expect(sighted, 'there is something to be seen').toEqual(
    expect.arrayContaining([
      'GET {op}/casework/targets',
      'GET {op}/crossmatch/hits/:hitId',
      'GET {op}/crossmatch/networks/:networkId',
      'GET {op}/custody/chain',
      'GET {op}/exhibits',
      'GET {op}/links/history',
      'GET {op}/packages/:packageId/targets',
      'GET {op}/protection',
      'GET {op}/received-targets/:targetId',
      'GET {op}/referrals/permissions',
      'GET {op}/reports/:reportId',
      'GET {op}/targets',
    ]),
  );
  expect(await routesThatShowHim(outsider)).toEqual(Object.keys(OPEN_ROUTES).sort());
}, 300_000);

/** Commands that tell an outsider of the victim, with the reason. */
const OPEN_COMMANDS: Readonly<Record<string, string>> = {
  board: 'an alarm that somebody may be harmed',
  'consultations list': 'the log of readings is audited whole: ids of what was read, nothing of it',
  'consultations export': 'the log of readings is audited whole: ids of what was read, nothing of it',
};

/** Whoever gives these has an action that the policy knows, or has proved who he is. */
const ASKING = verbs(newProgram()).filter(({ words }) => {
  const access = commandAccess(words) ?? { open: '' };
  return actionsOfCommand(access).length > 0 || (typeof access === 'object' && 'proved' in access);
});

/** Those that an officer reads with: whoever is let in by his roles gives them without harm. */
const READING = ASKING.filter(
  ({ words }) =>
    typeof commandData(words) === 'object' ||
    /^(custody|hold|erase|review) (chain|list|show|tail)$/.test(words.join(' ')),
);

/** Options with which a command gives more than without: given with them too. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  'review list': ['--all'],
  'targets links': ['--dismissed'],
  'custody tail': ['--lines', '10000'],
  'consultations list': ['--limit', '10000'],
};

const QUERIES = ['client-facts', 'client-addresses', 'top-targets'];

/** The command about the target: as little as it needs, and with each name of him that it takes. */
function linesOf(verb: Verb, target: string): string[][] {
  const words = verb.words.join(' ');
  const { command } = verb;
  let files = 0;
  const valued = (taking: Argument | Option): string => {
    const name = taking.name();
    if (name === 'out' || name === 'folder' || (name === 'file' && words.endsWith('export')))
      return `new-${files++}.csv`;
    if (name === 'kind' && !taking.argChoices) return 'target';
    const id = name === 'id' || name === 'what' ? target : idOf(name, target);
    return id !== undefined && takes(taking, id) ? id : valueFor(taking);
  };
  if (words === 'observations query')
    return QUERIES.flatMap((name) => [
      [...verb.words, '--name', name, '--out', `${name}.csv`],
      [...verb.words, '--name', name, '--print-sql', 'duckdb'],
    ]);
  const least = typed(verb, valued);
  const optional = command.registeredArguments.filter(({ required }) => !required).map(valued);
  const targets = command.options.filter(
    (option) => option.required && idOf(option.name(), target) !== undefined,
  );
  return [
    least,
    ...(optional.length > 0 ? [[...verb.words, ...optional, ...least.slice(verb.words.length)]] : []),
    ...targets.map((option) => [...least, option.long ?? '', valued(option)]),
    ...(MORE[words] ? [[...least, ...MORE[words]]] : []),
  ];
}

function takes({ argChoices, parseArg }: Argument | Option, value: string): boolean {
  try {
    parseArg?.(value, undefined);
    return argChoices === undefined || argChoices.includes(value);
  } catch {
    return false;
  }
}

/** What a command wrote where it was given, which goes. */
async function written(): Promise<string> {
  const texts: string[] = [];
  for (const name of await readdir(desk, { recursive: true })) {
    const path = join(desk, name);
    if ((await stat(path)).isFile()) texts.push(await readFile(path, 'latin1'));
  }
  for (const name of await readdir(desk)) await rm(join(desk, name), { recursive: true, force: true });
  return texts.join('\n');
}

async function commandsThatShowHim({ key }: Officer, given: readonly Verb[]): Promise<string[]> {
  const showing = new Set<string>();
  for (const verb of given)
    for (const line of asked().flatMap((target) => linesOf(verb, target))) {
      const { code, answer, said } = await give(line, key);
      if (code === 'internal/unexpected') throw new Error(`${line.join(' ')}: ${said}`);
      const files = await written();
      // A refusal may repeat the id that was typed.
      if (namesHim(files) || (code === undefined && namesHim(`${answer}${said}`)))
        showing.add(verb.words.join(' '));
    }
  return [...showing].sort();
}

test('no command shows a victim to an officer whose roles do not open him', async () => {
  const sighted = await commandsThatShowHim(scene.insider, READING);
  expect(sighted, 'there is something to be seen').toEqual(
    expect.arrayContaining([
      'casework list',
      'custody chain',
      'custody tail',
      'erase list',
      'eurojust list',
      'evidence summary',
      'hits list',
      'hold list',
      'observations query',
      'report show',
      'review list',
      'targets export',
      'targets links',
      'targets merges',
    ]),
  );
  expect(await commandsThatShowHim(scene.outsider, ASKING)).toEqual(Object.keys(OPEN_COMMANDS).sort());
}, 900_000);

test('at the command line too an alarm of risk is closed to nobody, and who has no need of a record asks for it', async () => {
  const { key } = scene.outsider;
  const { target } = scene.his;
  expect((await give(['targets', 'show', target], key)).code).toBe('access/person-closed');
  expect((await give(['targets', 'known', target, '--reason', 'Of an earlier case'], key)).code).toBe(
    'access/person-closed',
  );
  const alarm = await give(['targets', 'flag', target, '--reason', 'Tonight again'], key);
  expect(alarm.code).toBeUndefined();
  const why = 'Only his contacts tell whether two groups are one';
  expect((await give(['casework', 'open', target, '--justification', why], key)).code).toBeUndefined();
});
