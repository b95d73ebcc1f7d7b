/** Referrals: series for ICSE, each file once only, and requests to Eurojust. */

import { createReadStream } from 'node:fs';
import { Argument, type Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { AgencyId } from '#core/ids.ts';
import type { PapLevel } from '#core/pap.ts';
import type { IcseSeries, SeriesId } from '#referrals/types.ts';
import { agency, digestStart, requireFile } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { eurojustCommands } from './eurojust-commands.ts';
import { tableOr } from './output.ts';
import { papOption } from './pap-options.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, facts, shownTime } from './words.ts';

interface PrepareOptions {
  readonly pap?: PapLevel;
  readonly name: string;
  readonly case: string;
  readonly onBehalfOf?: AgencyId;
}

/** What is done to a series, one after the other. */
type Step = 'claim' | 'send' | 'remainder';

const STEPS: Record<Step, { readonly description: string; readonly example: string }> = {
  claim: {
    description: 'claim an approved series: the coordinator makes sure that it is referred once',
    example: 'icarus referral claim series_01…',
  },
  send: {
    description: 'send a series whose claim was granted to Interpol',
    example: 'icarus referral send series_01…',
  },
  remainder: {
    description: 'prepare what is left of a series whose claim was refused',
    example: 'icarus referral remainder series_01…',
  },
};

export function referralCommands(program: Command): void {
  const referral = addCommand(
    program,
    'referral',
    'series of files for ICSE, by their hashes: each referred once only',
    'icarus referral list',
  );
  onOperation(
    addCommand(
      referral,
      'prepare <items>',
      'prepare a series from a CSV of hashes, categories and marks',
      'icarus referral prepare items.csv --name "MT series 1" --case MT-2011-17',
    ),
  )
    .requiredOption('--name <name>', 'what the series is called')
    .requiredOption('--case <reference>', 'reference of the case')
    .option('--on-behalf-of <agency>', 'whose material it is; only the coordinator says so', agency)
    .addOption(papOption('what may be done with it, by the word of whose material it is (default CLEAR)'))
    .action((items: string, options: PrepareOptions, command: Command) =>
      runOnOperation(command, (run) => prepare(run, items, options)),
    );
  onOperation(
    addCommand(referral, 'list', 'list the series and how each stands', 'icarus referral list'),
  ).action((_options: object, command: Command) => runOnOperation(command, list));
  onOperation(
    addCommand(referral, 'show <series>', 'show a series', 'icarus referral show series_01…'),
  ).action((id: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => show(run, id as SeriesId)),
  );
  stepCommands(referral);
  eurojustCommands(program);
}

function stepCommands(referral: Command): void {
  onOperation(
    addCommand(
      referral,
      'approve <series>',
      'approve a series that another officer prepared',
      'icarus referral approve series_01… --digest 90ab…',
    ),
  )
    .requiredOption(
      '--digest <value>',
      'of the series that you looked at, or its first 8 digits',
      digestStart,
    )
    .action((id: string, options: { digest: string }, command: Command) =>
      runOnOperation(command, (run) => approve(run, id as SeriesId, options.digest)),
    );
  for (const [step, { description, example }] of Object.entries(STEPS) as [Step, (typeof STEPS)[Step]][]) {
    onOperation(addCommand(referral, step, description, example))
      .addArgument(new Argument('<series>'))
      .action((id: string, _options: object, command: Command) =>
        runOnOperation(command, (run) => take(run, id as SeriesId, step)),
      );
  }
  onOperation(
    addCommand(
      referral,
      'confirm <series>',
      'record the reference under which ICSE has it',
      'icarus referral confirm series_01… --reference ICSE-2012-0815',
    ),
  )
    .requiredOption('--reference <text>', 'as Interpol gave it')
    .action((id: string, options: { reference: string }, command: Command) =>
      runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
        const { confirmIcse } = await import('#referrals/confirm-icse.ts');
        const input = { operationId, seriesId: id as SeriesId, icseReference: options.reference };
        out.result(await confirmIcse(node.ctx, actor, input), `${id} is confirmed as ${options.reference}.`);
      }),
    );
}

async function prepare(run: OperationRun, path: string, options: PrepareOptions): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const [{ prepareIcse }, { readItems }] = await Promise.all([
    import('#referrals/prepare-icse.ts'),
    import('#referrals/item-file.ts'),
  ]);
  await requireFile(path);
  const { name, case: caseReference, onBehalfOf } = options;
  const series = await withProgress('Taking files', (bar) =>
    prepareIcse(node.ctx, actor, {
      ...(options.pap && { pap: options.pap }),
      operationId: operation.operationId,
      name,
      caseReference,
      ...(onBehalfOf !== undefined && { onBehalfOf }),
      items: readItems(createReadStream(path)),
      signal,
      onProgress: (done) => bar.update(done, done, 'files'),
    }),
  );
  out.result(series, [
    `${counted(series.itemCount, 'file')} prepared as ${series.seriesId}.`,
    ...facts([['digest', series.contentDigest]]),
    'Next: a second officer looks at it and runs `icarus referral approve`.',
  ]);
}

async function list({ node, actor, operation, out }: OperationRun): Promise<void> {
  const [{ listSeries }, { seriesState }] = await Promise.all([
    import('#referrals/icse-store.ts'),
    import('#referrals/types.ts'),
  ]);
  authorize(actor, 'referrals.read', operation);
  const series = (await listSeries(node.ctx.db, operation.operationId)).map((one) => ({
    ...one,
    state: seriesState(one),
  }));
  out.result(
    series,
    tableOr(
      'No series was prepared.',
      ['series', 'name', 'files', 'state', 'digest', 'prepared'],
      series.map((one) => [
        one.seriesId,
        one.name,
        one.itemCount,
        one.state,
        one.contentDigest.slice(0, 8),
        shownTime(one.prepared.at),
      ]),
    ),
  );
}

async function show({ node, actor, operation, out }: OperationRun, seriesId: SeriesId): Promise<void> {
  const [{ requireSeries }, { seriesState }] = await Promise.all([
    import('#referrals/prepare-icse.ts'),
    import('#referrals/types.ts'),
  ]);
  authorize(actor, 'referrals.read', operation);
  const series = await requireSeries(node.ctx.db, { operationId: operation.operationId, seriesId });
  out.result({ ...series, state: seriesState(series) }, seriesLines(series, seriesState(series)));
}

function seriesLines(series: IcseSeries, state: string): string[] {
  return facts([
    ['series', `${series.name} (${series.seriesId})`],
    ['case', series.caseReference],
    ['on behalf of', series.onBehalfOf],
    ['files', series.itemCount],
    ['state', state],
    ['referred before', series.overlapCount > 0 ? `${counted(series.overlapCount, 'file')}` : null],
    ['digest', series.contentDigest],
    ['prepared', `${shownTime(series.prepared.at)} by ${series.prepared.by}`],
    ['approved', series.approved && `${shownTime(series.approved.at)} by ${series.approved.by}`],
    ['sent', series.sent && shownTime(series.sent.at)],
    ['ICSE reference', series.confirmed?.icseReference ?? null],
  ]);
}

async function approve(run: OperationRun, seriesId: SeriesId, seen: string): Promise<void> {
  const { node, actor, operation, out } = run;
  const [{ approveIcse }, { requireSeries }] = await Promise.all([
    import('#referrals/approve-icse.ts'),
    import('#referrals/prepare-icse.ts'),
  ]);
  authorize(actor, 'referrals.approve', operation);
  const ref = { operationId: operation.operationId, seriesId };
  const { contentDigest } = await requireSeries(node.ctx.db, ref);
  const digest = contentDigest.startsWith(seen) ? contentDigest : seen;
  const series = await approveIcse(node.ctx, actor, { ...ref, digest });
  out.result(series, `${series.name} is approved. Next: \`icarus referral claim\`.`);
}

async function take(run: OperationRun, seriesId: SeriesId, step: Step): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { seriesState } = await import('#referrals/types.ts');
  const ref = { operationId: operation.operationId, seriesId };
  const acts: Record<Step, () => Promise<IcseSeries>> = {
    claim: async () => (await import('#referrals/claim-icse.ts')).claimIcse(node.ctx, actor, ref),
    send: async () => (await import('#referrals/send-icse.ts')).sendIcse(node.ctx, actor, { ...ref, signal }),
    remainder: async () =>
      (await import('#referrals/prepare-icse.ts')).prepareRemainder(node.ctx, actor, ref),
  };
  const series = await acts[step]();
  out.result({ ...series, state: seriesState(series) }, seriesLines(series, seriesState(series)));
}
