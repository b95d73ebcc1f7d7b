/** Queries to other agencies, their answers and their clocks. (`icarus query …`; not the queries over a log.) */
import { type Command, InvalidArgumentError } from 'commander';
import { authorize } from '#access/policy.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { PAP_ACTS, type PapAct } from '#core/pap.ts';
import type { QueryRow } from '#correspondence/schemas.ts';
import type { DeadlineKind } from '#exchange/deadlines.ts';
import { agency } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import {
  type AddressedOptions,
  addressed,
  deadlineOption,
  readWritten,
  type WrittenOptions,
  written,
} from './letter-options.ts';
import { tableOr } from './output.ts';
import { type ConditionOptions, conditionOptions, conditionsOf, papAct } from './pap-options.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted } from './words.ts';

export function queryCommands(program: Command): void {
  const query = addCommand(
    program,
    'query',
    'questions to other agencies, with a deadline, and their answers',
    'icarus query list',
  );
  askCommands(query);
  answerCommand(query);
  onOperation(
    addCommand(query, 'list', 'list the queries both ways, open ones first', 'icarus query list'),
  ).action((_options: object, command: Command) => runOnOperation(command, list));
}

function askCommands(query: Command): void {
  written(
    addressed(
      onOperation(
        addCommand(
          query,
          'send',
          'ask one or several agencies',
          'icarus query send --to mt --subject "Line of 192.0.2.7" --text "Whose is it?" --deadline urgent-direct',
        ),
      ),
    ),
  )
    .addOption(deadlineOption('--deadline <rule>').makeOptionMandatory())
    .action((options: AddressedOptions & { deadline: DeadlineKind }, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out, signal }) => {
        const { sendLetter } = await import('#correspondence/send.ts');
        const { to, subject, deadline } = options;
        const content = await readWritten(options);
        const draft = { operationId, kind: 'query', to, subject, deadline, ...content, signal } as const;
        const letter = await sendLetter(node.ctx, actor, draft);
        out.result(
          { messageId: letter.messageId, to, dueAt: letter.deadline?.dueAt },
          `${letter.messageId} waits to be delivered to ${to.join(', ')}.`,
        );
      }),
    );
  onOperation(
    addCommand(
      query,
      'leave <message>',
      'ask the provider of a message whether it may go to another agency',
      'icarus query leave message_01… --recipient fr --purpose "The same user" --deadline urgent-indirect',
    ),
  )
    .option('--recipient <agency>', 'whom it is to go to', agency)
    .option('--act <act>', `or what is to be done that its PAP level forbids: ${PAP_ACTS.join(', ')}`, papAct)
    .requiredOption('--purpose <words>', 'why; the provider reads it')
    .addOption(deadlineOption('--deadline <rule>').makeOptionMandatory())
    .action((messageId: string, options: LeaveOptions, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const { recipient, act, ...why } = options;
        const request = { operationId, messageId: messageId as MessageId, ...why };
        if ((recipient === undefined) === (act === undefined))
          throw new InvalidArgumentError('Name either --recipient or --act.');
        const { askLeave } = await import('#correspondence/forward.ts');
        const { askForLeave } = await import('#packages/pap.ts');
        const asked =
          recipient === undefined
            ? act
              ? [await askForLeave(node.ctx, actor, { ...request, act })]
              : []
            : await askLeave(node.ctx, actor, { ...request, recipient });
        out.result(
          asked.map(({ messageId: id, to }) => ({ messageId: id, to })),
          `${counted(asked.length, 'provider')} asked: ${asked.flatMap(({ to }) => to).join(', ')}.`,
        );
      }),
    );
}

interface LeaveOptions {
  readonly recipient?: AgencyId;
  readonly act?: PapAct;
  readonly purpose: string;
  readonly deadline: DeadlineKind;
}

interface AnswerOptions extends WrittenOptions, ConditionOptions {
  readonly nothingKnown: boolean;
  readonly grant?: boolean;
  readonly deny?: boolean;
}

function answerCommand(query: Command): void {
  conditionOptions(
    written(
      onOperation(
        addCommand(query, 'answer <query>', 'answer a query; the answer stops its clock', [
          'icarus query answer message_01… --text "Known since 2009" --attach file.pdf --evaluation A1',
          'icarus query answer message_01… --nothing-known',
          'icarus query answer message_01… --grant --until 2026-12-31T00:00Z --condition "Tell us first"',
        ]),
      ),
    ),
  )
    .option('--nothing-known', 'nothing is known here', false)
    .option('--grant', 'where leave is asked for: it may go there, or be done')
    .option('--deny', 'where leave is asked for: it may not')
    .action((messageId: string, options: AnswerOptions, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out, signal }) => {
        const { answerQuery } = await import('#correspondence/queries.ts');
        const content = await readWritten(options);
        const granted = options.grant ? true : options.deny ? false : null;
        const { nothingKnown } = options;
        const ref = { operationId, messageId: messageId as MessageId };
        const letter = await answerQuery(node.ctx, actor, {
          ...ref,
          ...content,
          nothingKnown,
          granted,
          conditions: conditionsOf(options) ?? null,
          signal,
        });
        out.result(
          { messageId: letter.messageId, to: letter.to },
          `${letter.messageId} waits to be delivered to ${letter.to.join(', ')}.`,
        );
      }),
    );
}

async function list({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { queryRows } = await import('#correspondence/views.ts');
  authorize(actor, 'letters.read', operation);
  const queries = await queryRows(node.ctx, operation.operationId);
  out.result(
    { queries },
    tableOr(
      'There are no queries.',
      ['query', 'from', 'owed by', 'stands', 'subject'],
      queries.map((one) => [one.messageId, one.from, one.owed.agency, standing(one), one.subject]),
    ),
  );
}

function standing({ owed }: QueryRow): string {
  const hours = Math.abs(owed.hoursLeft).toFixed(1);
  if (owed.answerId === null) return owed.overdue ? `overdue by ${hours} h` : `${hours} h left`;
  const word = owed.granted === null ? 'answered' : owed.granted ? 'granted' : 'not granted';
  return `${owed.nothingKnown ? 'nothing known' : word}${owed.overdue ? `, ${hours} h late` : ''}`;
}
