/**
 * What most commands share: configuration, the node opened for the length of the command, the officer
 * who acts, Ctrl-C as cancellation, and one place where errors become a sentence and an exit code.
 * The rooms are loaded when a command runs, so that help answers at once.
 */
import type { Command } from 'commander';
import type { Actor } from '#access/policy.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import type { Operation } from '#operations/types.ts';
import type { Config } from '#platform/config.ts';
import { writeReading } from './consult.ts';
import { theOperation, visibleOperations } from './operation-choice.ts';
import { createOutput, type Output, reportFailure } from './output.ts';

export interface CommandRun {
  readonly out: Output;
  readonly config: Config;
  /** Aborts at Ctrl-C, and when nobody reads the output any more; a second Ctrl-C ends the process. */
  readonly signal: AbortSignal;
}

export interface NodeRun extends CommandRun {
  readonly node: OpenNode;
  /** The owner's connection string to the node's database. */
  readonly databaseUrl: string;
  /** The officer named by --officer or ICARUS_OFFICER. */
  readonly actor: Actor;
}

export interface OperationRun extends NodeRun {
  readonly operation: Operation;
}

/** Presses of Ctrl-C so near to each other are one: npm and the shell pass the same press on again. */
const SAME_PRESS_MS = 1000;
/** 128 + SIGINT, as a shell reports it. */
const INTERRUPTED = 130;

/** Runs a command's work and ends the process with its exit code: 0 only where it succeeded. */
export async function runCommand(command: Command, work: (run: CommandRun) => Promise<void>): Promise<void> {
  const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
  const cancel = new AbortController();
  const release = onInterrupt(cancel);
  try {
    const { readConfig } = await import('#platform/config.ts');
    await work({ out: createOutput(json), config: readConfig().config, signal: cancel.signal });
  } catch (error) {
    process.exitCode = reportFailure(error, json, hintFor(error, command));
  } finally {
    release();
  }
}

/** Lets Ctrl-C, a request to end and a reader who went away cancel what runs. */
function onInterrupt(cancel: AbortController): () => void {
  let pressedAt: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    pressedAt ??= now;
    if (now - pressedAt > SAME_PRESS_MS) process.exit(INTERRUPTED);
    cancel.abort(new IcarusError('cli/cancelled'));
  };
  const onOutputError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') cancel.abort(new IcarusError('cli/cancelled'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.stdout.on('error', onOutputError);
  return () => {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
    process.stdout.removeListener('error', onOutputError);
  };
}

/** Runs a command on this machine's node, as an officer. @param options `work`: run the node's jobs meanwhile */
export async function runOnNode(
  command: Command,
  work: (run: NodeRun) => Promise<void>,
  options: { readonly work?: boolean } = {},
): Promise<void> {
  await runCommand(command, async (run) => {
    const { NODE_DATABASE, openDatabaseServer } = await import('#assembly/database-server.ts');
    const server = await openDatabaseServer(run.config);
    try {
      const databaseUrl = await server.ready(NODE_DATABASE);
      const node = await openForCommand(run.config, databaseUrl, options.work ?? false);
      try {
        await work({ ...run, node, databaseUrl, actor: await actingOfficer(node, officerOf(command)) });
      } finally {
        await node.close();
      }
    } finally {
      const { usedByOthers } = await import('./shared-server.ts');
      if (!(await usedByOthers(server.adminUrl))) await server.stop();
    }
  });
}

/** Runs a command on one operation of this node: the one that --operation names, or the only one. */
export async function runOnOperation(
  command: Command,
  work: (run: OperationRun) => Promise<void>,
  options: { readonly work?: boolean } = {},
): Promise<void> {
  await runOnNode(
    command,
    async (run) => {
      const { operation: wanted } = command.opts<{ operation?: string }>();
      const known = await visibleOperations(run.node.ctx.db, run.actor);
      const operation = theOperation(known, wanted);
      await writeReading(command, { ...run, operation });
      await work({ ...run, operation });
    },
    options,
  );
}

async function openForCommand(config: Config, databaseUrl: string, work: boolean): Promise<OpenNode> {
  const [{ openNode }, { systemClock }, { createLog }] = await Promise.all([
    import('#assembly/open-node.ts'),
    import('#core/clock.ts'),
    import('#platform/log.ts'),
  ]);
  const log = createLog({ level: config.logLevel === 'info' ? 'error' : config.logLevel });
  return openNode({ home: config.dataDir, databaseUrl, clock: systemClock, log, config, work });
}

function officerOf(command: Command): string | undefined {
  const { officer = process.env['ICARUS_OFFICER'] } = command.optsWithGlobals<{ officer?: string }>();
  return officer;
}

/** Without an officer the machine's operator acts: what he may do is set up the node, not read cases. */
async function actingOfficer(node: OpenNode, officer: string | undefined): Promise<Actor> {
  if (officer === undefined) {
    return {
      kind: 'officer',
      officerId: 'operator' as OfficerId,
      name: 'Operator of this machine',
      grants: [{ role: 'administrator', operationId: null }],
    };
  }
  const { actorById } = await import('#access/store.ts');
  const actor = await actorById(node.ctx.db, officer as OfficerId);
  if (!actor) throw new IcarusError('access/officer-not-found', { officer });
  return actor;
}

function hintFor(error: unknown, command: Command): string | undefined {
  return isIcarusError(error, 'access/denied') && officerOf(command) === undefined
    ? 'No officer was named: add --officer ID, or set ICARUS_OFFICER.'
    : undefined;
}
