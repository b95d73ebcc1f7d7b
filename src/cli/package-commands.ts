/** Packages of this agency: composed for each country, approved by a second officer, sent. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { Evaluation } from '#core/handling.ts';
import type { PackageId } from '#core/ids.ts';
import type { PapLevel } from '#core/pap.ts';
import type { Approval } from '#packages/approve.ts';
import type { Package } from '#packages/store.ts';
import { country, digestStart, eachOf, evaluation, jsonFile, wholeNumber } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { papOption } from './pap-options.ts';
import { withProgress } from './progress.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { counted, shownSize, shownTime } from './words.ts';

interface ComposeOptions {
  readonly country?: readonly CountryCode[];
  readonly targets?: number;
  readonly evaluation?: Evaluation;
  readonly pap?: PapLevel;
}

interface ApproveOptions {
  readonly digest?: string;
  readonly list?: string;
}

export function packageCommands(program: Command): void {
  const group = addCommand(
    program,
    'package',
    'packages: compose, approve, send; verify and open with no node at all',
    'icarus package list',
  );
  onOperation(
    addCommand(group, 'compose', 'make a package for each participating country with targets', [
      'icarus package compose',
      'icarus package compose --country MT --country HR --evaluation B2',
    ]),
  )
    .option('--country <code>', 'only this country; may stand again', eachOf(country))
    .option('--targets <n>', 'most targets of a package, best ranked first (default 200)', wholeNumber)
    .option(
      '--evaluation <4x4>',
      'source A, B, C or X and information 1 to 4 (default X4: not assessed)',
      evaluation,
    )
    .addOption(papOption('what may be done with it (default GREEN: it is given for action)'))
    .action((options: ComposeOptions, command: Command) =>
      runOnOperation(command, (run) => compose(run, options)),
    );
  onOperation(
    addCommand(group, 'list', 'list the packages and what became of each', 'icarus package list --json'),
  ).action((_options: object, command: Command) => runOnOperation(command, list));
  onOperation(
    addCommand(
      group,
      'approve [package]',
      'approve what another officer composed; it is frozen from then on',
      [
        'icarus package approve package_01… --digest 4f1c…',
        'icarus package list --json > seen.json; icarus package approve --list seen.json',
      ],
    ),
  )
    .option('--digest <value>', 'of the content that you looked at, or its first 8 digits', digestStart)
    .option(
      '--list <file>',
      'every composed package of a list that you looked at: `icarus package list --json`',
    )
    .action((packageId: string | undefined, options: ApproveOptions, command: Command) =>
      runOnOperation(command, (run) => approve(run, packageId, options)),
    );
  onOperation(
    addCommand(group, 'send [packages...]', 'seal and send approved packages; each is sent once', [
      'icarus package send',
      'icarus package send package_01…',
    ]),
  ).action((ids: string[], _options: object, command: Command) =>
    runOnOperation(command, (run) => send(run, ids as PackageId[])),
  );
  onOperation(
    addCommand(
      group,
      'export <package>',
      'write a sent package to a file, to carry it on a stick',
      'icarus package export package_01… --out malta.icarus',
    ),
  )
    .requiredOption('--out <file>', 'a file that is not there yet')
    .action((packageId: string, options: { out: string }, command: Command) =>
      runOnOperation(command, (run) => exportTo(run, packageId as PackageId, options.out)),
    );
  onOperation(
    addCommand(group, 'received', 'list the packages that came to this node', 'icarus package received'),
  ).action((_options: object, command: Command) => runOnOperation(command, listReceived));
}

async function compose(run: OperationRun, options: ComposeOptions): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { composePackages } = await import('#packages/compose.ts');
  const packages = await withProgress('Composing packages', (bar) =>
    composePackages(node.ctx, actor, {
      operationId: operation.operationId,
      signal,
      ...(options.country && { countries: options.country }),
      ...(options.targets !== undefined && { targetLimit: options.targets }),
      ...(options.evaluation !== undefined && { evaluation: options.evaluation }),
      ...(options.pap !== undefined && { pap: options.pap }),
      onProgress: ({ done, total }) => bar.update(done, total, 'dossiers'),
    }),
  );
  out.result(packages.map(shownPackage), [
    ...tableOr(
      'Nothing was composed: every country is served, or has no target.',
      ['country', 'package', 'version', 'targets', 'size', 'digest'],
      packages.map((one) => [
        one.country,
        one.packageId,
        one.version,
        one.targetCount,
        shownSize(one.sizeBytes),
        one.digest.slice(0, 8),
      ]),
    ),
    'Next: a second officer looks at them and runs `icarus package approve`.',
  ]);
}

/** What stands in a list: the contents, which can be long, are in the package itself. */
function shownPackage({ contents: _contents, ...shown }: Package): Omit<Package, 'contents'> {
  return shown;
}

async function list({ node, actor, operation, out }: OperationRun): Promise<void> {
  const [{ packagesOf }, { packageViews }] = await Promise.all([
    import('#packages/store.ts'),
    import('#packages/views.ts'),
  ]);
  authorize(actor, 'packages.read', operation);
  const { operationId } = operation;
  const views = await packageViews(node.ctx, operationId, await packagesOf(node.ctx.db, operationId));
  out.result(
    views,
    tableOr(
      'No package was composed. Compose them with `icarus package compose`.',
      ['country', 'package', 'version', 'state', 'targets', 'digest', 'due'],
      views.map((one) => [
        one.country,
        one.packageId,
        one.version,
        one.overdue ? `${one.state}, overdue` : one.state,
        one.targetCount,
        one.digest.slice(0, 8),
        shownTime(one.deadlineAt),
      ]),
    ),
  );
}

async function approve(
  run: OperationRun,
  packageId: string | undefined,
  options: ApproveOptions,
): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const [{ approveAll }, { packagesOf }] = await Promise.all([
    import('#packages/approve.ts'),
    import('#packages/store.ts'),
  ]);
  authorize(actor, 'packages.approve', operation);
  const all = await packagesOf(node.ctx.db, operation.operationId);
  const approvals =
    packageId === undefined ? await listedApprovals(options) : [oneApproval(all, packageId, options)];
  const approved = await approveAll(node.ctx, actor, approvals, signal);
  out.result(
    approved.map(shownPackage),
    approved.length === 0
      ? 'There is no composed package to approve.'
      : `Approved: ${approved.map((one) => `${one.country} version ${one.version}`).join(', ')}.`,
  );
}

/** Each package of the list with the digest that it had when the officer looked. */
async function listedApprovals({ list, digest }: ApproveOptions): Promise<Approval[]> {
  if (list === undefined || digest !== undefined)
    throw wrongApproval('Name a package and its --digest, or give the --list that you looked at.');
  const listed = await jsonFile(list);
  if (!Array.isArray(listed) || !listed.every(isListed))
    throw new IcarusError('cli/file-invalid', {
      path: list,
      field: 'its top level',
      reason: 'it is not what `icarus package list --json` prints',
    });
  return listed
    .filter(({ state }) => state === 'composed')
    .map(({ packageId, digest: seen }) => ({ packageId: packageId as PackageId, digest: seen }));
}

function isListed(value: unknown): value is { packageId: string; digest: string; state: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { packageId, digest, state } = value as Record<string, unknown>;
  return [packageId, digest, state].every((member) => typeof member === 'string');
}

/** The digest is what the officer looked at: its beginning must be that of what stands now. */
function oneApproval(all: readonly Package[], packageId: string, { digest, list }: ApproveOptions): Approval {
  if (digest === undefined || list !== undefined)
    throw wrongApproval('Give the --digest of what you looked at.');
  const found = all.find((one) => one.packageId === packageId);
  if (!found) throw new IcarusError('package/not-found', { package: packageId });
  if (!found.digest.startsWith(digest))
    throw new IcarusError('package/other-digest', { country: found.country });
  return { packageId: found.packageId, digest: found.digest };
}

function wrongApproval(reason: string): IcarusError {
  return new IcarusError('cli/usage', { reason, command: 'icarus package approve' });
}

async function send(run: OperationRun, packageIds: readonly PackageId[]): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { sendPackages } = await import('#packages/send.ts');
  const { sent, alreadySent } = await withProgress('Sealing packages', (bar) =>
    sendPackages(node.ctx, actor, {
      operationId: operation.operationId,
      signal,
      ...(packageIds.length > 0 && { packageIds }),
      onProgress: ({ donePackages, packages }) => bar.update(donePackages, packages, 'packages'),
    }),
  );
  out.result({ sent: sent.map(shownPackage), alreadySent }, [
    sent.length === 0
      ? 'No approved package waits for sending.'
      : `Sent: ${sent.map(({ country }) => country).join(', ')}. ${counted(sent.length, 'package')} in the outbox.`,
    ...(alreadySent.length > 0 ? [`Sent before: ${alreadySent.join(', ')}.`] : []),
    ...(sent.length > 0
      ? ['The running node delivers them; without one, `icarus outbox deliver` does.']
      : []),
  ]);
}

async function exportTo(run: OperationRun, packageId: PackageId, file: string): Promise<void> {
  const { node, actor, operation, out } = run;
  const [{ requirePackage }, { exportFile }] = await Promise.all([
    import('#packages/files.ts'),
    import('#exchange/files.ts'),
  ]);
  authorize(actor, 'packages.read', operation);
  const found = await requirePackage(node.ctx.db, packageId);
  if (found.operationId !== operation.operationId)
    throw new IcarusError('package/not-found', { package: packageId });
  if (found.messageId === null) throw new IcarusError('package/not-approved', { country: found.country });
  const written = await exportFile(node.ctx, actor, found.messageId, file);
  out.result(
    written,
    `${file} holds the package for ${found.country}, ${shownSize(written.sizeBytes)}, SHA-256 ${written.sha256}.`,
  );
}

async function listReceived({ node, actor, operation, out }: OperationRun): Promise<void> {
  const [{ receivedPackages }, { receivedPackageViews }] = await Promise.all([
    import('#packages/received-store.ts'),
    import('#packages/views.ts'),
  ]);
  authorize(actor, 'packages.read', operation);
  const { db } = node.ctx;
  const views = await receivedPackageViews(db, await receivedPackages(db, operation.operationId));
  out.result(
    views,
    tableOr(
      'No package has come. Add a file with `icarus inbox add`.',
      ['country', 'package', 'version', 'from', 'targets', 'observations', 'received'],
      views.map((one) => [
        one.country,
        one.packageId,
        one.version,
        one.from,
        one.targetCount,
        one.observationCount,
        shownTime(one.receivedAt),
      ]),
    ),
  );
}
