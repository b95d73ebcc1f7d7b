/** Review dates and legal holds. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { instant, textFile } from './arguments.ts';
import { closedRecordsFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { recordOf } from './protection-words.ts';
import { type OperationRun, runOnNode, runOnOperation } from './session.ts';
import { shownTime } from './words.ts';

export function reviewCommands(program: Command): void {
  const review = addCommand(
    program,
    'review',
    'review dates: how long data is kept, and what comes due',
    'icarus review list',
  );
  onOperation(
    addCommand(review, 'list', 'what comes due within three months, and what is over', [
      'icarus review list',
      'icarus review list --all',
    ]),
  )
    .option('--all', 'also what is due later', false)
    .action((options: { all: boolean }, command: Command) =>
      runOnOperation(command, (run) => list(run, options)),
    );
  onOperation(
    addCommand(
      review,
      'keep <kind> [id]',
      'decide to keep a record until a day, at most one period of its rule',
      [
        'icarus review keep target target_01… --until 2027-05-01T00:00Z --reason "Charged; trial in March"',
        'icarus review keep operation --until 2027-05-01T00:00Z --reason "Appeals are open"',
      ],
    ),
  )
    .requiredOption('--until <time>', 'when it is reviewed again', instant)
    .requiredOption('--reason <words>', 'why it is still needed')
    .action(
      (kind: string, id: string | undefined, options: { until: Date; reason: string }, command: Command) =>
        runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
          const { keepRecord } = await import('#protection/review.ts');
          await keepRecord(node.ctx, actor, { ...recordOf(operationId, kind, id), ...options });
          out.result(
            { kind, id, until: options.until },
            `Kept until ${shownTime(options.until)}; then it is reviewed again.`,
          );
        }),
    );
  addCommand(
    review,
    'rules [file]',
    'show the rules for review dates, or load this agency’s own, a JSON file',
    ['icarus review rules', 'icarus review rules our-rules.json'],
  ).action((file: string | undefined, _options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { loadRules } = await import('#protection/review.ts');
      const { standingRules } = await import('#protection/store.ts');
      const rules =
        file === undefined
          ? await standingRules(node.ctx.db)
          : await loadRules(node.ctx, actor, await textFile(file));
      out.result(
        { rules },
        tableOr(
          'There are no rules.',
          ['months', 'of', 'kind', 'category', 'from', 'checked', 'source'],
          rules.map((rule) => [
            rule.months,
            rule.owner ?? 'anybody',
            rule.kind ?? 'any',
            rule.category ?? 'any',
            rule.inForceFrom,
            rule.checkedOn ?? 'never',
            rule.source,
          ]),
        ),
      );
    }),
  );
  holdCommands(program);
}

async function list(run: OperationRun, { all }: { all: boolean }): Promise<void> {
  const { node, actor, operation, out } = run;
  authorize(actor, 'review.read', operation);
  const { reviewQueue } = await import('#protection/review.ts');
  const closed = await closedRecordsFor(run);
  const due = (await reviewQueue(node.ctx, operation.operationId)).filter(
    ({ recordId, state }) => (all || state !== 'later') && !closed.has(recordId),
  );
  out.result(
    { reviews: due },
    tableOr(
      'Nothing comes due within three months.',
      ['due', 'state', 'kind', 'id', 'what', 'category', 'held', 'source'],
      due.map((one) => [
        shownTime(one.dueAt),
        one.erasureId ? 'erasure asked' : one.state,
        one.kind,
        one.recordId,
        one.label,
        one.category,
        one.holds[0] ? `until ${shownTime(one.holds[0].until)}` : '',
        one.rule.source,
      ]),
    ),
  );
}

function holdCommands(program: Command): void {
  const hold = addCommand(
    program,
    'hold',
    'legal holds: what is not erased, by whose word and until when',
    'icarus hold list',
  );
  onOperation(
    addCommand(
      hold,
      'place <kind> [id]',
      'keep something from being erased, whatever comes due',
      'icarus hold place exhibit exhibit_01… --until 2027-05-01T00:00Z --reason "Appeal, file 7-2026"',
    ),
  )
    .requiredOption('--until <time>', 'when the hold ends', instant)
    .requiredOption('--reason <words>', 'why')
    .action(
      (kind: string, id: string | undefined, options: { until: Date; reason: string }, command: Command) =>
        runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
          const { placeHold } = await import('#protection/holds.ts');
          const holdId = await placeHold(node.ctx, actor, { ...recordOf(operationId, kind, id), ...options });
          out.result({ holdId }, `${holdId} stands until ${shownTime(options.until)}.`);
        }),
    );
  onOperation(
    addCommand(
      hold,
      'release <hold>',
      'end a hold before its time',
      'icarus hold release hold_01… --reason "Appeal withdrawn"',
    ),
  )
    .requiredOption('--reason <words>', 'why')
    .action((holdId: string, { reason }: { reason: string }, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const { releaseHold } = await import('#protection/holds.ts');
        await releaseHold(node.ctx, actor, { operationId, holdId, reason });
        out.result({ holdId }, `${holdId} is released.`);
      }),
    );
  onOperation(addCommand(hold, 'list', 'the holds that stand', 'icarus hold list')).action(
    (_options: object, command: Command) =>
      runOnOperation(command, async (run) => {
        const { node, actor, operation, out } = run;
        authorize(actor, 'review.read', operation);
        const { standingHolds } = await import('#protection/store.ts');
        const closed = await closedRecordsFor(run);
        const standing = await standingHolds(node.ctx.db, operation.operationId, node.ctx.clock.now());
        const holds = standing.filter(({ recordId }) => !closed.has(recordId));
        out.result(
          { holds },
          tableOr(
            'No hold stands.',
            ['hold', 'until', 'kind', 'id', 'by', 'reason'],
            holds.map((one) => [
              one.holdId,
              shownTime(one.until),
              one.kind,
              one.recordId,
              one.placedBy,
              one.reason,
            ]),
          ),
        );
      }),
  );
}
