/**
 * `npm run schemathesis -- [--examples 5] [--seed 1] [--markdown FILE]`: the node's own description of its interface,
 * judged by schemathesis (PyPI), which knows nothing of us: over the door of a real port it asks every route what the
 * description says, and breaks that, as an officer with every role and then, of the node's own routes, as the
 * administrator. A status of 500 and above, a status, a field of the head or a type of content that is not described,
 * an answer that does not fit its schema, a broken request that is taken, or a request without a session that is
 * answered fails the run. Skipped where PyPI is out of reach.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLog } from '#platform/log.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { openCluster } from '#platform/postgres-cluster.ts';
import { DOOR_LIMITS, guardDoor, throughDoor } from '#server/requests/front-door.ts';
import { type AccessNode, type Asking, accessNode } from '#test/access-node.ts';
import { writeSection } from './section.ts';

const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    markdown: { type: 'string' },
  },
});
const command = `npm run schemathesis -- --examples ${values.examples} --seed ${values.seed}`;

/** Checks that are not true of this interface by intention (docs/proofs/schemathesis.md says why). */
const NOT_OURS = ['positive_data_acceptance', 'unsupported_method', 'allow_header_conformance'];
/** A stream without end, and what takes from the officer who asks the session or the role to ask with. */
const LEFT_OUT = String.raw`/api/(events$|session$|account/sessions|officers/[^/]+/(retire|sessions|grants)|keys/)`;
/** Routes of the node itself, which only the administrator is let in to. */
const OF_THE_NODE = String.raw`/api/(condition|officers|enrolments|service-accounts|emergencies|signatures|custody/alarms)`;

interface Judged {
  readonly who: string;
  readonly failed: boolean;
  readonly text: string;
}

const tool = execFileSync(join(import.meta.dirname, '../bench/peers/schemathesis.sh'), {
  encoding: 'utf8',
}).trim();
if (tool === '') {
  process.stdout.write('schemathesis cannot be installed here: skipped\n');
  process.exit(0);
}
const version = execFileSync(tool, ['--version'], { encoding: 'utf8' }).trim();
process.stderr.write(`${command}, ${version}\n`);

const folder = await mkdtemp(join(tmpdir(), 'icarus-schemathesis-'));
// As root, PostgreSQL runs as another user, who must be able to walk in.
await chmod(folder, 0o711);
const cluster = await openCluster({ dataDir: folder, disposable: true });
const judged: Judged[] = [];
try {
  await createDatabase(cluster.url('postgres'), 'described');
  await migrate(cluster.url('described'));
  await using node = await accessNode({
    url: cluster.nodeUrl('described'),
    async [Symbol.asyncDispose]() {},
  });
  await using door = await listening(node);
  const everyRole = { as: 'all roles', on: node.own } as const;
  judged.push(await judge(node, { url: door.url, asking: everyRole, only: [] }));
  const administrator = { as: 'administrator', on: node.own } as const;
  judged.push(
    await judge(node, { url: door.url, asking: administrator, only: ['--include-path-regex', OF_THE_NODE] }),
  );
} finally {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}
for (const { text } of judged) process.stdout.write(text);
if (values.markdown) {
  const parts = judged.map(({ who, text }) => `As ${who}:\n\n\`\`\`text\n${summary(text)}\n\`\`\``);
  await writeSection(values.markdown, `Command: \`${command}\`, ${version}\n\n${parts.join('\n\n')}`);
}
process.exit(judged.some(({ failed }) => failed) ? 1 : 0);

async function listening(node: AccessNode): Promise<AsyncDisposable & { readonly url: string }> {
  const door = { log: createLog({ level: 'silent' }) };
  const server = createServer(DOOR_LIMITS, throughDoor(door, node.serve));
  guardDoor(server, door);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/nodes/mt/api/openapi.json`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

interface Judging {
  readonly url: string;
  readonly asking: Exclude<Asking, { as: 'nobody' }>;
  readonly only: readonly string[];
}

async function judge(node: AccessNode, { url, asking, only }: Judging): Promise<Judged> {
  const settings = join(folder, 'schemathesis.toml');
  const token = node.cookieOf(asking)?.split('=')[1] ?? '';
  await writeFile(settings, settingsFor(node.own, token));
  const args = ['--config-file', settings, 'run', url];
  args.push('--checks', 'all', '--exclude-checks', NOT_OURS.join(','), '--exclude-path-regex', LEFT_OUT);
  args.push('--phases', 'examples,coverage,fuzzing', '--continue-on-failure', '--workers', '1', '--no-color');
  args.push('--max-examples', values.examples, '--seed', values.seed, ...only);
  const output = join(folder, 'output');
  const code = await new Promise<number>((ended) => {
    const child = spawn('sh', ['-c', 'exec "$0" "$@" > "$OUTPUT" 2>&1', tool, ...args], {
      cwd: folder,
      env: { ...process.env, OUTPUT: output },
    });
    child.once('exit', (status) => ended(status ?? 1));
  });
  return { who: asking.as, failed: code !== 0, text: await readFile(output, 'utf8') };
}

/** A body that is broken by being too long is refused as too long, which schemathesis does not count by itself. */
function settingsFor(operationId: string, token: string): string {
  return [
    '[parameters]',
    `"path.operationId" = "${operationId}"`,
    '[auth.openapi.session]',
    `api_key = "${token}"`,
    '[checks.negative_data_rejection]',
    'expected-statuses = ["400", "401", "403", "404", "405", "409", "413", "415", "422"]',
    '',
  ].join('\n');
}

/** What was tried and what came of it, without the list of what it could not reach. */
function summary(text: string): string {
  const lines = text.split('\n');
  const head = lines.filter((line) => /^\s*(Operations:|[^\w\s]+\s+(Examples|Coverage|Fuzzing) )/.test(line));
  const from = lines.findIndex((line) => /^=+ SUMMARY =+$/.test(line));
  return [...head, ...lines.slice(from + 1)].join('\n').trim();
}
