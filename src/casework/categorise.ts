/**
 * Saying who the person behind a target is to the case: suspect, convicted, potential offender, victim or other
 * party, and whether he is under 18. Each word is a new version with its reason. What is said of a victim, another
 * party or a minor closes his record and takes him out of matching; that he is matched all the same needs a
 * justification of strict necessity and a second officer's approval, and holds for that version alone.
 */
import { createHash } from 'node:crypto';
import { useApproval } from '#access/approvals/proposals.ts';
import type { Approved } from '#access/officers.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { type DataSubject, isProtected } from '#core/data-subjects.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { lock } from './outcome-store.ts';
import { insertPersonCategory, type PersonCategory, personVersions } from './person-store.ts';
import { requireOwnTarget } from './record.ts';

export interface CategoryInput extends DataSubject, Approved {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  /** Why he is said to be so. Stays in the country. */
  readonly reason: string;
  /** Why matching him is strictly necessary all the same; needs a second officer. Default: he is not matched. */
  readonly necessity?: string | undefined;
  /** The version that the officer saw, 0 for none; where another stands, nothing is recorded. Default: not checked. */
  readonly seenVersion?: number | undefined;
}

/** What a second officer approves. */
export interface NecessityAct extends DataSubject {
  readonly target: TargetId;
  readonly reason: string;
  readonly necessity: string;
}

/** What the second officer reads in the custody log too; the justification itself stands in the act. */
export const NECESSITY_PROPOSED = 'Matching one person is strictly necessary; why stands in the act.';

const WORDS = { least: 10, most: 2000 } as const;

/**
 * Records the person's category as its next version, and returns the version that stands.
 * @throws casework/category-words-missing, casework/necessity-unneeded, casework/target-unknown, casework/category-changed;
 *   access/second-officer-needed with a necessity, and what `useApproval` throws
 */
export async function categorise(
  ctx: NodeContext,
  actor: Actor,
  input: CategoryInput,
): Promise<PersonCategory> {
  const { operationId, targetId, category, minor } = input;
  authorize(actor, 'persons.categorise', { operationId });
  const reason = inWords('reason', input.reason);
  const necessity = input.necessity?.trim() ? inWords('necessity', input.necessity) : '';
  if (necessity !== '' && !isProtected(input)) throw new IcarusError('casework/necessity-unneeded');
  return inTransaction(ctx, async (tx) => {
    await lock(tx, `person ${operationId} ${targetId}`);
    await requireOwnTarget(ctx, tx, input);
    const statedBy = ctx.node.agencyId;
    const [before] = await personVersions(tx, { operationId, targetId, statedBy });
    const version = before?.version ?? 0;
    if (input.seenVersion !== undefined && input.seenVersion !== version)
      throw new IcarusError('casework/category-changed', { version });
    if (before?.category === category && before.minor === minor && before.necessity === necessity)
      return before;
    const approval =
      necessity === ''
        ? undefined
        : await useApproval(tx, ctx, {
            proposalId: input.proposalId,
            by: actor,
            kind: 'person.strict-necessity',
            operationId,
            act: { target: targetId, category, minor, reason, necessity },
          });
    const next: PersonCategory = {
      operationId,
      targetId,
      statedBy,
      version: version + 1,
      category,
      minor,
      strictlyNecessary: necessity !== '',
      necessity,
      reason,
      approvedBy: approval?.approvedBy ?? null,
      recordedBy: actorName(actor),
      recordedAt: ctx.clock.now(),
    };
    await insertPersonCategory(tx, next);
    await recordSaid(tx, next);
    return next;
  });
}

/** The log names the act and the digest of what was said, not who the person is: more read it than may see him. */
async function recordSaid(tx: Tx, said: PersonCategory): Promise<void> {
  const content = canonicalJson({ ...said, recordedAt: said.recordedAt.toISOString() });
  await recordEvent(tx, {
    at: said.recordedAt,
    kind: 'casework.category-set',
    actor: said.recordedBy,
    operationId: said.operationId,
    subject: { kind: 'target', id: said.targetId },
    facts: {
      version: said.version,
      content: createHash('sha256').update(content).digest('hex'),
      approvedBy: said.approvedBy,
    },
  });
}

function inWords(what: 'reason' | 'necessity', text: string): string {
  const words = text.trim();
  if (words.length < WORDS.least || words.length > WORDS.most)
    throw new IcarusError('casework/category-words-missing', { what, ...WORDS });
  return words;
}
