/** What a referral still needs before it may go: the permissions of those whose information it carries. */
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import { requestById } from './eurojust-store.ts';
import { seriesById } from './icse-store.ts';
import { permissionsOfReferral } from './permission-store.ts';
import { missingOf, type ReferralKind, type Requirement, requirementsOf } from './permission-types.ts';
import type { EurojustId, IcseSeries, SeriesId } from './types.ts';

export interface ReferralRef {
  readonly operationId: OperationId;
  readonly kind: ReferralKind;
  readonly referralId: string;
}

/** Every permission that the referral needs, given or not. @throws referral/not-found */
export async function referralRequirements(db: Db, ref: ReferralRef, own: AgencyId): Promise<Requirement[]> {
  if (ref.kind === 'icse') {
    const series = await seriesById(db, ref.referralId as SeriesId);
    if (series?.operationId !== ref.operationId) throw notFound(ref);
    return seriesRequirements(series, own);
  }
  const request = await requestById(db, ref.referralId as EurojustId);
  if (request?.operationId !== ref.operationId) throw notFound(ref);
  return requirementsOf('eurojust', request.sources, own);
}

/** A series rests on one source: the case of the agency whose material it is. */
export function seriesRequirements(series: IcseSeries, own: AgencyId): Requirement[] {
  const { caseReference, onBehalfOf, handling, pap } = series;
  const codes = [...handling.codes];
  const source = {
    kind: 'case',
    id: caseReference,
    provider: onBehalfOf ?? own,
    handling: { ...handling, codes },
    pap,
  };
  return requirementsOf('icse', [source], own);
}

/** The requirements that nobody has met at that time. @param options `lock`: no answer comes before the transaction ends */
export async function missingPermissions(
  db: Db,
  of: { readonly referralId: string; readonly requirements: readonly Requirement[]; readonly at: Date },
  options: { readonly lock?: boolean } = {},
): Promise<Requirement[]> {
  if (of.requirements.length === 0) return [];
  return missingOf(of.requirements, await permissionsOfReferral(db, of.referralId, options), of.at);
}

/** @throws referral/permission-missing for the first that is missing */
export function refuseMissing([first]: readonly Requirement[]): void {
  if (!first) return;
  const { provider, code, recipient } = first;
  throw new IcarusError('referral/permission-missing', { provider, code, recipient });
}

function notFound({ kind, referralId }: ReferralRef): IcarusError {
  const what = kind === 'icse' ? 'series' : 'request';
  return new IcarusError('referral/not-found', { what, id: referralId });
}
