/** Free messages to other agencies: writing, reading, saving what came with them, passing them on. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import type { DeadlineKind } from '#exchange/deadlines.ts';
import type { RecallReason } from '#exchange/recall/types.ts';
import { sayProposed } from './approval-commands.ts';
import { agency, choice, eachOf, wholeNumber } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import {
  type AddressedOptions,
  addressed,
  deadlineOption,
  letterLines,
  readWritten,
  written,
} from './letter-options.ts';
import { tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { RECALL_WORDS } from './recall-commands.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, shownTime } from './words.ts';

export function letterCommands(program: Command): void {
  const message = addCommand(
    program,
    'message',
    'free messages between agencies, with attachments of any size',
    'icarus message list',
  );
  sendCommand(message);
  readCommands(message);
  forwardCommands(message);
}

function sendCommand(message: Command): void {
  written(
    addressed(
      onOperation(
        addCommand(message, 'send', 'write to one or several agencies', [
          'icarus message send --to mt --to fr --subject "Thursday" --text "At nine."',
          'icarus message send --to mt --subject "Log" --attach log.csv --handling H2 --evaluation B2 --deadline dissemination',
        ]),
      ),
    ),
  )
    .addOption(deadlineOption('--deadline <rule>'))
    .option('--reply-to <message>', 'the message that it continues')
    .option('--replaces <message>', 'the message from here that this one takes the place of')
    .addOption(choice('--because <code>', 'why it does', RECALL_WORDS).default('wrong-content'))
    .action((options: SendOptions, command: Command) => runOnOperation(command, (run) => send(run, options)));
}

interface SendOptions extends AddressedOptions {
  readonly deadline?: DeadlineKind;
  readonly replyTo?: string;
  readonly replaces?: string;
  readonly because: RecallReason;
}

async function send(run: OperationRun, options: SendOptions): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { sendLetter } = await import('#correspondence/send.ts');
  const content = await readWritten(options);
  const totalBytes = content.attachments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const letter = await withProgress('Sealing', (bar) =>
    sendLetter(node.ctx, actor, {
      operationId: operation.operationId,
      kind: 'message',
      to: options.to,
      subject: options.subject,
      ...content,
      deadline: options.deadline ?? null,
      replaces:
        options.replaces === undefined
          ? null
          : { messageId: options.replaces as MessageId, reasonCode: options.because },
      inReplyTo: (options.replyTo ?? null) as MessageId | null,
      signal,
      onProgress: (doneBytes) => bar.update(Math.min(doneBytes, totalBytes), totalBytes, 'bytes'),
    }),
  );
  out.result(
    { messageId: letter.messageId, to: letter.to },
    `${letter.messageId} waits to be delivered to ${letter.to.join(', ')}.`,
  );
}

function readCommands(message: Command): void {
  onOperation(addCommand(message, 'list', 'list what was written, newest first', 'icarus message list'))
    .option('--from <agency>', 'only to or from this agency', agency)
    .option('--limit <n>', 'how many', wholeNumber, 50)
    .action((options: { from?: AgencyId; limit: number }, command: Command) =>
      runOnOperation(command, (run) => list(run, options)),
    );
  onOperation(
    addCommand(
      message,
      'show <message>',
      'show a message and the thread that it is in',
      'icarus message show message_01…',
    ),
  ).action((messageId: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => show(run, messageId as MessageId)),
  );
  onOperation(
    addCommand(
      message,
      'save <message>',
      'save the attachments of a message that came; each saving is recorded',
      'icarus message save message_01… --out /media/stick',
    ),
  )
    .requiredOption('--out <folder>', 'a folder that is there; nothing in it is written over')
    .option('--name <file>', 'only this attachment')
    .action((messageId: string, options: SaveOptions, command: Command) =>
      runOnOperation(command, (run) => save(run, messageId as MessageId, options)),
    );
}

async function list(run: OperationRun, options: { from?: AgencyId; limit: number }): Promise<void> {
  const { node, actor, operation, out } = run;
  const { letterPage } = await import('#correspondence/views.ts');
  authorize(actor, 'letters.read', operation);
  const { operationId } = operation;
  const page = await letterPage(node.ctx, { operationId, agency: options.from, limit: options.limit });
  out.result(
    page,
    tableOr(
      'Nothing was written.',
      ['message', 'kind', 'from', 'to', 'written', 'subject', 'files'],
      page.letters.map((letter) => [
        letter.messageId,
        letter.kind,
        letter.from,
        letter.to.join(', '),
        shownTime(letter.writtenAt),
        letter.erasedAt === null ? letter.subject : '(erased)',
        String(letter.attachments.length),
      ]),
    ),
  );
}

async function show(run: OperationRun, messageId: MessageId): Promise<void> {
  const { node, actor, operation, out } = run;
  const [{ requireLetter }, { threadOf }] = await Promise.all([
    import('#correspondence/attachments.ts'),
    import('#correspondence/views.ts'),
  ]);
  authorize(actor, 'letters.read', operation);
  const { operationId } = operation;
  const letters = await threadOf(node.ctx, await requireLetter(node.ctx, { operationId, messageId }));
  out.result(
    { letters },
    letters.flatMap((letter, i) => (i === 0 ? letterLines(letter) : ['', '---', ...letterLines(letter)])),
  );
}

interface SaveOptions {
  readonly out: string;
  readonly name?: string;
}

async function save(run: OperationRun, messageId: MessageId, options: SaveOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { disguisesIn, requireLetter, saveAttachment } = await import('#correspondence/attachments.ts');
  authorize(actor, 'letters.read', operation);
  const ref = { operationId: operation.operationId, messageId };
  const letter = await requireLetter(node.ctx, ref);
  const names = options.name === undefined ? letter.attachments.map(({ name }) => name) : [options.name];
  const disguises = await disguisesIn(node.ctx, letter);
  const saved: string[] = [];
  for (const name of names) {
    const destination = join(options.out, name);
    await saveAttachment(node.ctx, actor, { ...ref, name, destination });
    saved.push(destination);
    const what = disguises.get(name);
    if (what !== undefined)
      out.note(`${destination} is not what its name says, but ${what}. Do not open it.`);
  }
  out.result({ saved }, [...saved, `${counted(saved.length, 'attachment')} saved.`]);
}

function forwardCommands(message: Command): void {
  onOperation(
    addCommand(
      message,
      'forward <message>',
      'pass on a message that came, with its attachments and under its codes',
      'icarus message forward message_01… --to fr --text "For you"',
    ),
  )
    .requiredOption('--to <agency>', 'who gets it; may stand several times', eachOf(agency))
    .option('--text <words>', 'a word that goes with it', '')
    .option('--reason <words>', 'for the second officer, where only its provider’s leave lets it go')
    .action(
      (messageId: string, options: { to: AgencyId[]; text: string; reason?: string }, command: Command) =>
        runOnOperation(command, async ({ node, actor, operation: { operationId }, out, signal }) => {
          const [{ forwardLetter }, { orPropose }] = await Promise.all([
            import('#correspondence/forward.ts'),
            import('#access/approvals/proposals.ts'),
          ]);
          const { to, text, reason } = options;
          const draft = { operationId, messageId: messageId as MessageId, to, text, signal };
          const act = () => forwardLetter(node.ctx, actor, draft);
          const made = await orPropose(node.ctx, actor, { reason, act });
          if ('proposal' in made) return sayProposed(out, made.proposal);
          const letter = made.done;
          out.result(
            { messageId: letter.messageId, to: letter.to },
            `${letter.messageId} waits to be delivered to ${letter.to.join(', ')}.`,
          );
        }),
    );
}
