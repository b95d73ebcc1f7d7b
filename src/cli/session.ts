/**
 * What most commands share: configuration, the node opened for the length of the command, the officer
 * who acts, Ctrl-C as cancellation, and one place where errors become a sentence and an exit code.
 * The rooms are loaded when a command runs, so that help answers at once.
 */
import { type Command, InvalidArgumentError } from 'commander';
import type { OfficersWord } from '#access/approvals/statement.ts';
import type { Actor } from '#access/policy.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { Operation } from '#operations/types.ts';
import type { Config } from '#platform/config.ts';
import type { NodeDatabase } from '#platform/database-logins.ts';
import { type Acting, actingOfficer, namedBy } from './acting-officer.ts';
import { admit } from './admit.ts';
import { refuseClosed } from './closed-persons.ts';
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
  readonly database: NodeDatabase;
  /** The officer who has proved that he gives the command; in an exercise, the one that was named. */
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
    process.exitCode = reportFailure(asUsage(error, command), json, hintFor(error, command));
  } finally {
    release();
  }
}

/** What was typed is read by commander before a command begins, and by the command where it must know more to read it. */
function asUsage(error: unknown, command: Command): unknown {
  if (!(error instanceof InvalidArgumentError)) return error;
  const words: string[] = [];
  for (let one: Command | null = command; one; one = one.parent) words.unshift(one.name());
  return new IcarusError('cli/usage', { reason: error.message, command: words.join(' ') }, { cause: error });
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

interface RunOptions {
  /** Run the node's jobs meanwhile. */
  readonly work?: boolean;
}

/** Runs a command on this machine's node, as an officer. */
export async function runOnNode(
  command: Command,
  work: (run: NodeRun) => Promise<void>,
  options: RunOptions = {},
): Promise<void> {
  const admitted = async (run: NodeRun, acting: Acting): Promise<NodeRun> => {
    await acting.begin();
    admit(command, run.actor);
    return run;
  };
  await runAdmitted(command, admitted, work, options);
}

/** Runs a command on one operation of this node: the one that --operation names, or the only one. */
export async function runOnOperation(
  command: Command,
  work: (run: OperationRun) => Promise<void>,
  options: RunOptions = {},
): Promise<void> {
  const admitted = async (run: NodeRun, acting: Acting): Promise<OperationRun> => {
    const { operation: wanted } = command.opts<{ operation?: string }>();
    const known = await visibleOperations(run.node.ctx.db, run.actor);
    const operation = theOperation(known, wanted);
    await acting.begin(operation.operationId);
    admit(command, run.actor, operation.operationId);
    await refuseClosed(command, { ...run, operation });
    await writeReading(command, { ...run, operation });
    return { ...run, operation };
  };
  await runAdmitted(command, admitted, work, options);
}

/** Opens the node and runs `work` once its officer is `admitted`: before that, no job of the node runs here either. */
async function runAdmitted<Run extends NodeRun>(
  command: Command,
  admitted: (run: NodeRun, acting: Acting) => Promise<Run>,
  work: (run: Run) => Promise<void>,
  options: RunOptions,
): Promise<void> {
  await runCommand(command, async (run) => {
    const { NODE_DATABASE, openDatabaseServer } = await import('#assembly/database-server.ts');
    const { config } = run;
    const server = await openDatabaseServer(config);
    try {
      const database = await server.ready(NODE_DATABASE);
      const databaseUrl = database.url;
      const passphrase = askedOnce(config);
      await withNode({ config, databaseUrl, passphrase, work: false }, async (node) => {
        const acting = await actingOfficer(node.ctx, command, { config, databaseUrl });
        const as = await admitted({ ...run, node, database, actor: acting.actor }, acting);
        if (!options.work) return signing(acting, () => work(as));
        const { carryCall } = await import('#platform/acting-call.ts');
        return withNode({ config, databaseUrl, passphrase, work: true }, (working) => {
          carryCall(node.ctx.db, working.ctx.db);
          return signing(acting, () => work({ ...as, node: working }));
        });
      });
    } finally {
      const { usedByOthers } = await import('./shared-server.ts');
      if (!(await usedByOthers(server))) await server.stop();
    }
  });
}

/** More than any command decides about at a time. */
const MOST_WORDS = 20;

/**
 * Does it; where an act was refused, with nothing changed, because the officer's signature was missing, his key gives it
 * and the command goes on from its beginning.
 */
async function signing({ sign }: Acting, work: () => Promise<void>): Promise<void> {
  for (let words = 0; ; words++) {
    try {
      return await work();
    } catch (error) {
      if (!sign || words === MOST_WORDS || !isIcarusError(error, 'access/signature-needed')) throw error;
      await sign(JSON.parse(String(error.details['toSign'])) as OfficersWord);
    }
  }
}

interface Opening {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly passphrase: () => Promise<string>;
  readonly work: boolean;
}

/** A command may open its node twice; whoever sits there types the passphrase once, and a descriptor is read once. */
function askedOnce(config: Config): () => Promise<string> {
  let asked: Promise<string> | undefined;
  return () => (asked ??= import('#platform/passphrase.ts').then(({ passphraseOf }) => passphraseOf(config)));
}

async function withNode(opening: Opening, act: (node: OpenNode) => Promise<void>): Promise<void> {
  const node = await openForCommand(opening);
  try {
    await act(node);
  } finally {
    await node.close();
  }
}

async function openForCommand({ config, databaseUrl, passphrase, work }: Opening): Promise<OpenNode> {
  const [{ openNode }, { systemClock }, { createLog }] = await Promise.all([
    import('#assembly/open-node.ts'),
    import('#core/clock.ts'),
    import('#platform/log.ts'),
  ]);
  const log = createLog({ level: config.logLevel === 'info' ? 'error' : config.logLevel });
  const home = config.dataDir;
  return openNode({ home, databaseUrl, clock: systemClock, log, config, passphrase, work });
}

function hintFor(error: unknown, command: Command): string | undefined {
  const { officer, key } = namedBy(command);
  return isIcarusError(error, 'access/denied') && officer === undefined && key === undefined
    ? 'The operator of this machine asked, who is no officer: sign in with `icarus sign-in`, or name your key with --key FILE (or ICARUS_KEY); in an exercise, --officer ID.'
    : undefined;
}
