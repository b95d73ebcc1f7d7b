/**
 * What most commands share: configuration, the node opened for the length of the command, the officer
 * who acts, Ctrl-C as cancellation, and one place where errors become a sentence and an exit code.
 */
import type { Command } from 'commander';
import type { Actor } from '#access/policy.ts';
import { actorById } from '#access/store.ts';
import { NODE_DATABASE, openDatabaseServer } from '#assembly/database-server.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { type Config, readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { createOutput, type Output, reportFailure } from './output.ts';

export interface CommandRun {
  readonly out: Output;
  readonly config: Config;
  /** Aborts at Ctrl-C; a second Ctrl-C ends the process. */
  readonly signal: AbortSignal;
}

export interface NodeRun extends CommandRun {
  readonly node: OpenNode;
  /** The officer named by --officer or ICARUS_OFFICER. */
  readonly actor: Actor;
}

/** Runs a command's work and ends the process with its exit code: 0 only where it succeeded. */
export async function runCommand(command: Command, work: (run: CommandRun) => Promise<void>): Promise<void> {
  const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
  const cancel = new AbortController();
  const onInterrupt = (): void => cancel.abort(new IcarusError('cli/cancelled'));
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    const { config } = readConfig();
    await work({ out: createOutput(json), config, signal: cancel.signal });
  } catch (error) {
    process.exitCode = reportFailure(error, json);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    process.removeListener('SIGTERM', onInterrupt);
  }
}

/** Runs a command on this machine's node, as an officer. */
export async function runOnNode(command: Command, work: (run: NodeRun) => Promise<void>): Promise<void> {
  await runCommand(command, async (run) => {
    const server = await openDatabaseServer(run.config);
    try {
      const databaseUrl = await server.ready(NODE_DATABASE);
      const log = createLog({ level: run.config.logLevel === 'info' ? 'warn' : run.config.logLevel });
      const node = await openNode({
        home: run.config.dataDir,
        databaseUrl,
        clock: systemClock,
        log,
        config: run.config,
        work: false,
      });
      try {
        const { officer = process.env['ICARUS_OFFICER'] } = command.optsWithGlobals<{ officer?: string }>();
        await work({ ...run, node, actor: await actingOfficer(node, officer) });
      } finally {
        await node.close();
      }
    } finally {
      await server.stop();
    }
  });
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
  const actor = await actorById(node.ctx.db, officer as OfficerId);
  if (!actor) throw new IcarusError('access/officer-not-found', { officer });
  return actor;
}
