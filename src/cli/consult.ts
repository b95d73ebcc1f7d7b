/** The consultation log at the command line: what shows personal data wants its reason, and is written down first. */
import type { Command } from 'commander';
import { IcarusError } from '#core/errors.ts';
import { wordsOf } from './command-words.ts';
import { type CommandConsults, commandData } from './personal-data.ts';
import type { OperationRun } from './session.ts';

/**
 * Writes down that the command's officer reads, before it reads.
 * @throws consultation/reason-required without `--reason` or ICARUS_REASON
 */
export async function writeReading(
  command: Command,
  { node, actor, operation }: Pick<OperationRun, 'node' | 'actor' | 'operation'>,
): Promise<void> {
  const consults = commandData(wordsOf(command));
  if (consults === undefined || typeof consults === 'string') return;
  const { reason = process.env['ICARUS_REASON'], recipient } = command.optsWithGlobals<{
    reason?: string;
    recipient?: string;
  }>();
  if (reason === undefined) throw new IcarusError('consultation/reason-required');
  const [{ COMMAND_LINE, giveReason }, { recordReading }] = await Promise.all([
    import('#access/consultation/reason.ts'),
    import('#access/consultation/record.ts'),
  ]);
  const { operationId } = operation;
  const given = await giveReason(node.ctx, actor, {
    sessionId: COMMAND_LINE,
    operationId,
    reason,
    recipient,
  });
  await recordReading(node.ctx, given, {
    act: consults.act ?? 'read',
    data: consults.data,
    subject: subjectOf(command, consults, operationId),
    detail: filtersOf(command),
  });
}

function subjectOf(command: Command, { of }: CommandConsults, operationId: string) {
  const id = command.args[0];
  return of === undefined || id === undefined ? { kind: 'operation', id: operationId } : { kind: of, id };
}

/** What was typed beside who, where and why. */
function filtersOf(command: Command): string {
  const { operation: _, reason: _why, recipient: _to, ...rest } = command.opts<Record<string, unknown>>();
  return Object.entries(rest)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}
