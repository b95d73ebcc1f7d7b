/** Messages between nodes: what came, what goes out, and the way by file. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { authorize, authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import type { MessageView } from '#exchange/schemas.ts';
import { agency, wholeNumber } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { addFiles } from './inbox-add.ts';
import { messageDetailCommands } from './message-detail-commands.ts';
import { tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type NodeRun, type OperationRun, runOnNode, runOnOperation } from './session.ts';
import { trackingCommands } from './tracking-commands.ts';
import { counted, shownSize, shownTime } from './words.ts';

export function exchangeCommands(program: Command): void {
  const inbox = addCommand(program, 'inbox', 'messages that came to this node', 'icarus inbox list');
  addCommand(
    inbox,
    'add <files...>',
    'take in sealed files, or archives of them, that came on a stick; the files stay',
    ['icarus inbox add /media/stick/*.icarus', 'icarus inbox add /media/stick/dk-to-mt-20110921T100000Z.tar'],
  ).action((files: string[], _options: object, command: Command) =>
    runOnNode(command, (run) => addFiles(run, files), { work: true }),
  );
  listCommand(
    inbox,
    'received',
    'list what came and whether it was opened',
    'icarus inbox list --kind report',
  );
  const outbox = addCommand(program, 'outbox', 'messages that this node sends', 'icarus outbox list');
  listCommand(
    outbox,
    'sent',
    'list what was sent and how each recipient stands',
    'icarus outbox list --limit 100',
  );
  deliveryCommands(outbox);
  messageDetailCommands(inbox, outbox);
  trackingCommands(program, inbox, outbox);
}

function deliveryCommands(outbox: Command): void {
  addCommand(
    outbox,
    'deliver',
    'deliver and open what waits, without a running server; ends when nothing waits',
    'icarus outbox deliver --timeout 300',
  )
    .option('--timeout <seconds>', 'give up after so long; what waits is kept', wholeNumber, 120)
    .action((options: { timeout: number }, command: Command) =>
      runOnNode(command, (run) => deliver(run, options.timeout), { work: true }),
    );
  addCommand(
    outbox,
    'export',
    'write all that waits for one agency to a folder, for a courier with a stick',
    'icarus outbox export --to europol --out /media/stick',
  )
    .requiredOption('--to <agency>', 'the agency that the courier goes to', agency)
    .requiredOption('--out <folder>', 'a folder that is there')
    .action((options: { to: AgencyId; out: string }, command: Command) =>
      runOnNode(command, (run) => exportFor(run, options.to, options.out)),
    );
  addCommand(
    outbox,
    'resend <message>',
    'send a message again to whoever has not acknowledged it',
    'icarus outbox resend message_01… --reason "Their card was replaced"',
  )
    .requiredOption('--reason <words>', 'why, for the log')
    .action((messageId: string, options: { reason: string }, command: Command) =>
      runOnNode(command, async ({ node, actor, out }) => {
        const { resendMessage } = await import('#exchange/resend.ts');
        await resendMessage(node.ctx, actor, messageId as MessageId, options.reason);
        out.result({ messageId }, `${messageId} waits to be delivered again.`);
      }),
    );
}

const POLL_MS = 100;

interface ListOptions {
  readonly kind?: string;
  readonly limit: number;
}

function listCommand(
  box: Command,
  direction: 'sent' | 'received',
  description: string,
  example: string,
): void {
  onOperation(addCommand(box, 'list', description, example))
    .option('--kind <kind>', 'only package, report, receipt …')
    .option('--limit <n>', 'how many, newest first', wholeNumber, 50)
    .action((options: ListOptions, command: Command) =>
      runOnOperation(command, (run) => list(run, direction, options)),
    );
}

async function list(run: OperationRun, direction: 'sent' | 'received', options: ListOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { messagePage } = await import('#exchange/messages.ts');
  authorize(actor, 'exchange.read', operation);
  const { operationId } = operation;
  const { messages, next } = await messagePage(node.ctx, { operationId, direction, ...options });
  const lines = direction === 'sent' ? sentLines(messages) : receivedLines(messages);
  out.result(
    { messages, next },
    next === null ? lines : [...lines, 'Older ones: ask with a greater --limit.'],
  );
}

function receivedLines(messages: readonly MessageView[]): string[] {
  return tableOr(
    'Nothing has come.',
    ['message', 'kind', 'from', 'received', 'state', 'size'],
    messages.map((one) => [
      one.messageId,
      one.kind,
      one.from,
      shownTime(one.receivedAt),
      one.code ? `${one.state ?? ''} (${one.code})` : (one.state ?? ''),
      shownSize(one.sizeBytes),
    ]),
  );
}

function sentLines(messages: readonly MessageView[]): string[] {
  return tableOr(
    'Nothing was sent.',
    ['message', 'kind', 'to', 'state', 'since', 'why'],
    messages.flatMap((one) =>
      one.deliveries.map((delivery) => [
        one.messageId,
        one.kind,
        delivery.recipient,
        delivery.overdue ? `${delivery.state}, overdue` : delivery.state,
        shownTime(delivery.acknowledgedAt ?? delivery.sentAt ?? one.createdAt),
        delivery.code ?? '',
      ]),
    ),
  );
}

async function deliver({ node, actor, out, signal }: NodeRun, timeoutSeconds: number): Promise<void> {
  authorizeOnNode(actor, 'exchange.receive');
  const { byFile, online } = await waiting(node);
  const until = performance.now() + timeoutSeconds * 1000;
  const left = await withProgress('Delivering', async (bar) => {
    for (;;) {
      const hops = (await waiting(node)).online;
      bar.update(Math.max(0, online - hops), online, 'messages');
      if (hops === 0 || performance.now() > until) return hops;
      signal.throwIfAborted();
      await sleep(POLL_MS);
    }
  });
  if (left > 0) throw new IcarusError('cli/still-waiting', { seconds: timeoutSeconds, count: left });
  out.result({ delivered: online, waitingForFile: byFile }, [
    `${counted(online, 'delivery', 'deliveries')} made.`,
    ...(byFile > 0
      ? [`${counted(byFile, 'message')} for agencies reached by file only: see \`icarus outbox export\`.`]
      : []),
  ]);
}

/** What is still to be handed over, by how the next hop is reached, and what came and is not opened yet. */
async function waiting({ ctx }: NodeRun['node']): Promise<{ online: number; byFile: number }> {
  const [{ listQueuedHops }, { listReceived }, { keyringOf }] = await Promise.all([
    import('#exchange/outbox-store.ts'),
    import('#exchange/inbox-store.ts'),
    import('#operations/cards.ts'),
  ]);
  const keyring = await keyringOf(ctx.db);
  const hops = await listQueuedHops(ctx.db);
  const byFile = hops.filter(
    ({ hop }) => hop !== ctx.node.agencyId && keyring.cardOf(hop)?.address === null,
  ).length;
  return { byFile, online: hops.length - byFile + (await listReceived(ctx.db)).length };
}

async function exportFor({ node, actor, out }: NodeRun, to: AgencyId, folder: string): Promise<void> {
  const { exportWaiting } = await import('#exchange/files.ts');
  const files = await exportWaiting(node.ctx, actor, to, folder);
  out.result(
    { files },
    files.length === 0
      ? `Nothing waits for ${to}.`
      : [...files, `${counted(files.length, 'file')} for ${to}.`],
  );
}
