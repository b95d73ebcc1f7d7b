/** SQL of proposals. */
import type { OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import {
  type ActContent,
  PROPOSAL_KINDS,
  type Proposal,
  type ProposalId,
  type ProposalKind,
} from './proposal-types.ts';
import type { ProposalTable } from './tables.ts';

/** Those that this version can do; what a later one has left behind is not its to decide. */
const KINDS = Object.keys(PROPOSAL_KINDS);

export async function insertProposal(tx: Tx, proposal: Proposal): Promise<void> {
  await tx
    .insertInto('proposal')
    .values({
      id: proposal.proposalId,
      kind: proposal.kind,
      operation_id: proposal.operationId,
      document: proposal.document,
      digest: proposal.digest,
      proposed_by: proposal.proposedBy,
      proposed_at: proposal.proposedAt,
      expires_at: proposal.expiresAt,
      decision: null,
      decided_by: null,
      decided_at: null,
      decided_digest: null,
      decision_reason: null,
      signature_id: null,
      used_at: null,
      words_erased_at: null,
    })
    .execute();
}

export async function proposalById(
  db: Db,
  proposalId: ProposalId,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<Proposal | undefined> {
  let query = db.selectFrom('proposal').selectAll().where('id', '=', proposalId).where('kind', 'in', KINDS);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && proposalFrom(row);
}

/** Newest first. */
export async function listProposals(
  db: Db,
  { open, limit }: { readonly open: boolean; readonly limit: number },
  now: Date,
): Promise<Proposal[]> {
  let query = db
    .selectFrom('proposal')
    .selectAll()
    .where('kind', 'in', KINDS)
    .orderBy('id', 'desc')
    .limit(limit);
  query = open
    ? query
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .where('words_erased_at', 'is', null)
        .where((is) => is.or([is('decision', 'is', null), is('decision', '=', 'approve')]))
    : query.where((is) =>
        is.or([
          is('used_at', 'is not', null),
          is('expires_at', '<=', now),
          is('words_erased_at', 'is not', null),
          is('decision', 'in', ['refuse', 'withdraw']),
        ]),
      );
  return (await query.execute()).map(proposalFrom);
}

export async function markDecided(
  tx: Tx,
  { proposalId, digest }: Pick<Proposal, 'proposalId' | 'digest'>,
  decided: NonNullable<Proposal['decided']>,
): Promise<void> {
  await tx
    .updateTable('proposal')
    .set({
      decision: decided.word,
      decided_by: decided.by,
      decided_at: decided.at,
      decided_digest: digest,
      decision_reason: decided.reason,
      signature_id: decided.signatureId,
    })
    .where('id', '=', proposalId)
    .execute();
}

export async function markUsed(tx: Tx, proposalId: ProposalId, at: Date): Promise<void> {
  await tx.updateTable('proposal').set({ used_at: at }).where('id', '=', proposalId).execute();
}

function proposalFrom(row: ProposalTable): Proposal {
  const said = JSON.parse(row.document) as { act: ActContent; reason: string };
  return {
    proposalId: row.id as ProposalId,
    kind: row.kind as ProposalKind,
    operationId: row.operation_id as OperationId | null,
    act: said.act,
    reason: said.reason,
    document: row.document,
    digest: row.digest,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    expiresAt: row.expires_at,
    decided:
      row.decision === null || row.decided_by === null || row.decided_at === null
        ? null
        : {
            word: row.decision as 'approve' | 'refuse' | 'withdraw',
            by: row.decided_by,
            at: row.decided_at,
            reason: row.decision_reason,
            signatureId: row.signature_id,
          },
    usedAt: row.used_at,
    wordsErasedAt: row.words_erased_at,
  };
}
