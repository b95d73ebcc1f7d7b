/** What each kind of act that a second officer approved does, and what it changes: one handler a kind. */
import type { ActHandlers } from '#access/approvals/carry-out.ts';
import type { Proposal } from '#access/approvals/proposal-types.ts';
import { grantRole, type RoleGrant } from '#access/officers.ts';
import type { Role } from '#access/policy.ts';
import { withdrawRole } from '#access/service.ts';
import { actorById } from '#access/store.ts';
import { categorise, type NecessityAct } from '#casework/categorise.ts';
import { openPerson } from '#casework/open-person.ts';
import type { AgencyId, MessageId, OfficerId, OperationId, TargetId } from '#core/ids.ts';
import { forwardLetter } from '#correspondence/forward.ts';
import { letterById } from '#correspondence/store.ts';
import type { ErasureReason } from '#exchange/erasure/documents.ts';
import { requestErasure } from '#exchange/erasure/request.ts';
import type { LakeContext } from '#observations/lake.ts';
import { mergeTargets } from '#packages/merge-targets.ts';
import type { NodeContext } from '#platform/context.ts';

export const ACT_HANDLERS: ActHandlers = {
  'role.grant': {
    carryOut: (ctx, proposer, proposal) => grantRole(ctx, proposer, grantIn(proposal), proposal),
    difference: async (ctx, proposal) => {
      const { held, role } = await rolesBefore(ctx, proposal);
      return { before: held, after: [...new Set([...held, role])] };
    },
  },
  'role.withdraw': {
    carryOut: (ctx, proposer, proposal) => withdrawRole(ctx, proposer, grantIn(proposal), proposal),
    difference: async (ctx, proposal) => {
      const { held, role } = await rolesBefore(ctx, proposal);
      return { before: held, after: held.filter((one) => one !== role) };
    },
  },
  'letter.disclose': {
    carryOut: (ctx, proposer, { proposalId, operationId, act }) => {
      const { letter, to, text } = act as { letter: MessageId; to: AgencyId[]; text: string };
      const draft = { operationId: operationId as OperationId, messageId: letter, to, text, proposalId };
      return forwardLetter(ctx, proposer, draft);
    },
    difference: async ({ db }, { act }) => {
      const { letter, to } = act as { letter: MessageId; to: AgencyId[] };
      const found = await letterById(db, letter);
      const before = found ? [found.from, ...found.to] : [];
      return { before, after: [...new Set([...before, ...to])] };
    },
  },
  'person.strict-necessity': {
    carryOut: (ctx, proposer, { proposalId, operationId, act }) => {
      const { target, ...said } = act as unknown as NecessityAct;
      return categorise(ctx, proposer, {
        ...said,
        operationId: operationId as OperationId,
        targetId: target,
        proposalId,
      });
    },
    difference: async (_ctx, { act }) => {
      const { target, category, minor, necessity } = act as unknown as NecessityAct;
      const who = `${target}: ${category}${minor ? ', under 18' : ''}`;
      return { before: [`${who}, not matched`], after: [`${who}, matched: ${necessity}`] };
    },
  },
  'person.opening': {
    carryOut: (ctx, proposer, { proposalId, operationId, act }) => {
      const { target, justification } = act as { target: TargetId; justification: string };
      return openPerson(ctx, proposer, {
        operationId: operationId as OperationId,
        targetId: target,
        justification,
        proposalId,
      });
    },
    difference: async ({ db }, { proposedBy, act }) => {
      const { target, justification } = act as { target: string; justification: string };
      const officer = await actorById(db, proposedBy as OfficerId);
      const who = officer?.kind === 'officer' ? officer.name : proposedBy;
      return { before: [`${target}: closed`], after: [`${target}: open to ${who}: ${justification}`] };
    },
  },
  'targets.merge': {
    carryOut: (ctx, proposer, { proposalId, operationId, act }) => {
      const { members, reason } = act as { members: { target: TargetId }[]; reason: string };
      return mergeTargets(ctx as LakeContext, proposer, {
        operationId: operationId as OperationId,
        targetIds: members.map(({ target }) => target),
        reason,
        // Which packages hold one stands in the act, and was approved with it.
        packagesSeen: true,
        proposalId,
      });
    },
    difference: async (_ctx, { act }) => {
      const { target, members } = act as {
        target: string;
        members: { target: string; country: string | null }[];
      };
      const placed = members.map((one) => (one.country ? `${one.target} (${one.country})` : one.target));
      return { before: placed, after: [target] };
    },
  },
  'message.erase': {
    carryOut: (ctx, proposer, { proposalId, operationId, act }) => {
      const { messages, because, legalBasis, dueAt } = act as {
        messages: MessageId[];
        because: ErasureReason;
        legalBasis: string;
        dueAt: string | null;
      };
      return requestErasure(ctx, proposer, {
        operationId: operationId as OperationId,
        messageIds: messages,
        reason: because,
        legalBasis,
        ...(dueAt !== null && { dueAt: new Date(dueAt) }),
        own: true,
        proposalId,
      });
    },
    difference: async (_ctx, { act }) => ({ before: (act as { messages: string[] }).messages, after: [] }),
  },
};

function grantIn({ act }: Proposal): RoleGrant {
  const { officer, role, on } = act as { officer: OfficerId; role: Role; on: OperationId | null };
  return { officerId: officer, role, operationId: on };
}

async function rolesBefore(
  { db }: Pick<NodeContext, 'db'>,
  proposal: Proposal,
): Promise<{ held: Role[]; role: Role }> {
  const { officerId, role, operationId } = grantIn(proposal);
  const officer = await actorById(db, officerId);
  const grants = officer?.kind === 'officer' ? officer.grants : [];
  return {
    held: grants.filter((grant) => grant.operationId === operationId).map((grant) => grant.role),
    role,
  };
}
