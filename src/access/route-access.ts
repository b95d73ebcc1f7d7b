/**
 * What every route of a node asks of whoever comes, beside the policy that says which roles have it. The node
 * does not start with a route that is not here (gate.ts), the matrix test expects what is said here
 * (test/access-matrix.test.ts), and docs/access-matrix.md is written from it.
 */
import type { Action } from './policy.ts';

export type RouteAccess =
  /** The action, or all of them: on the operation that the address names, else by a role on any operation of the node. */
  | Action
  | readonly Action[]
  /** The action, and more, which depends on what is asked for: the service refuses it in the same words. */
  | { readonly action: Action; readonly more: string }
  /**
   * Every officer who is signed in; the reason why no role is asked, or what is left out for him. `refuses`: what is asked
   * for may be refused in the door's own words.
   */
  | { readonly signedIn: string; readonly refuses?: true }
  /** Everybody; the reason why. */
  | { readonly open: string };

/** Below `/nodes/<agency>`; `{op}` stands for `/api/operations/:operationId`. */
export const ROUTE_ACCESS: Readonly<Record<string, RouteAccess>> = {
  // The exchange with other nodes
  'PUT /exchange/v1/messages/:messageId': {
    open: 'another node: the sealed message proves its sender, and TLS the node that brings it',
  },
  'HEAD /exchange/v1/messages/:messageId/upload': {
    open: 'another node, as above: how far a message has come',
  },
  'PATCH /exchange/v1/messages/:messageId/upload': { open: 'another node, as above: a part of a message' },

  // Signing in and one’s own account
  'GET /api/session': { signedIn: 'who he is, and the policy itself' },
  'GET /api/sign-in/ways': { open: 'before signing in: which ways there are' },
  'POST /api/sign-in/provider': { open: 'signing in' },
  'POST /api/enrol/provider': { open: 'the enrolment code says who may' },
  'POST /api/session/prove/provider': { signedIn: 'only what is the officer’s own' },
  'GET /api/oidc/callback': { open: 'the provider’s answer says who comes' },
  'POST /api/sign-in/options': { open: 'signing in' },
  'POST /api/sign-in': { open: 'signing in' },
  'POST /api/enrol/options': { open: 'the enrolment code says who may' },
  'POST /api/enrol': { open: 'the enrolment code says who may' },
  'POST /api/session/prove/options': { signedIn: 'only what is the officer’s own' },
  'POST /api/session/prove': { signedIn: 'only what is the officer’s own' },
  'GET /api/account': { signedIn: 'only what is the officer’s own' },
  'POST /api/account/passkeys/options': { signedIn: 'only what is the officer’s own' },
  'POST /api/account/passkeys': { signedIn: 'only what is the officer’s own' },
  'DELETE /api/account/passkeys/:passkeyId': { signedIn: 'only what is the officer’s own' },
  'POST /api/account/terminals/look': { signedIn: 'whoever has the code sees which terminal shows it' },
  'POST /api/account/terminals/confirm': { signedIn: 'only what is the officer’s own' },
  'POST /api/account/keys': { signedIn: 'only what is the officer’s own' },
  'DELETE /api/account/keys/:fingerprint': { signedIn: 'only what is the officer’s own' },
  'DELETE /api/account/sessions/:sessionId': { signedIn: 'only what is the officer’s own' },
  'GET /api/openapi.json': { open: 'the description of the interface' },
  'DELETE /api/session': { open: 'leaving; without a session nothing happens' },
  'GET /api/events': {
    open: 'an officer follows only acts that he may know of; anybody else is told that he is signed out',
  },

  // Four eyes, and opening an operation at once
  'POST /api/session/sign/options': {
    signedIn: 'signs only what is of an operation that he has a role on',
    refuses: true,
  },
  'POST /api/session/sign': { signedIn: 'only what is the officer’s own' },
  'GET /api/approvals': { signedIn: 'only what he proposed himself, or has the action to decide about' },
  'GET /api/approvals/:proposalId': { signedIn: 'as in the list' },
  'POST /api/approvals/:proposalId/decision': {
    signedIn: 'as in the list, and never the one who proposed it',
  },
  'POST /api/approvals/:proposalId/carrying-out': {
    signedIn: 'as in the list; what is done needs the roles of who proposed it',
  },
  'POST /api/approvals/:proposalId/withdrawal': { signedIn: 'only what he proposed himself' },
  'GET {op}/signatures': 'custody.read',
  'GET /api/signatures': 'node.administer',
  'GET /api/emergencies': {
    signedIn:
      'his own, those on operations that he answers for or watches over, and for an administrator all without their reasons',
  },
  'POST /api/emergencies': {
    signedIn: 'every officer but administrators and those of the press; it alarms at once',
  },
  'POST /api/emergencies/:emergencyId/end': { signedIn: 'only his own' },
  'POST /api/emergencies/:emergencyId/justification': { signedIn: 'only his own' },
  'GET {op}/emergencies': 'emergencies.read',
  'POST {op}/emergencies/:emergencyId/review': 'emergencies.review',

  // Officers and the node
  'GET /api/officers': 'node.administer',
  'POST /api/officers': 'node.administer',
  'POST /api/officers/:officerId/grants': 'node.administer',
  'POST /api/officers/:officerId/grants/withdraw': 'node.administer',
  'POST /api/officers/:officerId/retire': 'node.administer',
  'POST /api/officers/:officerId/sessions/end': 'node.administer',
  'POST /api/officers/:officerId/enrolment': 'node.administer',
  'POST /api/enrolments/:enrolmentId/confirm': 'node.administer',
  'GET /api/service-accounts': 'node.administer',
  'POST /api/service-accounts': 'node.administer',
  'POST /api/service-accounts/:accountId/approval': 'node.administer',
  'POST /api/service-accounts/:accountId/revocation': 'node.administer',
  'GET /api/account/service-accounts': { signedIn: 'only those that he answers for' },
  'POST /api/account/service-accounts/:accountId/token': { signedIn: 'only those that he answers for' },
  'DELETE /api/account/service-accounts/:accountId': { signedIn: 'only those that he answers for' },
  'GET /api/custody/log/checkpoint': 'custody.verify',
  'GET /api/custody/log/tile/*': 'custody.verify',
  'GET /api/custody/alarms': 'custody.verify',
  'POST /api/custody/alarms/settle': 'node.administer',
  'GET /api/keys': 'agencies.read',
  'GET /api/keys/card': 'agencies.read',
  'POST /api/keys/rotate': 'node.administer',
  'POST /api/keys/revoke': 'node.administer',
  'GET /api/condition': 'node.administer',
  'GET /api/transfers': 'exchange.read',
  'GET /api/agencies': 'agencies.read',
  'GET /api/outbox/waiting': 'exchange.send',
  'GET /api/outbox/waiting/:agencyId': 'exchange.send',
  'POST /api/inbox': 'exchange.receive',

  // Who read what, and why
  'GET {op}/consultations': 'consultations.read',
  'GET {op}/consultations.csv': 'consultations.read',
  'GET {op}/consultations/of/:subjectKind/:subjectId': 'custody.read',
  'GET {op}/consultations/reason': 'operations.read',
  'POST {op}/consultations/reason': 'operations.read',

  // Operations, programmes and meetings
  'GET /api/operations': { signedIn: 'only the operations that he has a role on' },
  'GET {op}': 'operations.read',
  'GET {op}/meetings': 'meeting.read',
  'GET {op}/meetings/:meetingId': 'meeting.read',
  'GET {op}/meetings/:meetingId/minutes.docx': 'meeting.read',
  'POST {op}/meetings': 'meeting.manage',
  'POST {op}/meetings/:meetingId/invitations': 'meeting.manage',
  'POST {op}/meetings/:meetingId/agenda': 'meeting.manage',
  'POST {op}/meetings/:meetingId/attendance': 'meeting.manage',
  'POST {op}/meetings/:meetingId/decisions': 'meeting.manage',
  'POST {op}/meetings/:meetingId/release': 'meeting.manage',
  'POST {op}/meetings/:meetingId/minutes/approval': 'meeting.manage',
  'GET /api/programmes': 'operations.read',
  'GET /api/programmes/:programmeId': 'operations.read',
  'POST /api/programmes': 'programme.manage',
  'POST /api/programmes/:programmeId/plan': 'programme.manage',
  'POST /api/programmes/:programmeId/plan/:entryId/state': 'programme.manage',
  'POST /api/programmes/:programmeId/operations': {
    action: 'programme.manage',
    more: 'the same on the operation that is linked',
  },
  'GET {op}/board': 'operations.read',

  // The custody log
  'GET {op}/custody': 'custody.read',
  'GET {op}/custody/state': 'custody.verify',
  'GET {op}/custody/chain': { action: 'custody.read', more: 'what reads that kind of thing' },
  'GET {op}/custody/chain/file': { action: 'custody.read', more: 'what reads that kind of thing' },

  // Observations
  'GET {op}/targets/:targetId/history': ['targets.read', 'custody.read'],
  'GET {op}/observations/imports': 'observations.read',
  'GET {op}/observations/profiles': 'observations.read',
  'POST {op}/observations/profiles': 'observations.import',
  'GET {op}/observations/imports/:importId/refused.csv': 'observations.read',
  'GET {op}/observations/uploads': 'observations.read',
  'POST {op}/observations/uploads': 'observations.import',
  'GET {op}/observations/uploads/:uploadId': 'observations.read',
  'POST {op}/observations/uploads/:uploadId/start': 'observations.import',
  'POST {op}/observations/uploads/:uploadId/cancel': 'observations.import',
  'GET {op}/observations/uploads/:uploadId/head': 'observations.import',
  'POST {op}/observations/uploads/:uploadId/preview': 'observations.import',
  'GET {op}/attribution/sources': 'targets.read',
  'POST {op}/attribution/snapshots': 'observations.attribute',
  'POST {op}/attribution': 'observations.attribute',
  'POST {op}/severity-list': 'observations.import',
  'GET {op}/attribution/explain': 'targets.read',
  'GET {op}/targets': 'targets.read',
  'POST {op}/targets': 'targets.build',
  'GET {op}/targets/:targetId': 'targets.read',
  'GET {op}/countries': 'targets.read',
  'GET {op}/links': 'targets.read',
  'POST {op}/links': 'targets.build',
  'GET {op}/links/rows': 'observations.read',
  'GET {op}/links/history': 'targets.read',
  'POST {op}/links/decisions': 'targets.merge',
  'GET {op}/cover': 'targets.read',
  'POST {op}/cover': 'targets.read',
  'GET {op}/ranking': 'targets.read',
  'POST {op}/ranking': 'targets.build',
  'POST {op}/ranking/rank': 'targets.build',
  'GET {op}/targets/:targetId/activity': 'targets.read',
  'GET {op}/targets/:targetId/observations': 'targets.read',
  'POST {op}/targets/:targetId/known': 'targets.flag',
  'GET {op}/target-list': 'targets.read',
  'GET {op}/retention/rules': 'retention.read',
  'GET {op}/retention/rules.csv': 'retention.read',
  'GET {op}/retention/rules/:ruleId/versions': 'retention.read',
  'POST {op}/retention/rules': 'retention.edit',
  'POST {op}/retention/withdraw': 'retention.edit',
  'POST {op}/retention/load': 'retention.edit',
  'GET {op}/freeze-curve': 'targets.read',
  'POST {op}/freeze-curve': 'targets.build',
  'POST {op}/freeze-curve/cancel': 'targets.build',
  'POST {op}/merges': 'targets.merge',
  'POST {op}/merges/:mergeId/split': 'targets.merge',
  'PUT {op}/observations/uploads/:uploadId/parts': 'observations.import',

  // Packages
  'GET {op}/packages': 'packages.read',
  'GET {op}/packages/:packageId': 'packages.read',
  'GET {op}/packages/:packageId/targets': 'packages.read',
  'POST {op}/packages/compose': 'packages.compose',
  'POST {op}/packages/approve': 'packages.approve',
  'POST {op}/packages/send': 'packages.send',
  'GET {op}/received-packages': 'packages.read',
  'GET {op}/received-packages/:packageId': 'packages.read',
  'GET {op}/received-targets': 'packages.read',
  'GET {op}/received-targets/:targetId': 'packages.read',
  'GET {op}/packages/:packageId/summary.pdf': 'packages.read',
  'GET {op}/packages/:packageId/dossiers/:targetId': 'packages.read',
  'GET {op}/received-packages/:packageId/summary.pdf': 'packages.read',
  'GET {op}/received-packages/:packageId/dossiers/:targetId': 'packages.read',
  'GET {op}/packages/:packageId/preservation': 'packages.read',
  'GET {op}/packages/:packageId/preservation/:name/:format': 'packages.read',
  'POST {op}/packages/:packageId/preservation/:name/sent': 'preservation.record',
  'GET {op}/received-packages/:packageId/preservation': 'packages.read',
  'GET {op}/received-packages/:packageId/preservation/:name/:format': 'packages.read',
  'POST {op}/received-packages/:packageId/preservation/:name/sent': 'preservation.record',

  // Messages and letters
  'GET {op}/messages': 'exchange.read',
  'GET {op}/messages/:messageId/file': 'exchange.send',
  'GET {op}/deadlines': 'exchange.read',
  'GET {op}/messages/:messageId': 'exchange.read',
  'POST {op}/messages/:messageId/resend': 'exchange.send',
  'POST {op}/messages/:messageId/note': 'exchange.receive',
  'GET {op}/reconciliations': 'exchange.read',
  'GET {op}/reconciliations/:agencyId': 'exchange.read',
  'POST {op}/reconciliations/:agencyId': 'exchange.send',
  'GET {op}/messages/:messageId/standing': 'exchange.read',
  'POST {op}/messages/:messageId/recall': 'exchange.recall',
  'GET {op}/erasures': 'exchange.read',
  'POST {op}/erasures': 'erasure.request',
  'POST {op}/erasures/:messageId/decide': 'erasure.decide',
  'GET {op}/letters': 'letters.read',
  'GET {op}/letters/:messageId': 'letters.read',
  'GET {op}/queries': 'letters.read',
  'GET {op}/pap/:messageId': 'packages.read',
  'POST {op}/pap': 'letters.send',
  'GET {op}/letters/:messageId/attachments/:name': 'letters.read',
  'POST {op}/letters': 'letters.send',
  'POST {op}/letters/:messageId/answer': 'letters.send',
  'GET {op}/letters/:messageId/barriers': 'letters.read',
  'POST {op}/letters/:messageId/forward': 'letters.send',
  'POST {op}/letters/:messageId/leave': 'letters.send',
  'POST {op}/letter-attachments': 'letters.send',

  // Casework
  'GET {op}/casework/targets': 'casework.read',
  'GET {op}/casework/targets/:targetId': 'casework.read',
  'POST {op}/casework/targets/:targetId/outcomes': 'casework.record',
  'POST {op}/casework/targets/:targetId/category': 'persons.categorise',
  'POST {op}/persons/:targetId/opening': 'persons.ask',
  'GET {op}/reports': 'reports.read',
  'GET {op}/reports/:reportId': 'reports.read',
  'GET {op}/casework/report': 'casework.read',
  'POST {op}/casework/report': 'reports.send',
  'GET {op}/risks': 'targets.read',
  'GET {op}/risks/:targetId': 'targets.read',
  'POST {op}/risks/:targetId': { action: 'risks.raise', more: '`risks.clear` to clear one' },

  // Reviews, holds, erasure
  'GET {op}/protection': 'review.read',
  'POST {op}/protection/reviews': 'review.decide',
  'POST {op}/protection/holds': 'holds.place',
  'POST {op}/protection/holds/:holdId/release': 'holds.place',
  'GET {op}/protection/holds/:kind/:recordId': 'holds.read',
  'GET {op}/protection/answers': 'review.read',
  'POST {op}/protection/answers': 'subject.answer',
  'POST {op}/protection/erasures': 'data.erase',
  'POST {op}/protection/erasures/:erasureId/approve': 'data.approve-erasure',
  'POST {op}/protection/erasures/:erasureId/refuse': 'data.approve-erasure',

  // Evidence
  'POST {op}/exhibits': 'evidence.register',
  'POST {op}/exhibits/:exhibitId/acts': 'evidence.register',
  'GET {op}/exhibits': 'evidence.read',
  'GET {op}/exhibits/:exhibitId': 'evidence.read',
  'GET {op}/exhibits/:exhibitId/summary': 'evidence.read',
  'POST {op}/exhibits/:exhibitId/inventories': 'evidence.examine',
  'GET {op}/exhibits/:exhibitId/inventories/:inventoryId': 'evidence.read',
  'POST {op}/exhibits/:exhibitId/inventories/:inventoryId/cancel': 'evidence.examine',
  'POST {op}/exhibits/:exhibitId/inventories/:inventoryId/resume': 'evidence.examine',
  'POST {op}/exhibits/:exhibitId/inventories/:inventoryId/match': 'evidence.examine',
  'GET {op}/exhibits/:exhibitId/inventories/:inventoryId/files': 'evidence.read',
  'POST {op}/exhibits/:exhibitId/report': 'evidence.examine',
  'GET {op}/exhibits/:exhibitId/report.pdf': 'evidence.read',
  'GET {op}/exhibits/:exhibitId/report.csv': 'evidence.read',
  'GET {op}/hash-lists': 'evidence.read',
  'GET {op}/hash-lists/:listId/skipped': 'evidence.read',
  'POST {op}/hash-lists/preview': 'evidence.hash-lists',
  'POST {op}/hash-lists': 'evidence.hash-lists',

  // Cross-matching
  'GET /api/crossmatch/mappings': 'crossmatch.read',
  'POST /api/crossmatch/mappings': 'crossmatch.import',
  'GET /api/crossmatch/holdings': 'crossmatch.read',
  'GET /api/crossmatch/holdings/:importId': 'crossmatch.read',
  'POST /api/crossmatch/holdings': 'crossmatch.import',
  'GET {op}/crossmatch/hits': 'crossmatch.read',
  'GET {op}/crossmatch/hits/:hitId': 'crossmatch.read',
  'POST {op}/crossmatch/hits/:hitId/decisions': 'crossmatch.decide',
  'GET {op}/crossmatch/networks': 'crossmatch.read',
  'GET {op}/crossmatch/networks/:networkId': 'crossmatch.read',
  'POST {op}/crossmatch/selectors': 'selectors.send',

  // Referrals
  'GET {op}/referrals/icse': 'referrals.read',
  'GET {op}/referrals/icse/:seriesId': 'referrals.read',
  'GET {op}/referrals/icse/:seriesId/items': 'referrals.read',
  'GET {op}/referrals/icse/:seriesId/overlaps': 'referrals.read',
  'POST {op}/referrals/icse/:seriesId/remainder': 'referrals.prepare',
  'POST {op}/referrals/icse/:seriesId/approval': 'referrals.approve',
  'POST {op}/referrals/icse/:seriesId/claim': 'referrals.send',
  'POST {op}/referrals/icse/:seriesId/claim/withdrawal': 'referrals.send',
  'POST {op}/referrals/icse/:seriesId/sending': 'referrals.send',
  'POST {op}/referrals/icse/:seriesId/confirmation': 'referrals.send',
  'POST {op}/referrals/icse-received/:seriesId/confirmation': 'referrals.send',
  'GET {op}/referrals/eurojust': 'referrals.read',
  'GET {op}/referrals/eurojust/:requestId': 'referrals.read',
  'POST {op}/referrals/eurojust': 'referrals.prepare',
  'POST {op}/referrals/eurojust/:requestId/revision': 'referrals.prepare',
  'POST {op}/referrals/eurojust/:requestId/approval': 'referrals.approve',
  'POST {op}/referrals/eurojust/:requestId/sending': 'referrals.send',
  'POST {op}/referrals/eurojust/:requestId/answer': 'referrals.send',
  'POST {op}/referrals/eurojust/:requestId/closing': 'referrals.send',
  'POST {op}/referrals/eurojust-received/:requestId/answer': 'referrals.send',
  'GET {op}/referrals/permissions': 'referrals.read',
  'POST {op}/referrals/permissions': 'referrals.prepare',
  'POST {op}/referrals/permissions/:permissionId/record': 'referrals.prepare',
  'POST {op}/referrals/permissions/:permissionId/answer': 'referrals.approve',
  'GET {op}/referrals/overdue': 'referrals.read',
  'POST {op}/referrals/icse': 'referrals.prepare',

  // Results
  'GET {op}/figures': 'results.read',
  'GET {op}/figures/:figureSetId': 'results.read',
  'GET {op}/figure-history/:figureId': 'results.read',
  'POST {op}/figures': 'results.compute',
  'POST {op}/figures/:figureSetId/release': 'results.release',
  'GET {op}/figures/:figureSetId/press-note': 'results.read',
  'GET {op}/figures/:figureSetId/press-note.docx': 'results.read',
  'GET {op}/figures/:figureSetId/press-note.pdf': 'results.read',
};

/** The actions of which an officer needs every one; none where it is enough to be signed in, or nothing is asked. */
export function actionsAsked(access: RouteAccess): readonly Action[] {
  if (typeof access === 'string') return [access];
  if ('action' in access) return [access.action];
  return 'open' in access || 'signedIn' in access ? [] : access;
}

export function isOpen(access: RouteAccess): boolean {
  return typeof access === 'object' && 'open' in access;
}
