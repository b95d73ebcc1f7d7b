/** `icarus status`: what this machine's node can do, for a person and, by its exit code, for a script. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Figures } from '#assembly/condition/figures.ts';
import type { Condition, Standing } from '#assembly/condition/types.ts';
import { MINUTE_MS, systemClock } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { Config } from '#platform/config.ts';
import { addCommand } from './commands.ts';
import { table } from './output.ts';
import { type CommandRun, runCommand } from './session.ts';
import { facts } from './words.ts';

/** Apart from those of errors, so that a script can tell a node that is not well from a command that failed. */
const EXIT_CODES: Readonly<Record<Standing, number>> = {
  ready: 0,
  degraded: 10,
  'read-only': 11,
  unavailable: 12,
};

type Status = Condition & { readonly figures: Partial<Figures> | null };

export function statusCommand(program: Command): void {
  addCommand(
    program,
    'status',
    'what this node can do; exit code 0 ready, 10 degraded, 11 read-only, 12 unavailable',
    'icarus status && echo ready',
  ).action((_options: object, command: Command) => runCommand(command, status));
}

async function status({ config, out }: CommandRun): Promise<void> {
  const found = (await toldByServer(config)) ?? (await lookedAt(config));
  process.exitCode = EXIT_CODES[found.standing];
  out.result(found, [
    `The node is ${found.standing}.`,
    ...table(
      ['check', 'state', ''],
      found.checks.map(({ name, state, says }) => [name, state, says]),
    ),
    ...(found.figures ? ['', ...shown(found.figures)] : []),
  ]);
  const { providerWords } = await import('#server/sign-in-options.ts');
  const weak = providerWords(config);
  if (weak) out.note(weak);
}

/** The server knows more than can be seen from beside it: its clock against partners'. */
async function toldByServer({ statusPort }: Config): Promise<Status | undefined> {
  if (!statusPort) return undefined;
  const answer = await fetch(`http://127.0.0.1:${statusPort}/ready`).catch(() => undefined);
  return answer && (answer.ok || answer.status === 503) ? ((await answer.json()) as Status) : undefined;
}

/** Starts nothing and changes nothing. @throws node/missing */
async function lookedAt(config: Config): Promise<Status> {
  if (!existsSync(join(config.dataDir, 'keys')))
    throw new IcarusError('node/missing', { path: config.dataDir });
  const [{ NODE_DATABASE }, { lookAt }, { clockWatch }, { nodePaths }, { openDatabase }, { runningCluster }] =
    await Promise.all([
      import('#assembly/database-server.ts'),
      import('#assembly/condition/look.ts'),
      import('#platform/clock-watch.ts'),
      import('#platform/context.ts'),
      import('#platform/database.ts'),
      import('#platform/postgres-cluster.ts'),
    ]);
  const url = config.databaseUrl ?? (await runningCluster(config.dataDir))?.nodeUrl(NODE_DATABASE);
  const db = url === undefined ? undefined : openDatabase({ url, poolSize: 1 });
  try {
    const paths = await nodePaths(config.dataDir, config.temporaryDir);
    const { diskReserveBytes } = config;
    const toleranceMs = config.clockToleranceMinutes * MINUTE_MS;
    const look = await lookAt(
      { db, clock: systemClock, paths, diskReserveBytes },
      { clocks: clockWatch(), toleranceMs, disks: config },
    );
    return { ...look.condition, figures: look.figures ?? null };
  } finally {
    await db?.destroy();
  }
}

function shown(figures: Partial<Figures>): string[] {
  const { outboxWaiting = 0, outboxOldestSeconds = 0, receiptsOverdue = 0, inboxWaiting = 0 } = figures;
  const { jobsWaiting = 0, jobsActive = 0, jobsFailed = 0, logSize = 0, forksOpen = 0 } = figures;
  const age = figures.checkpointAgeSeconds;
  return facts([
    ['waiting to be handed over', outboxWaiting],
    ['oldest of them', outboxWaiting === 0 ? null : ago(outboxOldestSeconds)],
    ['receipts overdue', receiptsOverdue],
    ['waiting to be opened', inboxWaiting],
    ['jobs waiting, running, failed', `${jobsWaiting}, ${jobsActive}, ${jobsFailed}`],
    ['events in the custody log', logSize],
    ['newest checkpoint', age === null || age === undefined ? 'none' : `${ago(age)} ago`],
    ['custody alarms open', forksOpen],
  ]);
}

function ago(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
