/** Requests to Eurojust: drafted, approved by a second officer, sent. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { isCountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { EurojustContent } from '#referrals/eurojust-types.ts';
import type { EurojustId } from '#referrals/types.ts';
import { digestStart } from './arguments.ts';
import { checkedFile } from './checked-file.ts';
import { addCommand, onOperation } from './commands.ts';
import { tableOr } from './output.ts';
import { type OperationRun, runOnOperation } from './session.ts';
import { shownTime } from './words.ts';

export function eurojustCommands(program: Command): void {
  const eurojust = addCommand(
    program,
    'eurojust',
    'requests for judicial assistance',
    'icarus eurojust list',
  );
  onOperation(
    addCommand(
      eurojust,
      'draft <file>',
      'draft a request from JSON: countries, need, legalBasis, sources, deadlineAt',
      'icarus eurojust draft request.json',
    ),
  ).action((file: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => draft(run, file)),
  );
  onOperation(
    addCommand(
      eurojust,
      'approve <request>',
      'approve a request that another officer drafted',
      'icarus eurojust approve eurojust_01… --digest 90ab…',
    ),
  )
    .requiredOption(
      '--digest <value>',
      'of the request that you looked at, or its first 8 digits',
      digestStart,
    )
    .action((id: string, options: { digest: string }, command: Command) =>
      runOnOperation(command, (run) => approve(run, id as EurojustId, options.digest)),
    );
  onOperation(
    addCommand(eurojust, 'send <request>', 'send an approved request', 'icarus eurojust send eurojust_01…'),
  ).action((id: string, _options: object, command: Command) =>
    runOnOperation(command, async ({ node, actor, operation: { operationId }, out }) => {
      const { sendEurojust } = await import('#referrals/eurojust.ts');
      const sent = await sendEurojust(node.ctx, actor, { operationId, requestId: id as EurojustId });
      out.result(sent, `${id} is in the outbox.`);
    }),
  );
  onOperation(
    addCommand(eurojust, 'list', 'list the requests and how each stands', 'icarus eurojust list'),
  ).action((_options: object, command: Command) => runOnOperation(command, list));
}

async function draft({ node, actor, operation, out }: OperationRun, path: string): Promise<void> {
  const { draftEurojust } = await import('#referrals/eurojust.ts');
  const { operationId } = operation;
  const request = await draftEurojust(node.ctx, actor, { ...(await contentOf(path)), operationId });
  out.result(request, [
    `Drafted as ${request.requestId}, digest ${request.contentDigest}.`,
    'Next: a second officer looks at it and runs `icarus eurojust approve`.',
  ]);
}

async function contentOf(path: string): Promise<EurojustContent> {
  const { DraftBody } = await import('#referrals/schemas.ts');
  const { countries, deadlineAt, ...content } = await checkedFile(path, DraftBody);
  const unknown = countries.find((code) => !isCountryCode(code));
  if (unknown !== undefined)
    throw new IcarusError('cli/file-invalid', {
      path,
      field: 'countries',
      reason: `${unknown} is no country that Icarus knows`,
    });
  return { ...content, countries: countries.filter(isCountryCode), deadlineAt: new Date(deadlineAt) };
}

async function approve(run: OperationRun, requestId: EurojustId, seen: string): Promise<void> {
  const { node, actor, operation, out } = run;
  const { approveEurojust, requireRequest } = await import('#referrals/eurojust.ts');
  authorize(actor, 'referrals.approve', operation);
  const ref = { operationId: operation.operationId, requestId };
  const { contentDigest } = await requireRequest(node.ctx.db, ref);
  const digest = contentDigest.startsWith(seen) ? contentDigest : seen;
  const approved = await approveEurojust(node.ctx, actor, { ...ref, digest });
  out.result(approved, `${requestId} is approved.`);
}

async function list({ node, actor, operation, out }: OperationRun): Promise<void> {
  const [{ listRequests }, { requestView }, { withoutClosed }] = await Promise.all([
    import('#referrals/eurojust-store.ts'),
    import('#referrals/views.ts'),
    import('#referrals/closed-sources.ts'),
  ]);
  authorize(actor, 'referrals.read', operation);
  const { db, node: own } = node.ctx;
  const now = node.ctx.clock.now();
  const shown = await withoutClosed(node.ctx, actor, operation.operationId, {
    all: await listRequests(db, operation.operationId),
    sourcesOf: ({ sources }) => sources,
  });
  const requests = await Promise.all(shown.map((one) => requestView(db, one, { own: own.agencyId, now })));
  out.result(
    requests,
    tableOr(
      'No request was drafted.',
      ['request', 'countries', 'state', 'answer due', 'digest'],
      requests.map((one) => [
        one.requestId,
        one.countries.join(', '),
        one.state,
        shownTime(one.deadlineAt),
        one.contentDigest.slice(0, 8),
      ]),
    ),
  );
}
