/**
 * Decisions of a meeting: recorded once it is held, never edited. A decision that no longer holds is
 * superseded by another one, of the same meeting or a later one. The decision to release the packages
 * stands until it is superseded; sending them stays the lead's own act.
 */
import { type Actor, actorName } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { type AgencyId, newId, type OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { requireOperation } from './create.ts';
import { type ActContext, changeMeeting, type MeetingRef, namedAgencies } from './meeting.ts';
import { decisionsOf, insertDecision } from './meeting-decision-store.ts';
import type { Decision, DecisionId, DecisionKind, Meeting } from './meeting-types.ts';

export interface DecisionDraft extends MeetingRef {
  readonly text: string;
  /** Who sees to it. Default: nobody in particular. */
  readonly responsible?: AgencyId | undefined;
  readonly dueAt?: Date | undefined;
  /** The decision that this one replaces. */
  readonly supersedes?: DecisionId | undefined;
}

/** @throws meeting/not-held, meeting/minutes-approved, meeting/decision-not-found, meeting/decision-superseded, agency/not-found */
export async function recordDecision(ctx: ActContext, actor: Actor, draft: DecisionDraft): Promise<Meeting> {
  return decide(ctx, actor, { ...draft, kind: 'agreed' });
}

/** Records that the packages of the operation are released; their sending may refer to it. */
export async function releaseDecision(
  ctx: ActContext,
  actor: Actor,
  input: MeetingRef & Pick<DecisionDraft, 'dueAt' | 'supersedes'> & { readonly text?: string | undefined },
): Promise<Meeting> {
  const { codeName, lead } = await requireOperation(ctx.db, input.operationId);
  const text =
    input.text ?? `The packages of Operation ${codeName} are released to the participating agencies.`;
  return decide(ctx, actor, { ...input, text, responsible: lead, kind: 'release-packages' });
}

/** The decision to release the packages that stands: the newest that nothing superseded. */
export async function meetingRelease(db: Db, operationId: OperationId): Promise<Decision | undefined> {
  return (await decisionsOf(db, operationId)).findLast(
    ({ kind, supersededBy }) => kind === 'release-packages' && supersededBy === null,
  );
}

async function decide(
  ctx: ActContext,
  actor: Actor,
  draft: DecisionDraft & { readonly kind: DecisionKind },
): Promise<Meeting> {
  const at = ctx.clock.now();
  const decisionId = newId<DecisionId>('decision', at);
  const { responsible, supersedes } = draft;
  return changeMeeting(ctx, actor, {
    meeting: draft,
    kind: 'meeting.decided',
    async change(tx, { state }) {
      if (state !== 'held') throw new IcarusError('meeting/not-held');
      if (responsible !== undefined) await namedAgencies(tx, draft.operationId, [responsible]);
      if (supersedes !== undefined) await checkSuperseded(tx, draft.operationId, supersedes);
      const number = await insertDecision(tx, {
        ...draft,
        decisionId,
        responsible: responsible ?? null,
        dueAt: draft.dueAt ?? null,
        supersedes: supersedes ?? null,
        recordedAt: at,
        recordedBy: actorName(actor),
      });
      if (number === undefined)
        throw new IcarusError('meeting/decision-superseded', { decision: supersedes ?? '' });
      return { decision: decisionId, number, kind: draft.kind, supersedes: supersedes ?? null };
    },
  });
}

async function checkSuperseded(tx: Tx, operationId: OperationId, supersedes: DecisionId): Promise<void> {
  const decisions = await decisionsOf(tx, operationId);
  const old = decisions.find(({ decisionId }) => decisionId === supersedes);
  if (!old) throw new IcarusError('meeting/decision-not-found', { decision: supersedes });
  if (old.supersededBy) throw new IcarusError('meeting/decision-superseded', { decision: supersedes });
}
