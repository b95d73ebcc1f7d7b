/** Referrals as the routes show them. */
import type { AgencyId } from '#core/ids.ts';
import { conditionsView } from '#correspondence/views.ts';
import type { Db } from '#platform/tables.ts';
import { type Claim, firstHolder, type Overlap } from './claim-store.ts';
import { type EurojustRequest, eurojustState } from './eurojust-types.ts';
import { type Permission, type Requirement, requirementsOf, standingAnswer } from './permission-types.ts';
import type { ReceivedRequest, ReceivedSeries } from './received-store.ts';
import { missingPermissions, seriesRequirements } from './requirements.ts';
import type {
  ClaimView,
  PermissionView,
  ReceivedRequestView,
  ReceivedSeriesView,
  RequestView,
  RequirementView,
  SeriesView,
} from './schemas.ts';
import { type Act, type IcseSeries, seriesState } from './types.ts';

/** Who looks, and when. */
interface Look {
  readonly own: AgencyId;
  readonly now: Date;
}

export async function seriesView(db: Db, series: IcseSeries, { own, now }: Look): Promise<SeriesView> {
  const { operationId: _, itemsBytes: __, itemsSha256: ___, claim, ...rest } = series;
  const of = { referralId: series.seriesId, requirements: seriesRequirements(series, own), at: now };
  const missing = series.sent ? [] : await missingPermissions(db, of);
  const holder = claim?.state === 'refused' ? await firstHolder(db, claim.claimId) : undefined;
  return {
    ...rest,
    state: seriesState(series),
    handling: { codes: [...series.handling.codes], text: series.handling.text },
    prepared: doneView(series.prepared),
    approved: series.approved && doneView(series.approved),
    claim: claim && { ...claim, changedAt: claim.changedAt.toISOString() },
    heldBy: holder ? holderView(holder) : null,
    missingPermissions: missing.map(requirementView),
    sent: series.sent && doneView(series.sent),
    confirmed: series.confirmed && doneView(series.confirmed),
  };
}

export async function requestView(
  db: Db,
  request: EurojustRequest,
  { own, now }: Look,
): Promise<RequestView> {
  const { operationId: _, ...rest } = request;
  const requirements = requirementsOf('eurojust', request.sources, own);
  const missing = request.sent
    ? []
    : await missingPermissions(db, { referralId: request.requestId, requirements, at: now });
  return {
    ...rest,
    state: eurojustState(request, missing),
    countries: [...request.countries],
    sources: [...request.sources],
    deadlineAt: request.deadlineAt.toISOString(),
    missingPermissions: missing.map(requirementView),
    drafted: doneView(request.drafted),
    approved: request.approved && doneView(request.approved),
    sent: request.sent && doneView(request.sent),
    answered: request.answered && doneView(request.answered),
    closed: request.closed && doneView(request.closed),
  };
}

export function receivedSeriesView(series: ReceivedSeries): ReceivedSeriesView {
  return {
    seriesId: series.seriesId,
    from: series.from,
    onBehalfOf: series.onBehalfOf,
    name: series.name,
    caseReference: series.caseReference,
    handling: { codes: [...series.handling.codes], text: series.handling.text },
    itemCount: series.itemCount,
    contentDigest: series.contentDigest,
    receivedAt: series.receivedAt.toISOString(),
    confirmed: series.confirmed && doneView(series.confirmed),
  };
}

export function receivedRequestView(request: ReceivedRequest): ReceivedRequestView {
  const { countries, need, legalBasis, sources, deadlineAt } = request.document;
  return {
    requestId: request.requestId,
    from: request.from,
    countries,
    need,
    legalBasis,
    sources,
    deadlineAt,
    contentDigest: request.contentDigest,
    receivedAt: request.receivedAt.toISOString(),
    answered: request.answered && doneView(request.answered),
  };
}

export function claimView(claim: Claim): ClaimView {
  const { operationId: _, answerMessageId: __, ...rest } = claim;
  return { ...rest, decidedAt: claim.decidedAt.toISOString() };
}

export function permissionView(permission: Permission): PermissionView {
  const { operationId: _, sourcesDigest: __, messageId: ___, ...rest } = permission;
  return {
    ...rest,
    sources: permission.sources.map(({ kind, id }) => ({ kind, id })),
    askedAt: permission.askedAt.toISOString(),
    dueAt: permission.dueAt.toISOString(),
    granted: standingAnswer(permission)?.granted ?? null,
    answers: permission.answers.map((answer) => ({
      ...answer,
      conditions: answer.conditions && conditionsView(answer.conditions),
      answeredAt: answer.answeredAt.toISOString(),
    })),
  };
}

export function overlapView(overlap: Overlap) {
  return { sha1: overlap.sha1, ...holderView(overlap) };
}

function holderView({ heldBy, onBehalfOf, heldSince }: Overlap) {
  return { heldBy, onBehalfOf, heldSince: heldSince.toISOString() };
}

function requirementView({ provider, code, recipient, sources }: Requirement): RequirementView {
  return { provider, code, recipient, sources: sources.map(({ kind, id }) => ({ kind, id })) };
}

function doneView<T extends Act>(act: T): Omit<T, 'at'> & { at: string } {
  return { ...act, at: act.at.toISOString() };
}
