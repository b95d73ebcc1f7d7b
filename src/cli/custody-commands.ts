/** The custody log: every act, in the order in which it was recorded. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { RecordedEvent } from '#custody/record.ts';
import { wholeNumber } from './arguments.ts';
import { chainCommand } from './chain-command.ts';
import { closedRecordsFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { custodyLogCommands } from './custody-log-commands.ts';
import { type OperationRun, runOnOperation } from './session.ts';

const PAGE = 500;
const POLL_MS = 500;

export function custodyCommands(program: Command): void {
  const custody = addCommand(
    program,
    'custody',
    'the log of every act on an operation',
    'icarus custody tail',
  );
  custodyLogCommands(custody);
  onOperation(
    addCommand(custody, 'tail', 'show the newest acts', [
      'icarus custody tail --lines 50',
      'icarus custody tail --follow --json',
    ]),
  )
    .option('--lines <n>', 'how many', wholeNumber, 20)
    .option('--follow', 'go on showing what comes, until Ctrl-C', false)
    .action((options: { lines: number; follow: boolean }, command: Command) =>
      runOnOperation(command, (run) => tail(run, options)),
    );
  onOperation(
    addCommand(
      custody,
      'show <kind> <id>',
      'show the history of one thing: package, message, target, report, figures …',
      'icarus custody show package package_01…',
    ),
  ).action((kind: string, id: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => history(run, { kind, id })),
  );
  chainCommand(custody);
}

async function tail(run: OperationRun, options: { lines: number; follow: boolean }): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { listEvents } = await import('#custody/record.ts');
  authorize(actor, 'custody.read', operation);
  const { operationId } = operation;
  const newest = await newestEvents(run, options.lines);
  if (!options.follow) {
    out.result(newest, newest.length === 0 ? 'Nothing is recorded yet.' : newest.map(eventLine));
    return;
  }
  let after = 0;
  for (let events = newest; !signal.aborted; ) {
    for (const event of events) {
      out.item(event, eventLine(event));
      after = event.sequence;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const without = await closedRecordsFor(run);
    events = await listEvents(node.ctx.db, { operationId, without, after, limit: PAGE });
  }
}

/** The last events of the operation, oldest first. The log is read from its beginning, a page at a time. */
async function newestEvents(run: OperationRun, lines: number): Promise<RecordedEvent[]> {
  const { node, operation } = run;
  const without = await closedRecordsFor(run);
  const { listEvents } = await import('#custody/record.ts');
  let kept: RecordedEvent[] = [];
  for (let after = 0; ; ) {
    const { operationId } = operation;
    const events = await listEvents(node.ctx.db, { operationId, without, after, limit: PAGE });
    kept = [...kept, ...events].slice(-lines || kept.length + events.length);
    const last = events.at(-1);
    if (!last || events.length < PAGE) return lines === 0 ? [] : kept;
    after = last.sequence;
  }
}

async function history(run: OperationRun, subject: { kind: string; id: string }): Promise<void> {
  const { node, actor, operation, out } = run;
  const { listEvents } = await import('#custody/record.ts');
  authorize(actor, 'custody.read', operation);
  const { operationId } = operation;
  const without = await closedRecordsFor(run);
  const events = await listEvents(node.ctx.db, { operationId, subject, without, limit: PAGE });
  out.result(
    events,
    events.length === 0
      ? `Nothing is recorded of the ${subject.kind} ${subject.id} in this operation.`
      : events.flatMap((event) => [eventLine(event), ...factLines(event)]),
  );
}

function eventLine({ at, kind, actor, subject }: RecordedEvent): string {
  return `${at.toISOString().slice(0, 19)}Z  ${kind.padEnd(28)} ${subject.id}  by ${actor}`;
}

function factLines({ facts }: RecordedEvent): string[] {
  return Object.entries(facts).map(
    ([name, value]) => `    ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
}
