/** What waits for a second officer, his word on it, and the signatures, below `/nodes/<agency>/api`. */
import { Type } from 'typebox';
import { type App, actorOf } from '#access/http.ts';
import type { OperationNames } from '#access/officer-routes.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { listOfficers } from '#access/store.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { type ActHandlers, decideAndDo, doApproved } from './carry-out.ts';
import { mayDecide, type Proposal, type ProposalId, stateOf } from './proposal-types.ts';
import { proposalFor, proposalsFor, withdrawProposal } from './proposals.ts';
import {
  DecidedView,
  DecisionBody,
  ProposalList,
  ProposalParams,
  ProposalsQuery,
  ProposalView,
  SignatureList,
  SignaturesQuery,
  type SignatureView,
  type Waiting,
} from './schemas.ts';
import { type CheckedSignature, checkedSignatures } from './verify.ts';

export interface ApprovalRoutes {
  readonly handlers: ActHandlers;
  readonly operations: OperationNames;
}

/** An approval is signed, and a signature proves presence better than any clock: only unsigned words ask for it. */
const SIGNED = { provesPresence: 'unless-signed' } as const;

export function approvalRoutes(app: App, ctx: NodeContext, options: ApprovalRoutes): void {
  const shown = (actor: Actor, proposals: readonly Proposal[]) => viewsOf(ctx, options, { actor, proposals });
  const one = async (actor: Actor, proposal: Proposal) => (await shown(actor, [proposal]))[0] as ProposalView;
  const { handlers } = options;
  app.get(
    '/approvals',
    { schema: { querystring: ProposalsQuery, response: { 200: ProposalList } } },
    async (request) => {
      const actor = actorOf(request);
      const open = request.query.over === undefined;
      return { proposals: await shown(actor, await proposalsFor(ctx, actor, { open })) };
    },
  );
  app.get(
    '/approvals/:proposalId',
    { schema: { params: ProposalParams, response: { 200: ProposalView } } },
    async (request) => {
      const actor = actorOf(request);
      return one(actor, await proposalFor(ctx.db, actor, request.params.proposalId as ProposalId));
    },
  );
  app.post(
    '/approvals/:proposalId/decision',
    {
      config: SIGNED,
      schema: { params: ProposalParams, body: DecisionBody, response: { 200: DecidedView } },
    },
    async (request) => {
      const actor = actorOf(request);
      const proposalId = request.params.proposalId as ProposalId;
      const { proposal, problem } = await decideAndDo(ctx, actor, { ...request.body, proposalId, handlers });
      return { proposal: await one(actor, proposal), problem: problem?.message ?? null };
    },
  );
  app.post(
    '/approvals/:proposalId/carrying-out',
    { schema: { params: ProposalParams, response: { 200: ProposalView } } },
    async (request) => {
      const actor = actorOf(request);
      const proposalId = request.params.proposalId as ProposalId;
      return one(actor, await doApproved(ctx, actor, { handlers, proposalId }));
    },
  );
  app.post(
    '/approvals/:proposalId/withdrawal',
    { schema: { params: ProposalParams, response: { 200: ProposalView } } },
    async (request) => {
      const actor = actorOf(request);
      return one(actor, await withdrawProposal(ctx, actor, request.params.proposalId as ProposalId));
    },
  );
  signatureRoutes(app, ctx);
}

const OperationParams = Type.Object(
  { operationId: Type.String({ maxLength: 120 }) },
  { additionalProperties: false },
);

function signatureRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/signatures',
    { schema: { params: OperationParams, querystring: SignaturesQuery, response: { 200: SignatureList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'custody.read', { operationId });
      return pageOf(ctx, { operationId, before: request.query.before });
    },
  );
  app.get(
    '/signatures',
    { schema: { querystring: SignaturesQuery, response: { 200: SignatureList } } },
    async (request) => {
      authorize(actorOf(request), 'node.administer');
      return pageOf(ctx, { operationId: null, before: request.query.before });
    },
  );
}

/** What an act answers that was only proposed. */
export function waitingView({ proposalId, digest, expiresAt }: Proposal): Waiting {
  return { proposalId, digest, expiresAt: expiresAt.toISOString() };
}

const PAGE = 50;

async function pageOf(
  { db }: NodeContext,
  of: { operationId: OperationId | null; before: string | undefined },
): Promise<SignatureList> {
  const names = new Map((await listOfficers(db)).map(({ officerId, name }) => [officerId as string, name]));
  const signatures: SignatureView[] = [];
  for await (const signature of checkedSignatures(db, of)) {
    if (signatures.length === PAGE) return { signatures, next: signatures.at(-1)?.signatureId ?? null };
    signatures.push(signatureView(signature, names));
  }
  return { signatures, next: null };
}

function signatureView(one: CheckedSignature, names: ReadonlyMap<string, string>): SignatureView {
  const { signatureId, officerId, word, thing, way, keyId, verdict } = one;
  return {
    signatureId,
    officerId,
    officer: names.get(officerId) ?? officerId,
    word,
    ...thing,
    way,
    keyId,
    signedAt: one.signedAt.toISOString(),
    used: one.usedAt !== null,
    verdict: typeof verdict === 'string' ? verdict : 'wrong',
    wrong: typeof verdict === 'string' ? null : verdict.wrong,
  };
}

async function viewsOf(
  ctx: NodeContext,
  { handlers, operations }: ApprovalRoutes,
  { actor, proposals }: { readonly actor: Actor; readonly proposals: readonly Proposal[] },
): Promise<ProposalView[]> {
  const officers = new Map(
    (await listOfficers(ctx.db)).map(({ officerId, name }) => [officerId as string, name]),
  );
  const known = new Map((await operations()).map(({ operationId, codeName }) => [operationId, codeName]));
  const now = ctx.clock.now();
  return Promise.all(
    proposals.map(async (proposal) => {
      const { before, after } = await handlers[proposal.kind].difference(ctx, proposal);
      const { operationId, decided, proposedBy } = proposal;
      const mine = proposedBy === actorName(actor);
      // A role is of the node's register, and the operation that it is on stands in the act.
      const on = operationId ?? (proposal.act['on'] as string | null | undefined) ?? null;
      return {
        proposalId: proposal.proposalId,
        kind: proposal.kind,
        operationId,
        operation: on === null ? null : (known.get(on) ?? on),
        act: proposal.act,
        before: [...before],
        after: [...after],
        reason: proposal.reason,
        digest: proposal.digest,
        document: proposal.document,
        wordsErasedAt: proposal.wordsErasedAt?.toISOString() ?? null,
        proposedBy,
        proposedByName: officers.get(proposedBy) ?? proposedBy,
        proposedAt: proposal.proposedAt.toISOString(),
        expiresAt: proposal.expiresAt.toISOString(),
        state: stateOf(proposal, now),
        decidedBy: decided?.by ?? null,
        decidedByName: decided ? (officers.get(decided.by) ?? decided.by) : null,
        decidedAt: decided?.at.toISOString() ?? null,
        decisionReason: decided?.reason ?? null,
        mine,
        mayDecide: !mine && mayDecide(actor, proposal),
      };
    }),
  );
}
