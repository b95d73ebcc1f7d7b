/** Erasing what is held, by two officers' word, and telling a person what is held. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { Erasure } from '#protection/types.ts';
import { asIs, choice, eachOf, instant } from './arguments.ts';
import { closedRecordsFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { ERASE_WORDS, recordOf } from './protection-words.ts';
import { type OperationRun, runCommand, runOnNode, runOnOperation } from './session.ts';
import { counted, facts, shownTime } from './words.ts';

export function eraseCommands(program: Command): void {
  const erase = addCommand(
    program,
    'erase',
    'erase a person, an exhibit, a message or a case: rows, files, lake',
    'icarus erase list',
  );
  askCommand(erase);
  decisionCommands(erase);
  onOperation(addCommand(erase, 'list', 'erasures: asked for, approved, done', 'icarus erase list')).action(
    (_options: object, command: Command) => runOnOperation(command, list),
  );
  addCommand(
    erase,
    'scrub',
    'write the touched tables anew, so that the database’s files forget',
    'icarus erase scrub',
  ).action((_options: object, command: Command) =>
    runOnNode(command, async ({ actor, database, out }) => {
      const [{ scrubDatabase }, { ownerOf }] = await Promise.all([
        import('#protection/scrub.ts'),
        import('#platform/database-logins.ts'),
      ]);
      const tables = await scrubDatabase(actor, ownerOf(database));
      out.result(
        { tables },
        `${counted(tables.length, 'table')} written anew. The write-ahead log keeps old rows until it is recycled.`,
      );
    }),
  );
  addCommand(erase, 'left', 'what an erasure leaves in the database, and why', 'icarus erase left').action(
    (_options: object, command: Command) =>
      runCommand(command, async ({ out }) => {
        const { KEPT_TABLES } = await import('#protection/kept.ts');
        out.result({ left: KEPT_TABLES }, tableOr('Nothing.', ['table', 'why'], Object.entries(KEPT_TABLES)));
      }),
  );
  subjectCommand(program);
}

function askCommand(erase: Command): void {
  onOperation(
    addCommand(erase, 'ask <kind> [id]', 'ask for an erasure; another officer approves it', [
      'icarus erase ask target target_01… --because court-order --basis "Court of Valletta, 7-2026"',
      'icarus erase ask operation --because review --basis "Closed, last appeal decided"',
    ]),
  )
    .addOption(choice('--because <code>', 'the kind of reason', ERASE_WORDS).makeOptionMandatory())
    .requiredOption('--basis <words>', 'law, file number of the court, or number of the request; no names')
    .action(
      (
        kind: string,
        id: string | undefined,
        options: { because: keyof typeof ERASE_WORDS; basis: string },
        command: Command,
      ) =>
        runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
          const { askErasure } = await import('#protection/ask-erasure.ts');
          const record = recordOf(operationId, kind, id);
          const asked = await askErasure(node.ctx, actor, {
            ...record,
            because: options.because,
            legalBasis: options.basis,
          });
          out.result(asked, [
            ...facts([
              ['erasure', asked.erasureId],
              ['digest', asked.digest],
              ['goes with it', asked.recordIds.join(', ')],
            ]),
            `Another officer approves it: icarus erase approve ${asked.erasureId} --digest ${asked.digest}`,
          ]);
        }),
    );
}

function decisionCommands(erase: Command): void {
  onOperation(
    addCommand(
      erase,
      'approve <erasure>',
      'approve what another officer asked for; it begins at once',
      'icarus erase approve erasure_01… --digest 9f2c…',
    ),
  )
    .requiredOption('--digest <hex>', 'of what you looked at')
    .action((erasureId: string, { digest }: { digest: string }, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const { approveErasure } = await import('#protection/ask-erasure.ts');
        const approved = await approveErasure(node.ctx, actor, { operationId, erasureId, digest });
        out.result(approved, `${erasureId} is approved; \`icarus erase list\` says when it is done.`);
      }),
    );
  onOperation(
    addCommand(
      erase,
      'refuse <erasure>',
      'refuse it, with the reason',
      'icarus erase refuse erasure_01… --reason "Still needed"',
    ),
  )
    .requiredOption('--reason <words>', 'why')
    .action((erasureId: string, { reason }: { reason: string }, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const { refuseErasure } = await import('#protection/ask-erasure.ts');
        const refused = await refuseErasure(node.ctx, actor, { operationId, erasureId, reason });
        out.result(refused, `${erasureId} is refused; nothing was erased.`);
      }),
    );
}

async function list(run: OperationRun): Promise<void> {
  const { node, actor, operation, out } = run;
  authorize(actor, 'review.read', operation);
  const [{ erasuresOf }, { askedRecipients }, { stateOf }] = await Promise.all([
    import('#protection/store.ts'),
    import('#protection/recipients.ts'),
    import('#protection/views.ts'),
  ]);
  const now = node.ctx.clock.now();
  const closed = await closedRecordsFor(run);
  const shown = (await erasuresOf(node.ctx.db, operation.operationId)).filter(
    ({ recordId, recordIds }) => ![recordId, ...recordIds].some((id) => closed.has(id)),
  );
  const erasures = await Promise.all(
    shown.map(async (one) => ({
      ...one,
      recipients: await askedRecipients(node.ctx.db, one, now),
    })),
  );
  out.result(
    { erasures },
    tableOr(
      'Nothing was asked to be erased.',
      ['erasure', 'kind', 'id', 'because', 'asked by', 'stands', 'went', 'where it was sent'],
      erasures.map((one) => [
        one.erasureId,
        one.kind,
        one.recordId,
        one.because,
        one.askedBy,
        `${STATE_WORDS[stateOf(one)]} ${one.doneAt ? shownTime(one.doneAt) : ''}`.trim(),
        wentWith(one),
        one.recipients.map(({ agency, state }) => `${agency} ${state}`).join(', '),
      ]),
    ),
  );
}

const STATE_WORDS = {
  done: 'done',
  refused: 'refused',
  'at-work': 'at work',
  waits: 'waits for a second officer',
} as const;

function wentWith({ result, doneAt }: Erasure): string {
  if (!result || !doneAt) return '';
  const rows = Object.values(result.rows).reduce((sum, one) => sum + one, 0);
  return `${counted(rows, 'row')}, ${counted(result.files, 'file')}, ${counted(result.observations, 'row')} of the lake`;
}

interface SubjectOptions {
  readonly target?: string;
  readonly client?: string;
  readonly address?: string;
  readonly at?: Date;
  readonly value?: string;
  readonly reference: string;
  readonly askedBy: 'data-subject' | 'supervisory-authority' | 'court';
  readonly partial?: boolean;
  readonly refuse?: boolean;
  readonly restriction?: 'a' | 'b' | 'c' | 'd' | 'e';
  readonly reason?: string;
  readonly without?: readonly string[];
  readonly out?: string;
}

const ASKER_WORDS = {
  'data-subject': 'the person',
  'supervisory-authority': 'the supervisory authority',
  court: 'a court',
} as const;

const RESTRICTION_WORDS = {
  a: 'it would obstruct inquiries, investigations or procedures',
  b: 'it would prejudice prevention, detection, investigation or prosecution',
  c: 'public security',
  d: 'national security',
  e: 'the rights and freedoms of others',
} as const;

function subjectCommand(program: Command): void {
  const subject = addCommand(
    program,
    'subject',
    'what is held on a person, for the person, a supervisor or a court',
    'icarus subject export --address 192.0.2.7 --at 2011-09-18T10:00Z --reference DS-7/2026 --asked-by data-subject --out answer',
  );
  onOperation(
    addCommand(
      subject,
      'export',
      'everything held on a person as JSON and PDF; the answer is logged as a disclosure',
      [
        'icarus subject export --target target_01… --reference DS-7/2026 --asked-by data-subject --out answer',
        'icarus subject export --client aa01 --reference DS-8/2026 --asked-by court --refuse --restriction b --reason "The search is next week"',
      ],
    ),
  )
    .option('--target <id>', 'a target, or a suspect’s entry')
    .option('--client <id>', 'an installation’s id on the network')
    .option('--address <ip>', 'an address; with --at only who was seen there then')
    .option('--at <time>', 'when', instant)
    .option('--value <text>', 'an account, e-mail, phone, nickname of a suspect')
    .requiredOption('--reference <number>', 'this agency’s own number of the request; no name')
    .addOption(choice('--asked-by <who>', 'who asks', ASKER_WORDS).makeOptionMandatory())
    .option('--partial', 'answer in part; needs --restriction and --reason')
    .option('--refuse', 'refuse; needs --restriction and --reason')
    .addOption(choice('--restriction <letter>', 'of Directive (EU) 2016/680 Art. 15(1)', RESTRICTION_WORDS))
    .option('--reason <words>', 'the facts behind the restriction; stays on record')
    .option(
      '--without <room>',
      'leave the records of a room out of a partial answer; may stand again',
      eachOf(asIs),
    )
    .option('--out <name>', 'write NAME.json and NAME.pdf')
    .action((options: SubjectOptions, command: Command) =>
      runOnOperation(command, (run) => exportSubject(run, options)),
    );
}

async function exportSubject(
  { node, actor, operation, out }: OperationRun,
  options: SubjectOptions,
): Promise<void> {
  const [{ answerSubject }, { subjectPdf }] = await Promise.all([
    import('#protection/answer-subject.ts'),
    import('#protection/subject-pdf.ts'),
  ]);
  const { target, client, address, at, value, reference, askedBy, restriction, reason, without } = options;
  const answer = await answerSubject(node.ctx, actor, {
    operationId: operation.operationId,
    named: { targetId: target, clientId: client, address, at, value },
    reference,
    askedBy,
    answer: options.refuse ? 'refused' : options.partial ? 'partial' : 'full',
    restriction,
    reason,
    without,
  });
  const { document, answerId, sha256 } = answer;
  if (document && options.out) {
    await writeFile(`${options.out}.json`, answer.text, { flag: 'wx', mode: 0o600 });
    await writeFile(`${options.out}.pdf`, await subjectPdf(document, operation), { flag: 'wx', mode: 0o600 });
  }
  const records = document?.records.reduce((sum, { total }) => sum + total, 0) ?? 0;
  out.result(
    { answerId, sha256, ...(options.out ? {} : { document }) },
    document === null
      ? `${answerId}: refused, and recorded with its reason.`
      : [
          ...facts([
            ['answer', answerId],
            ['subjects', document.subjects.join(', ') || 'nobody found'],
            ['records', records],
            ['observations', document.observations.total],
            ['letters', document.letters.length],
            ['sha256', sha256],
          ]),
          ...(options.out
            ? [`${options.out}.json and ${options.out}.pdf are written.`]
            : ['Add --out to write it as JSON and PDF, or --json to read it here.']),
        ],
  );
}
