/** Setting up and running this machine's node. */
import { type Command, InvalidArgumentError } from 'commander';
import type { AgencyId } from '#core/ids.ts';
import type { Config } from '#platform/config.ts';
import { agency, asIs, country, eachOf, textFile } from './arguments.ts';
import { addCommand } from './commands.ts';
import { officerCommands } from './officer-commands.ts';
import { table } from './output.ts';
import { type CommandRun, runCommand } from './session.ts';
import { facts } from './words.ts';

export function nodeCommands(program: Command): void {
  initCommand(program);
  addCommand(
    program,
    'serve',
    'run this node: pages, exchange with other nodes, jobs',
    'ICARUS_DATA_DIR=/srv/icarus ICARUS_HTTP_PORT=4711 icarus serve',
  ).action((_options: object, command: Command) =>
    runCommand(command, async (run) => {
      const { serve } = await import('#server/main.ts');
      await serve(run.config, run.signal, (line) => run.out.note(line));
    }),
  );
  addCommand(
    program,
    'worker',
    'run jobs of this node, here or on any machine that shares its data; Ctrl-C stops it',
    [
      'ICARUS_DATA_DIR=/srv/icarus icarus worker',
      'DATABASE_URL=postgres://db.internal/icarus?sslmode=verify-full ICARUS_DATA_DIR=/mnt/icarus ICARUS_TEMPORARY_DIR=/var/tmp/icarus icarus worker --only observations',
    ],
  )
    .option('--only <room>', 'run only the jobs of this room; may stand several times', eachOf(String))
    .option('--remote', 'without the data directory: only partition jobs, over ICARUS_LAKE_URL', false)
    .action(({ only, remote }: { only?: string[]; remote: boolean }, command: Command) =>
      runCommand(command, async (run) => {
        const { runRemoteWorker, runWorker } = await import('./run-worker.ts');
        if (remote) await runRemoteWorker(run);
        else await runWorker(run, only);
      }),
    );
  addCommand(
    program,
    'config',
    'print the settings in force and where each comes from; secrets hidden',
    'icarus config --json',
  ).action((_options: object, command: Command) =>
    runCommand(command, async ({ out }) => {
      const [{ readConfig }, { providerWords }] = await Promise.all([
        import('#platform/config.ts'),
        import('#server/sign-in-options.ts'),
      ]);
      const { config, entries } = readConfig();
      const rows = entries.map(({ name, value, source }) => [name, value, source]);
      out.result(entries, table(['setting', 'value', 'from'], rows));
      const weak = providerWords(config);
      if (weak) out.note(weak);
    }),
  );
  addCommand(program, 'migrate', 'bring the database to this version, as its owner', [
    'ICARUS_DATABASE_OWNER_URL=postgres://icarus_owner:…@db.internal/icarus?sslmode=verify-full icarus migrate',
  ]).action((_options: object, command: Command) => runCommand(command, migrate));
  officerCommands(program);
}

async function migrate({ out, config }: CommandRun): Promise<void> {
  const { NODE_DATABASE, openDatabaseServer } = await import('#assembly/database-server.ts');
  const server = await openDatabaseServer(config);
  try {
    server.requireOwner();
    const { url } = await server.ready(NODE_DATABASE);
    const login = decodeURIComponent(new URL(url).username);
    out.result(
      { login },
      `The database is of this version. The node signs in as ${login}, who owns nothing in it.`,
    );
  } finally {
    await server.stop();
  }
}

interface InitOptions {
  readonly id: AgencyId;
  readonly name: string;
  readonly country?: ReturnType<typeof country>;
  readonly address?: string;
  readonly signingKeyAgent?: string;
}

function initCommand(program: Command): void {
  addCommand(program, 'init', 'set up a node: agency, database, signing and encryption keys', [
    'icarus init --id mt --name "Malta national unit" --country MT --address https://icarus.example.mt',
    'icarus init --id dk --name Rigspolitiet --country DK --signing-key-agent SHA256:kD4…',
  ])
    .requiredOption('--id <agency>', 'short name of the agency, lower case, as in addresses: mt', agency)
    .requiredOption('--name <name>', 'full name of the agency')
    .option('--country <code>', 'ISO country code; leave out for an agency of no country', country)
    .option(
      '--address <url>',
      'where other nodes reach this one; leave out for file exchange only',
      nodeAddress,
    )
    .option(
      '--signing-key-agent <key>',
      'sign with this key of an ssh-agent instead of one in a file: its fingerprint or .pub file',
      asIs,
    )
    .action((options: InitOptions, command: Command) => runCommand(command, (run) => init(run, options)));
}

async function init({ out, config }: CommandRun, options: InitOptions): Promise<void> {
  const { id, name } = options;
  const [{ NODE_DATABASE, openDatabaseServer }, { initNode }, { systemClock }] = await Promise.all([
    import('#assembly/database-server.ts'),
    import('#operations/node.ts'),
    import('#core/clock.ts'),
  ]);
  const agentKey = await chosenAgentKey(config, options.signingKeyAgent);
  const server = await openDatabaseServer(config);
  try {
    const node = await initNode({
      ...(agentKey && { agentKey }),
      home: config.dataDir,
      databaseUrl: (await server.ready(NODE_DATABASE)).url,
      identity: { agencyId: id, name, country: options.country ?? null },
      clock: systemClock,
      address: options.address ?? null,
    });
    out.result({ agencyId: id, dataDir: config.dataDir, ...node }, [
      `The node ${id} is set up in ${config.dataDir}.`,
      ...facts([['signing key', node.fingerprints.signingKeys.join(', ')]]),
      'Next: `icarus officer add` for each officer, `icarus agency card --out FILE` for your partners.',
    ]);
  } finally {
    await server.stop();
  }
}

/** A key that the node's agent holds: it must be there before anything is changed. */
export async function chosenAgentKey(config: Config, wanted: string | undefined) {
  if (wanted === undefined) return undefined;
  const { agentKey, sshAgentOf } = await import('#platform/ssh-agent.ts');
  const agent = sshAgentOf(config);
  const named = wanted.startsWith('SHA256:') ? wanted : (await textFile(wanted)).trim();
  return { agent, publicKey: await agentKey(agent, named) };
}

function nodeAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new InvalidArgumentError('Give an address as https://icarus.example.mt.');
  return text.replace(/\/+$/, '');
}
