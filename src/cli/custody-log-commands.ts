/** The custody log as a whole: how it stands, whether it holds, proofs from it, and the log for an outsider. */
import type { Command } from 'commander';
import { authorizeOnNode } from '#access/policy.ts';
import type { LogState } from '#custody/log-state.ts';
import type { Verdict } from '#custody/verify.ts';
import { asIs, eachOf, textFile } from './arguments.ts';
import { closedRecordsFor } from './closed-persons.ts';
import { addCommand, onOperation } from './commands.ts';
import { withProgress } from './progress.ts';
import {
  type CommandRun,
  type NodeRun,
  type OperationRun,
  runCommand,
  runOnNode,
  runOnOperation,
} from './session.ts';
import { counted, facts, shownTime } from './words.ts';

export function custodyLogCommands(custody: Command): void {
  addCommand(
    custody,
    'status',
    'show how the log stands: size, what waits, checkpoint, witnesses, alarms',
    'icarus custody status',
  ).action((_options: object, command: Command) => runOnNode(command, status));
  addCommand(custody, 'verify', 'prove that nothing in the log was changed, removed or put in', [
    'icarus custody verify',
    'icarus custody verify --bundle denmark-log --card denmark.card.json --card malta.card.json',
  ])
    .option('--bundle <folder>', 'an exported log; needs no node')
    .option('--card <file>', 'card whose log key counts, with --bundle; may stand again', eachOf(asIs))
    .action((options: BundleOptions, command: Command) =>
      options.bundle === undefined
        ? runOnNode(command, verifyOwn)
        : runCommand(command, (run) => verifyBundle(run, options.bundle as string, options.card ?? [])),
    );
  addCommand(
    custody,
    'checkpoint [log]',
    'write the newest cosigned checkpoint, of this log or of a partner’s',
    [
      'icarus custody checkpoint --out own.note',
      'icarus custody checkpoint icarus/custody/mt --out malta.note',
    ],
  )
    .option('--out <file>', 'write it to a file that is not there yet')
    .action((log: string | undefined, options: { out?: string }, command: Command) =>
      runOnNode(command, (run) => checkpoint(run, log, options.out)),
    );
  onOperation(
    addCommand(custody, 'prove <what>', 'write a proof that something is in the log (C2SP tlog-proof)', [
      'icarus custody prove message_01… --out receipt.tlog-proof',
      'icarus custody prove 4711',
    ]),
  )
    .option('--out <file>', 'write it to a file that is not there yet')
    .action((what: string, options: { out?: string }, command: Command) =>
      runOnOperation(command, (run) => prove(run, what, options.out)),
    );
  onOperation(
    addCommand(
      custody,
      'export <folder>',
      'write the log for an outsider: one operation in clear, of the rest the proof',
      'icarus custody export denmark-log',
    ),
  ).action((folder: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => exportTo(run, folder)),
  );
  addCommand(
    custody,
    'settle <log>',
    'end the alarms about a log, after it was found out why',
    "icarus custody settle icarus/custody/mt --reason 'Malta restored a backup; confirmed by telephone'",
  )
    .requiredOption('--reason <text>', 'what was found out, and with whom')
    .action((log: string, options: { reason: string }, command: Command) =>
      runOnNode(command, (run) => settle(run, log, options.reason)),
    );
  addCommand(
    custody,
    'erase <leaf...>',
    'erase the content of events for good; their leaves stay, and the log says so',
    "icarus custody erase 5f1c… --reason 'retention of five years, national law'",
  )
    .requiredOption('--reason <text>', 'the rule that asks for it')
    .action((leaves: string[], options: { reason: string }, command: Command) =>
      runOnNode(command, (run) => erase(run, leaves, options.reason)),
    );
}

interface BundleOptions {
  readonly bundle?: string;
  readonly card?: readonly string[];
}

async function status({ node, actor, out }: NodeRun): Promise<void> {
  const { logState } = await import('#custody/log-state.ts');
  authorizeOnNode(actor, 'custody.verify');
  const state = await logState(node.ctx.db);
  out.result(state, stateLines(state));
}

function stateLines(state: LogState): string[] {
  const { checkpoint } = state;
  return [
    ...state.forks.map(
      ({ origin, words, reportedBy }) =>
        `ALARM: ${origin}: ${words}${reportedBy ? `, as ${reportedBy} reports` : ''}. See docs/custody.md.`,
    ),
    ...(state.late
      ? [`ALARM: an event waits for ${state.oldestWaitingSeconds} s. Is the node running?`]
      : []),
    ...facts([
      ['events', state.size],
      ['waiting', state.waiting],
      ['checkpoint', checkpoint ? `${checkpoint.size} at ${shownTime(checkpoint.signedAt)}` : 'none yet'],
      ['root', checkpoint?.root ?? null],
    ]),
    ...state.witnesses.map(({ name, size, at }) => `  cosigned by    ${name}: ${size} at ${shownTime(at)}`),
    ...state.witnessed.map(
      ({ origin, size, at }) => `  cosigns        ${origin}: ${size} at ${shownTime(at)}`,
    ),
  ];
}

async function verifyOwn({ node, actor, out, signal }: NodeRun): Promise<void> {
  const [{ databaseSource }, { sequenceNow }, { logKeys }] = await Promise.all([
    import('#custody/database-source.ts'),
    import('#custody/sequence.ts'),
    import('#operations/custody.ts'),
  ]);
  const { requireHolds, verifyLog } = await import('#custody/verify.ts');
  authorizeOnNode(actor, 'custody.verify');
  const { ctx } = node;
  await sequenceNow(ctx);
  const { partners } = await logKeys(ctx.db);
  const source = await databaseSource(ctx.db);
  const verdict = await withProgress('Verifying the log', (bar) =>
    verifyLog(source, {
      logKey: ctx.keys.log.verifierKey,
      witnessKeys: partners,
      signal,
      onProgress: (done, total) => bar.update(done, total, 'events'),
    }),
  );
  requireHolds(verdict);
  out.result(verdict, verdictLines(verdict));
}

async function verifyBundle(
  { out, signal }: CommandRun,
  folder: string,
  cards: readonly string[],
): Promise<void> {
  const [{ bundleKeys, bundleSource }, { requireHolds, verifyLog }, { readCard }] = await Promise.all([
    import('#custody/bundle-source.ts'),
    import('#custody/verify.ts'),
    import('#seal/card.ts'),
  ]);
  const source = await bundleSource(folder);
  const own = await bundleKeys(folder);
  const trusted = (await Promise.all(cards.map(async (file) => readCard(await textFile(file))))).flatMap(
    ({ logKey }) => (logKey === undefined ? [] : [logKey]),
  );
  const name = own.logKey.split('+')[0];
  const keys =
    cards.length === 0
      ? own
      : { logKey: trusted.find((key) => key.split('+')[0] === name) ?? '', witnessKeys: trusted };
  const verdict = await withProgress('Verifying the log', (bar) =>
    verifyLog(source, {
      ...keys,
      signal,
      onProgress: (done, total) => bar.update(done, total, 'events'),
    }),
  );
  requireHolds(verdict);
  out.result({ ...verdict, keysFrom: cards.length === 0 ? 'bundle' : 'cards' }, [
    ...verdictLines(verdict),
    ...(cards.length === 0
      ? ['The keys were those of the folder itself: give --card to know whose log it is.']
      : []),
  ]);
}

function verdictLines(verdict: Verdict): string[] {
  return [
    `The log holds: ${counted(verdict.size, 'event')}, none changed, removed or put in between.`,
    ...facts([
      ['root', verdict.root],
      ['checked', `${verdict.whole} with content, ${verdict.leafOnly} by their leaf alone`],
      ['checkpoints', verdict.checkpoints],
    ]),
    ...Object.entries(verdict.witnesses).map(([name, size]) => `  cosigned by    ${name}: up to ${size}`),
  ];
}

/** For a partner whose node was restored: how far its log had come when this node cosigned it. */
async function checkpoint({ node, actor, out }: NodeRun, log?: string, file?: string): Promise<void> {
  const { witnessedCheckpoint } = await import('#operations/custody.ts');
  const note = await witnessedCheckpoint(node.ctx, actor, log);
  if (file !== undefined) await writeNew(file, note);
  out.result({ note }, file === undefined ? note.trimEnd() : `The checkpoint is in ${file}.`);
}

async function writeNew(file: string, text: string): Promise<void> {
  const { stagingFile } = await import('#platform/staging-folder.ts');
  const staging = await stagingFile(file);
  await staging.write(Buffer.from(text, 'utf8'));
  await staging.commit();
}

async function prove(
  { node, actor, operation, out }: OperationRun,
  what: string,
  file?: string,
): Promise<void> {
  const [{ proofOf }, { writeTlogProof }, { leafMeant }] = await Promise.all([
    import('#custody/proofs.ts'),
    import('#custody/tlog-proof.ts'),
    import('#operations/custody.ts'),
  ]);
  const name = await leafMeant(node.ctx, actor, { what, operationId: operation.operationId });
  const proof = await proofOf(node.ctx, name);
  const text = writeTlogProof(proof);
  if (file !== undefined) await writeNew(file, text);
  const { index, leafHash, checkpoint } = proof;
  const shown = {
    index,
    leafHash,
    size: checkpoint.size,
    root: checkpoint.root.toString('hex'),
    proof: text,
  };
  out.result(
    shown,
    file === undefined
      ? text.trimEnd()
      : [
          `The proof is in ${file}.`,
          ...facts([
            ['leaf', leafHash],
            ['number', index],
            ['checkpoint', `${checkpoint.size} at ${shownTime(checkpoint.signedAt)}`],
          ]),
        ],
  );
}

async function exportTo(run: OperationRun, folder: string): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const [{ exportCustody }, { stagingFolder }] = await Promise.all([
    import('#operations/custody.ts'),
    import('#platform/staging-folder.ts'),
  ]);
  const { operationId } = operation;
  const without = await closedRecordsFor(run);
  const sink = await stagingFolder(folder);
  const bundle = await withProgress('Writing the log', (bar) =>
    exportCustody(node.ctx, actor, {
      sink,
      operationId,
      without,
      signal,
      onProgress: (done, total) => bar.update(done, total, 'events'),
    }),
  );
  out.result({ ...bundle, folder }, [
    `The log is in ${folder}: ${counted(bundle.size, 'event')}, ${bundle.shown} of them in clear.`,
    'Its README.md says how to check it. Hand the signed cards over by another way.',
  ]);
}

async function settle({ node, actor, out }: NodeRun, log: string, reason: string): Promise<void> {
  const { settleForks } = await import('#operations/custody.ts');
  const settled = await settleForks(node.ctx, actor, { origin: log, reason });
  out.result(
    { log, settled },
    `${counted(settled, 'alarm')} about ${log} settled. Its next checkpoint is taken as the first.`,
  );
}

async function erase({ node, actor, out }: NodeRun, leaves: string[], reason: string): Promise<void> {
  const { eraseFromLog } = await import('#operations/custody.ts');
  await eraseFromLog(node.ctx, actor, { leaves, reason });
  out.result(
    { erased: leaves.length },
    `${counted(leaves.length, 'event')} erased. The log says so, and still holds.`,
  );
}
