/**
 * Matching what a country presents with what this agency knows and with what other countries present.
 * Runs as a job after each report, contribution and import; it comes to the same hits however often it
 * runs. That information was combined is logged (Directive (EU) 2016/680 Art. 25).
 */
import type { CountryCode } from '#core/countries.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { operationById } from '#operations/store.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { type MatchCounts, type MatchScope, matchHoldings, matchSubjects } from './match-store.ts';
import { lockSubjects } from './subject-store.ts';
import { settleTargets } from './targets.ts';
import { TOO_COMMON_ABOVE } from './types.ts';

export interface MatchRequest {
  readonly operationId: OperationId;
  /** Whose targets and suspects are compared with all others; null: every country's. */
  readonly country: CountryCode | null;
}

export interface MatchResult {
  readonly holdings: MatchCounts;
  readonly subjects: MatchCounts;
}

/** Returns undefined where this node does not coordinate the operation: then nothing is matched here. */
export async function matchOperation(
  ctx: Pick<NodeContext, 'node' | 'db' | 'clock' | 'jobs'>,
  request: MatchRequest,
): Promise<MatchResult | undefined> {
  const { operationId, country } = request;
  return inTransaction(ctx, async (tx) => {
    const operation = await operationById(tx, operationId);
    if (operation?.coordinator !== ctx.node.agencyId) return undefined;
    await lockSubjects(tx, operationId);
    const withdrawn = country === null ? 0 : await settleTargets(ctx, tx, { operationId, country });
    const scope: MatchScope = { operationId, country, at: ctx.clock.now(), tooCommonAbove: TOO_COMMON_ABOVE };
    const holdings = await matchHoldings(tx, scope);
    const subjects = await matchSubjects(tx, scope);
    await recordEvent(tx, {
      at: scope.at,
      kind: 'crossmatch.matched',
      actor: 'system:crossmatch',
      operationId,
      subject: { kind: 'operation', id: operationId },
      facts: { country, withdrawn, holdings: { ...holdings }, subjects: { ...subjects } },
    });
    return { holdings, subjects };
  });
}
