/**
 * Permissions: what a provider marked H1 does not go into judicial proceedings, and what he marked H2
 * does not go to anyone else, unless he permits it (Council document 6243/18). What he restricted in words
 * of his own (H3) is his to read: he is asked each time; so is he where his level (PAP) forbids the act. A permission
 * may have conditions, which are checked each time it is used. It covers one code, one recipient and exactly the sources that the provider was shown.
 */
import { type Conditions, conditionsMet } from '#core/conditions.ts';
import type { HandlingCode } from '#core/handling.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { papAllows } from '#core/pap.ts';
import type { SourceDocument } from './documents.ts';
import { digestOf, EUROJUST, INTERPOL, type PermissionId } from './types.ts';

/** Handling codes, and PAP: the level forbids the act. */
export type PermitCode = Extract<HandlingCode, 'H1' | 'H2' | 'H3'> | 'PAP';
export type ReferralKind = 'eurojust' | 'icse';

export interface SourceRef {
  readonly kind: string;
  readonly id: string;
}

/** A permission that a referral needs. */
export interface Requirement {
  readonly provider: AgencyId;
  readonly code: PermitCode;
  readonly recipient: AgencyId;
  readonly sources: readonly SourceRef[];
  readonly sourcesDigest: string;
}

export interface PermissionAnswer {
  readonly sequence: number;
  readonly granted: boolean;
  /** Under which it is granted. */
  readonly conditions: Conditions | null;
  readonly reason: string;
  readonly answeredAt: Date;
  /** The provider's officer, or ours who recorded what the provider said. */
  readonly answeredBy: string;
  readonly way: 'message' | 'recorded' | 'given';
}

export interface Permission extends Requirement {
  readonly permissionId: PermissionId;
  readonly operationId: OperationId;
  /** Asked by this agency, or asked of it. */
  readonly direction: 'asked' | 'received';
  readonly requester: AgencyId;
  readonly referralKind: ReferralKind;
  readonly referralId: string;
  readonly purpose: string;
  readonly askedAt: Date;
  readonly askedBy: string;
  readonly dueAt: Date;
  readonly messageId: MessageId | null;
  readonly answers: readonly PermissionAnswer[];
}

/** Which codes stand in the way of which kind of referral, and to whom it goes. ICSE is no court. */
const RULES: Record<ReferralKind, { readonly codes: readonly PermitCode[]; readonly recipient: AgencyId }> = {
  eurojust: { codes: ['H1', 'H2', 'H3', 'PAP'], recipient: EUROJUST },
  icse: { codes: ['H2', 'H3', 'PAP'], recipient: INTERPOL },
};

/** The permissions that a referral with these sources needs, one a provider and code. Nobody asks himself. */
export function requirementsOf(
  kind: ReferralKind,
  sources: readonly (SourceRef & Pick<SourceDocument, 'provider' | 'handling' | 'pap'>)[],
  own: AgencyId,
): Requirement[] {
  const { codes, recipient } = RULES[kind];
  const providers = [...new Set(sources.map(({ provider }) => provider))].filter((one) => one !== own).sort();
  return providers.flatMap((provider) =>
    codes.flatMap((code) => {
      const marked = sources
        .filter((source) => source.provider === provider && stands(source, code, kind))
        .map((source) => ({ kind: source.kind, id: source.id }))
        .sort((a, b) => (`${a.kind} ${a.id}` < `${b.kind} ${b.id}` ? -1 : 1));
      if (marked.length === 0) return [];
      return {
        provider: provider as AgencyId,
        code,
        recipient,
        sources: marked,
        sourcesDigest: digestOf(marked),
      };
    }),
  );
}

function stands(
  { handling, pap }: Pick<SourceDocument, 'handling' | 'pap'>,
  code: PermitCode,
  kind: ReferralKind,
): boolean {
  return code === 'PAP' ? pap !== undefined && !papAllows(pap, kind) : handling.codes.includes(code);
}

/** Does the answer permit it now? One whose conditions are not met permits nothing. */
export function permits(
  answer: Pick<PermissionAnswer, 'granted' | 'conditions'> | undefined,
  { recipient, referralKind }: Pick<Permission, 'recipient' | 'referralKind'>,
  at: Date,
): boolean {
  return (
    answer?.granted === true && conditionsMet(answer.conditions, { at, to: recipient, act: referralKind })
  );
}

/** The answer that stands: the last one given. */
export function standingAnswer({ answers }: Pick<Permission, 'answers'>): PermissionAnswer | undefined {
  return [...answers].sort(
    (a, b) => a.answeredAt.getTime() - b.answeredAt.getTime() || a.sequence - b.sequence,
  )[answers.length - 1];
}

/** The permissions that are about a requirement, oldest first. */
export function permissionsFor(requirement: Requirement, permissions: readonly Permission[]): Permission[] {
  return permissions.filter(
    ({ provider, code, recipient, sourcesDigest }) =>
      provider === requirement.provider &&
      code === requirement.code &&
      recipient === requirement.recipient &&
      sourcesDigest === requirement.sourcesDigest,
  );
}

/** The requirements that no standing permission meets now. */
export function missingOf(
  requirements: readonly Requirement[],
  permissions: readonly Permission[],
  at: Date,
): Requirement[] {
  return requirements.filter(
    (requirement) =>
      !permissionsFor(requirement, permissions).some((permission) =>
        permits(standingAnswer(permission), permission, at),
      ),
  );
}
