/** What waits for a second officer, his word on it, and the signatures proven again: at the terminal. */
import type { Command } from 'commander';
import type { Proposal, ProposalId } from '#access/approvals/proposal-types.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { addCommand } from './commands.ts';
import { type Output, tableOr } from './output.ts';
import { type NodeRun, runOnNode } from './session.ts';
import { counted, facts, shownTime } from './words.ts';

export function approvalCommands(program: Command): void {
  const approvals = addCommand(
    program,
    'approvals',
    'grave acts that wait for a second officer, and the signatures of approvals',
    'icarus approvals list',
  );
  addCommand(approvals, 'list', 'what you proposed, and what you may decide about', 'icarus approvals list')
    .option('--over', 'what is decided, done or too late')
    .action(({ over = false }: { over?: boolean }, command: Command) =>
      runOnNode(command, (run) => list(run, over)),
    );
  addCommand(
    approvals,
    'show <proposal>',
    'exactly what would be done, and the digest that is signed',
    'icarus approvals show proposal_01…',
  ).action((proposalId: string, _options: object, command: Command) =>
    runOnNode(command, (run) => show(run, proposalId as ProposalId)),
  );
  decisions(approvals);
  addCommand(
    approvals,
    'withdraw <proposal>',
    'take back what you proposed',
    'icarus approvals withdraw proposal_01…',
  ).action((proposalId: string, _options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { withdrawProposal } = await import('#access/approvals/proposals.ts');
      await withdrawProposal(node.ctx, actor, proposalId as ProposalId);
      out.result({ proposalId }, `${proposalId} is taken back.`);
    }),
  );
  addCommand(
    approvals,
    'verify',
    'prove every stored signature again, by registered keys, digests and the custody log',
    'icarus approvals verify --json',
  ).action((_options: object, command: Command) => runOnNode(command, verify));
}

function decisions(approvals: Command): void {
  addCommand(
    approvals,
    'approve <proposal>',
    'approve what another officer proposed; it is done at once',
    'icarus approvals approve proposal_01… --digest 9f2c…',
  )
    .requiredOption('--digest <hex>', 'of what you looked at')
    .action((proposalId: string, { digest }: { digest: string }, command: Command) =>
      runOnNode(command, async ({ node, actor, out }) => {
        const [{ decideAndDo }, { ACT_HANDLERS }] = await Promise.all([
          import('#access/approvals/carry-out.ts'),
          import('#assembly/act-handlers.ts'),
        ]);
        const decision = { proposalId: proposalId as ProposalId, word: 'approve', digest } as const;
        const { problem } = await decideAndDo(node.ctx, actor, { ...decision, handlers: ACT_HANDLERS });
        if (problem) throw problem;
        out.result({ proposalId }, `${proposalId} is approved and done.`);
      }),
    );
  addCommand(
    approvals,
    'refuse <proposal>',
    'refuse it, with the reason',
    'icarus approvals refuse proposal_01… --digest 9f2c… --reason "Not without his chief"',
  )
    .requiredOption('--digest <hex>', 'of what you looked at')
    .requiredOption('--reason <words>', 'why')
    .action((proposalId: string, options: { digest: string; reason: string }, command: Command) =>
      runOnNode(command, async ({ node, actor, out }) => {
        const { decideProposal } = await import('#access/approvals/proposals.ts');
        await decideProposal(node.ctx, actor, {
          proposalId: proposalId as ProposalId,
          word: 'refuse',
          ...options,
        });
        out.result({ proposalId }, `${proposalId} is refused; nothing was done.`);
      }),
    );
}

/** Says what an act answers that was only proposed. */
export function sayProposed(out: Output, { proposalId, digest, expiresAt }: Proposal): void {
  out.result({ proposalId, digest, waits: true }, [
    `Nothing is done yet: it waits for a second officer as ${proposalId}, until ${shownTime(expiresAt)}.`,
    `He reads it with \`icarus approvals show ${proposalId}\` and approves it in the pages or with`,
    `icarus approvals approve ${proposalId} --digest ${digest}`,
  ]);
}

async function list({ node, actor, out }: NodeRun, over: boolean): Promise<void> {
  const [{ proposalsFor }, { stateOf }] = await Promise.all([
    import('#access/approvals/proposals.ts'),
    import('#access/approvals/proposal-types.ts'),
  ]);
  const found = await proposalsFor(node.ctx, actor, { open: !over });
  const now = node.ctx.clock.now();
  const rows = found.map((one) => [
    one.proposalId,
    one.kind,
    one.proposedBy,
    shownTime(one.expiresAt),
    stateOf(one, now),
    one.reason,
  ]);
  out.result(
    { proposals: found },
    tableOr('Nothing.', ['proposal', 'act', 'by', 'until', 'state', 'why'], rows),
  );
}

async function show({ node, actor, out }: NodeRun, proposalId: ProposalId): Promise<void> {
  const [{ proposalFor }, { ACT_HANDLERS }] = await Promise.all([
    import('#access/approvals/proposals.ts'),
    import('#assembly/act-handlers.ts'),
  ]);
  const proposal = await proposalFor(node.ctx.db, actor, proposalId);
  const { before, after } = await ACT_HANDLERS[proposal.kind].difference(node.ctx, proposal);
  out.result({ ...proposal, before, after }, [
    ...facts([
      ['act', proposal.kind],
      ['by', proposal.proposedBy],
      ['why', proposal.reason],
      ['now', before.join(', ') || 'none'],
      ['afterwards', after.join(', ') || 'none'],
      ['until', shownTime(proposal.expiresAt)],
      ['digest', proposal.digest],
    ]),
    proposal.document,
  ]);
}

/** Fails where one does not hold, so that a script notices. */
async function verify({ node, actor, out }: NodeRun): Promise<void> {
  const { checkedSignatures } = await import('#access/approvals/verify.ts');
  authorize(actor, 'node.administer');
  const checked = [];
  for await (const one of checkedSignatures(node.ctx.db, {})) checked.push(one);
  const wrong = checked.filter(({ verdict }) => typeof verdict === 'object');
  const unsigned = checked.filter(({ verdict }) => verdict === 'unsigned').length;
  const rows = wrong.map(({ signatureId, officerId, thing, verdict }) => [
    signatureId,
    officerId,
    `${thing.kind} ${thing.id}`,
    typeof verdict === 'object' ? verdict.wrong : verdict,
  ]);
  out.result({ signatures: checked }, [
    `${counted(checked.length, 'word')} of officers: ${checked.length - wrong.length - unsigned} signed and proven, ${unsigned} unsigned, ${wrong.length} wrong.`,
    ...(wrong.length === 0 ? [] : tableOr('', ['signature', 'officer', 'on', 'what is wrong'], rows)),
  ]);
  if (wrong.length > 0) throw new IcarusError('approval/signatures-wrong', { count: wrong.length });
}
