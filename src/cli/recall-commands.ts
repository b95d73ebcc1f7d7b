/** Taking messages back, replacing them, and having them erased. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { MessageId } from '#core/ids.ts';
import type { ErasureReason } from '#exchange/erasure/documents.ts';
import type { ErasureView } from '#exchange/erasure/schemas.ts';
import type { RecallReason } from '#exchange/recall/types.ts';
import { sayProposed } from './approval-commands.ts';
import { asIs, choice, eachOf, instant } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, shownTime } from './words.ts';

export const RECALL_WORDS: Readonly<Record<RecallReason, string>> = {
  'wrong-recipient': 'it went to somebody whom it was not for',
  'wrong-content': 'what it says is wrong',
  outdated: 'it does not hold any more',
  'permission-withdrawn': 'whoever provided it has withdrawn the permission',
  other: 'another reason',
};

const ERASURE_WORDS: Readonly<Record<ErasureReason, string>> = {
  retention: 'the time of keeping is over',
  'court-order': 'a court ordered it',
  'data-subject': 'the person asked for it',
  'provider-recall': 'whoever provided it asks for it',
};

export function recallCommands(program: Command): void {
  onOperation(
    addCommand(
      program,
      'recall <message>',
      'take back a message that was sent from here; every recipient is told',
      'icarus recall message_01… --because wrong-recipient --reason "Meant for France"',
    ),
  )
    .addOption(choice('--because <code>', 'the kind of reason', RECALL_WORDS).makeOptionMandatory())
    .requiredOption('--reason <words>', 'why, in words that the recipients read')
    .action((messageId: string, options: { because: RecallReason; reason: string }, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const { recallMessage } = await import('#exchange/recall/recall.ts');
        const input = {
          operationId,
          messageId: messageId as MessageId,
          reasonCode: options.because,
          reason: options.reason,
        };
        const recall = await recallMessage(node.exchange, actor, input);
        out.result(recall, `${messageId} is taken back; its recipients are told by ${recall.recallId}.`);
      }),
    );
  const erasure = addCommand(
    program,
    'erasure',
    'requests to erase messages, and the certificates that answer them',
    'icarus erasure list',
  );
  requestCommand(erasure);
  decideCommand(erasure);
  onOperation(
    addCommand(erasure, 'list', 'list the requests both ways and who has certified', 'icarus erasure list'),
  ).action((_options: object, command: Command) => runOnOperation(command, list));
}

interface RequestOptions {
  readonly because: ErasureReason;
  readonly basis: string;
  readonly due?: Date;
  readonly own: boolean;
}

function requestCommand(erasure: Command): void {
  onOperation(
    addCommand(
      erasure,
      'request <messages...>',
      'ask every agency that has these messages to erase them and certify it',
      'icarus erasure request message_01… --because court-order --basis "Court of Copenhagen, 14-2011" --own',
    ),
  )
    .addOption(choice('--because <code>', 'the kind of reason', ERASURE_WORDS).makeOptionMandatory())
    .requiredOption('--basis <words>', 'law, file number of the court, or word of the provider')
    .option('--due <time>', 'when all is to be certified; else in 30 days', instant)
    .option('--own', 'erase what this node has of them too, once a second officer approves', false)
    .action((messages: string[], options: RequestOptions, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const [{ requestErasure, whyErase }, { orPropose }] = await Promise.all([
          import('#exchange/erasure/request.ts'),
          import('#access/approvals/proposals.ts'),
        ]);
        const input = {
          operationId,
          messageIds: messages as MessageId[],
          reason: options.because,
          legalBasis: options.basis,
          own: options.own,
          ...(options.due && { dueAt: options.due }),
        };
        const made = await orPropose(node.ctx, actor, {
          reason: whyErase(input),
          act: () => requestErasure(node.ctx, actor, input),
        });
        if ('proposal' in made) return sayProposed(out, made.proposal);
        const request = made.done;
        out.result(
          { requestId: request.requestId, to: request.to, dueAt: request.dueAt },
          `${request.to.join(', ')} are asked by ${request.requestId} to erase ${counted(messages.length, 'message')}.`,
        );
      }),
    );
}

interface DecideOptions {
  readonly keep?: readonly string[];
  readonly reason?: string;
  readonly remains?: string;
  readonly until?: Date;
}

function decideCommand(erasure: Command): void {
  onOperation(
    addCommand(erasure, 'decide <request>', 'erase what a request asks for, and certify it', [
      'icarus erasure decide message_01…',
      'icarus erasure decide message_01… --keep message_02… --reason "Legal hold until the trial"',
      'icarus erasure decide message_01… --remains "backups" --until 2011-12-31T00:00Z',
    ]),
  )
    .option('--keep <message>', 'do not erase this one; may stand several times', eachOf(asIs))
    .option('--reason <words>', 'why those are kept')
    .option('--remains <words>', 'what stays elsewhere for a time, such as backups')
    .option('--until <time>', 'when that is gone too', instant)
    .action((requestId: string, options: DecideOptions, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const { decideErasure } = await import('#exchange/erasure/decide.ts');
        const { keep = [], reason = '', remains, until } = options;
        await decideErasure(node.ctx, actor, {
          operationId,
          requestId: requestId as MessageId,
          keep: keep.map((messageId) => ({ messageId: messageId as MessageId, reason })),
          remains:
            remains === undefined
              ? []
              : [{ what: remains, until: until?.toISOString() ?? null, reason: reason || 'kept elsewhere' }],
        });
        out.result({ requestId }, `${requestId} is decided; it is certified when all is gone.`);
      }),
    );
}

async function list({ node, actor, operation, out }: OperationRun): Promise<void> {
  const [{ listErasures }, { erasureView }] = await Promise.all([
    import('#exchange/erasure/store.ts'),
    import('#exchange/erasure/view.ts'),
  ]);
  authorize(actor, 'exchange.read', operation);
  const now = node.ctx.clock.now();
  const erasures = (await listErasures(node.ctx.db, operation.operationId)).map((one) =>
    erasureView(one, now),
  );
  out.result(
    { erasures },
    tableOr(
      'Nothing was asked to be erased.',
      ['request', 'from', 'owed by', 'due', 'stands'],
      erasures.flatMap(rowsOf),
    ),
  );
}

function rowsOf(request: ErasureView): string[][] {
  const { requestId, from, dueAt } = request;
  if (request.direction === 'received') {
    const stands = request.certifiedAt ? 'certified' : request.decidedAt ? 'decided' : 'to be decided here';
    return [[requestId, from, 'here', shownTime(dueAt), stands]];
  }
  return request.certificates.map(({ agency, certificateId, items, overdue }) => {
    const kept = items.filter(({ outcome }) => outcome === 'kept').length;
    const word = certificateId === null ? (overdue ? 'overdue' : 'open') : 'certified';
    return [requestId, from, agency, shownTime(dueAt), kept > 0 ? `${word}, ${kept} kept` : word];
  });
}
