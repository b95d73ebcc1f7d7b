/** Seized devices: registered, their folders inventoried and compared with hash lists, reported. */
import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Argument, type Command, Option } from 'commander';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import type { ExhibitSummary } from '#evidence/summary.ts';
import {
  EXHIBIT_ACTS,
  EXHIBIT_KINDS,
  type ExhibitAct,
  type ExhibitId,
  type ExhibitKind,
} from '#evidence/types.ts';
import { instant } from './arguments.ts';
import { closedFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { hashListCommands } from './hash-list-commands.ts';
import { table, tableOr } from './output.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { facts, shownSize, shownTime } from './words.ts';

interface RegisterOptions {
  readonly kind: ExhibitKind;
  readonly seizedAt: Date;
  readonly seizedWhere: string;
  readonly seizedBy: string;
  readonly seal?: string;
  readonly target?: string;
  readonly description?: string;
}

interface ActOptions {
  readonly at: Date;
  readonly person: string;
  readonly place: string;
  readonly seal?: string;
  readonly note?: string;
}

export function evidenceCommands(program: Command): void {
  const evidence = addCommand(
    program,
    'evidence',
    'seized devices: what lies on them, what of it is new',
    'icarus evidence list',
  );
  registerCommands(evidence);
  examineCommands(evidence);
  hashListCommands(program);
}

function registerCommands(evidence: Command): void {
  onOperation(
    addCommand(evidence, 'register <reference>', "register a seized device under its case's own number", [
      'icarus evidence register MT-2011-17/3 --kind disk --seized-at 2011-12-05T06:10+01:00 \\',
      '    --seized-where "home of the suspect" --seized-by "Officer MT-4" --seal A-00412',
    ]),
  )
    .addOption(new Option('--kind <kind>', 'what it is').choices(EXHIBIT_KINDS).makeOptionMandatory())
    .requiredOption('--seized-at <time>', 'when, with its zone', instant)
    .requiredOption('--seized-where <place>', 'where; it never leaves this node')
    .requiredOption('--seized-by <officer>', 'who')
    .option('--seal <number>', 'the seal that it is under')
    .option('--target <target>', 'the target whose case it belongs to')
    .option('--description <words>', 'make, model, marks')
    .action((reference: string, options: RegisterOptions, command: Command) =>
      runOnOperation(command, (run) => register(run, reference, options)),
    );
  onOperation(
    addCommand(
      evidence,
      'act <exhibit>',
      'add what happened to it to its chain of custody',
      'icarus evidence act exhibit_01… handed-over --at 2011-12-06T08:00Z --person "Examiner MT-1" --place "laboratory"',
    ),
  )
    .addArgument(new Argument('<what>').choices(EXHIBIT_ACTS))
    .requiredOption('--at <time>', 'when, with its zone', instant)
    .requiredOption('--person <name>', 'who has it from then on, or did it')
    .requiredOption('--place <place>', 'where')
    .option('--seal <number>', 'the seal that it is under from then on')
    .option('--note <words>', 'anything else')
    .action((id: string, kind: ExhibitAct, options: ActOptions, command: Command) =>
      runOnOperation(command, (run) => act(run, id as ExhibitId, { ...options, kind })),
    );
  onOperation(addCommand(evidence, 'list', 'list the exhibits', 'icarus evidence list')).action(
    (_options: object, command: Command) => runOnOperation(command, list),
  );
}

function examineCommands(evidence: Command): void {
  onOperation(
    addCommand(
      evidence,
      'inventory <exhibit> <folder>',
      'read and hash all that lies in the folder where it is mounted, then match it',
      'icarus evidence inventory exhibit_01… /mnt/exhibit',
    ),
  ).action((id: string, folder: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => inventory(run, id as ExhibitId, folder), { work: true }),
  );
  onOperation(
    addCommand(
      evidence,
      'match <exhibit>',
      'compare its newest finished inventory with the hash lists as they are now',
      'icarus evidence match exhibit_01…',
    ),
  ).action((id: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => matchAgain(run, id as ExhibitId), { work: true }),
  );
  onOperation(
    addCommand(
      evidence,
      'summary <exhibit>',
      'show its newest inventory in figures, and its chain of custody',
      'icarus evidence summary exhibit_01…',
    ),
  ).action((id: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => summary(run, id as ExhibitId)),
  );
  onOperation(
    addCommand(
      evidence,
      'report <exhibit>',
      'make the forensic report and write it to a file',
      'icarus evidence report exhibit_01… --out report.pdf',
    ),
  )
    .requiredOption('--out <file>', 'a file that is not there yet')
    .action((id: string, options: { out: string }, command: Command) =>
      runOnOperation(command, (run) => report(run, id as ExhibitId, options.out)),
    );
}

async function register(run: OperationRun, reference: string, options: RegisterOptions): Promise<void> {
  const { node, actor, operation, out } = run;
  const { registerExhibit } = await import('#evidence/exhibits.ts');
  const { kind, seizedAt, seizedWhere, seizedBy, seal, target, description } = options;
  const exhibit = await registerExhibit(node.ctx, actor, {
    operationId: operation.operationId,
    reference,
    kind,
    seizedAt,
    seizedWhere,
    seizedBy,
    ...(seal !== undefined && { sealNumber: seal }),
    ...(target !== undefined && { targetId: target as TargetId }),
    ...(description !== undefined && { description }),
  });
  out.result(exhibit, `${reference} is ${exhibit.exhibitId}.`);
}

async function act(
  run: OperationRun,
  exhibitId: ExhibitId,
  given: ActOptions & { kind: ExhibitAct },
): Promise<void> {
  const { node, actor, operation, out } = run;
  const { recordExhibitAct } = await import('#evidence/exhibits.ts');
  const { kind, at, person, place, seal, note } = given;
  const event = await recordExhibitAct(node.ctx, actor, {
    operationId: operation.operationId,
    exhibitId,
    kind,
    happenedAt: at,
    person,
    place,
    ...(seal !== undefined && { sealNumber: seal }),
    ...(note !== undefined && { note }),
  });
  out.result(event, `Recorded: ${kind}, ${shownTime(at)}, ${person}.`);
}

async function list(run: OperationRun): Promise<void> {
  const { node, actor, operation, out } = run;
  const { exhibitsOf } = await import('#evidence/exhibit-store.ts');
  authorize(actor, 'evidence.read', operation);
  const without = await closedFor(run);
  const exhibits = await exhibitsOf(node.ctx.db, operation.operationId, { without });
  out.result(
    exhibits,
    tableOr(
      'No exhibit was registered.',
      ['exhibit', 'reference', 'kind', 'seized', 'target'],
      exhibits.map((one) => [
        one.exhibitId,
        one.reference,
        one.kind,
        shownTime(one.seizedAt),
        one.targetId ?? '-',
      ]),
    ),
  );
}

const POLL_MS = 200;

/** Starts the inventory and runs the node's jobs until it is finished; after Ctrl-C the next worker goes on. */
async function inventory(run: OperationRun, exhibitId: ExhibitId, folder: string): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const [{ requireInventory, startInventory }, { exhibitSummary }] = await Promise.all([
    import('#evidence/inventory.ts'),
    import('#evidence/summary.ts'),
  ]);
  const { operationId } = operation;
  const started = await startInventory(node.ctx, actor, { operationId, exhibitId, folder });
  const ended = await withProgress('Reading the exhibit', async (bar) => {
    for (;;) {
      const now = await requireInventory(node.ctx.db, exhibitId, started.inventoryId);
      bar.update(now.bytesHashed + now.bytesInHand, now.bytesTotal ?? 0, 'bytes');
      if (now.state === 'done' || now.state === 'cancelled' || now.state === 'failed') return now;
      signal.throwIfAborted();
      await sleep(POLL_MS);
    }
  });
  if (ended.state !== 'done') throw new IcarusError('evidence/inventory-unfinished', { state: ended.state });
  const shown = await exhibitSummary(node.ctx.db, exhibitId);
  out.result(shown, summaryLines(shown));
}

/** Asks for the matching and waits for it, whoever runs the job. */
async function matchAgain(run: OperationRun, exhibitId: ExhibitId): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const [{ rematchInventory }, { exhibitSummary, newestMatched }] = await Promise.all([
    import('#evidence/inventory.ts'),
    import('#evidence/summary.ts'),
  ]);
  authorize(actor, 'evidence.examine', operation);
  const before = await newestMatched(node.ctx.db, exhibitId);
  if (!before) throw new IcarusError('evidence/inventory-unfinished', { state: 'not finished' });
  const { inventoryId } = before.inventory;
  await rematchInventory(node.ctx, actor, { operationId: operation.operationId, exhibitId, inventoryId });
  for (;;) {
    const now = await newestMatched(node.ctx.db, exhibitId);
    if (now && now.match.matchedAt > before.match.matchedAt) break;
    signal.throwIfAborted();
    await sleep(POLL_MS);
  }
  const shown = await exhibitSummary(node.ctx.db, exhibitId);
  out.result(shown, summaryLines(shown));
}

async function summary({ node, actor, operation, out }: OperationRun, exhibitId: ExhibitId): Promise<void> {
  const [{ exhibitSummary }, { requireExhibit }, { exhibitChain }] = await Promise.all([
    import('#evidence/summary.ts'),
    import('#evidence/exhibits.ts'),
    import('#evidence/exhibit-store.ts'),
  ]);
  authorize(actor, 'evidence.read', operation);
  const exhibit = await requireExhibit(node.ctx.db, operation.operationId, exhibitId);
  const shown = await exhibitSummary(node.ctx.db, exhibitId);
  const chain = await exhibitChain(node.ctx.db, exhibitId);
  out.result({ exhibit, ...shown, chain }, [
    ...summaryLines(shown),
    '',
    ...table(
      ['what', 'when', 'who', 'where', 'seal'],
      chain.map((one) => [one.kind, shownTime(one.happenedAt), one.person, one.place, one.sealNumber ?? '-']),
    ),
  ]);
}

function summaryLines({ inventory: newest }: ExhibitSummary): string[] {
  if (newest === null) return ['No inventory is finished yet.'];
  const { totals, video, lists } = newest;
  return [
    ...facts([
      ['seen', totals.seen],
      ['not examined', totals.notExamined],
      ['matched with', `${lists} hash lists`],
      ['video', `${video.hours.toLocaleString('en-GB', { maximumFractionDigits: 1 })} hours`],
    ]),
    '',
    ...table(
      ['of the hashed', 'files', 'size'],
      (['known', 'ofInterest', 'benign', 'unknown'] as const).map((name) => [
        name === 'ofInterest' ? 'of interest' : name,
        totals[name].files,
        shownSize(totals[name].bytes),
      ]),
    ),
  ];
}

async function report(run: OperationRun, exhibitId: ExhibitId, path: string): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const [{ makeReport, openReport }, { stagingFile }] = await Promise.all([
    import('#evidence/report.ts'),
    import('#platform/staging-folder.ts'),
  ]);
  const choice = { operationId: operation.operationId, exhibitId };
  const file = await stagingFile(path);
  try {
    const made = await makeReport(node.ctx, actor, choice, signal);
    const { path: source } = await openReport(node.ctx, actor, choice, 'pdf');
    for await (const chunk of createReadStream(source) as AsyncIterable<Buffer>) await file.write(chunk);
    await file.commit();
    out.result({ file: path, ...made }, `${path} holds the report, SHA-256 ${made.pdfSha256}.`);
  } catch (error) {
    await file.discard();
    throw error;
  }
}
