/**
 * Every way in which something can change on a node, with the events that it writes: HTTP routes with a
 * changing method, work in the background, and kinds of messages that are opened. A string instead of
 * events is the reason why there is none; it must be true. custody-walk.test.ts compares these tables with
 * the node as it is put together: what is missing here, or here and nowhere else, fails the build.
 */
import type { EventKind } from '#custody/event-kinds.ts';

export type Written = readonly EventKind[] | string;

/** Of the process that hosts nodes, not of a node. */
export const HOST_ROUTES: Readonly<Record<string, Written>> = {
  'POST /api/desk':
    'an exercise only: a seat is taken without a credential, and every act names its officer itself',
  'POST /api/exercise/pause': 'an exercise only: the story waits, no node changes',
  'POST /api/exercise/resume': 'an exercise only: the story goes on; its acts are recorded by the nodes',
  'POST /api/exercise/step': 'an exercise only: the story goes on; its acts are recorded by the nodes',
  'POST /api/exercise/reset': 'an exercise only: removes all nodes with their logs, to begin again',
};

/** Below `/nodes/<agency>`; `{op}` stands for `/api/operations/:operationId`. */
export const NODE_ROUTES: Readonly<Record<string, Written>> = {
  'DELETE /api/session': ['officer.session-ended'],
  'DELETE /api/account/passkeys/:passkeyId': ['officer.passkey-revoked'],
  'DELETE /api/account/sessions/:sessionId': ['officer.session-ended'],
  'POST /api/account/passkeys': ['officer.passkey-enrolled'],
  'POST /api/account/passkeys/options': 'asks an authenticator for a new passkey; its answer is the act',
  'POST /api/enrol': ['officer.passkey-enrolled'],
  'POST /api/enrol/options': 'asks an authenticator for a new passkey; its answer is the act',
  'POST /api/enrol/provider': 'leaves for the agency’s provider; what comes back is the act',
  'POST /api/enrolments/:enrolmentId/confirm': ['officer.recovery-confirmed'],
  'POST /api/officers': ['officer.added'],
  'POST /api/officers/:officerId/enrolment': ['officer.enrolment-made'],
  'POST /api/officers/:officerId/grants': ['officer.granted'],
  'POST /api/officers/:officerId/grants/withdraw': ['officer.role-withdrawn'],
  'POST /api/officers/:officerId/retire': ['officer.retired'],
  'POST /api/officers/:officerId/sessions/end': ['officer.session-ended'],
  'POST /api/session/prove': ['officer.presence-proved', 'officer.passkey-copied'],
  'POST /api/session/prove/options': 'asks an authenticator for an answer; the answer is the act',
  'POST /api/session/prove/provider': 'leaves for the agency’s provider; what comes back is the act',
  'POST /api/sign-in': ['officer.signed-in', 'officer.passkey-copied'],
  'POST /api/sign-in/options': 'asks an authenticator for an answer; the answer is the act',
  'POST /api/sign-in/provider': 'leaves for the agency’s provider; what comes back is the act',
  'POST /api/crossmatch/holdings': ['holdings.imported', 'crossmatch.matched'],
  'POST /api/crossmatch/mappings': ['holdings.mapping-added'],
  'POST /api/inbox': ['message.received', 'message.taken-up-again', 'message.refused', 'message.id-conflict'],
  'PUT /exchange/v1/messages/:messageId': [
    'message.received',
    'message.taken-up-again',
    'message.refused',
    'message.id-conflict',
  ],
  'POST /api/programmes': ['programme.created'],
  'POST /api/programmes/:programmeId/operations': ['programme.operation-linked'],
  'POST /api/programmes/:programmeId/plan': ['programme.operation-planned'],
  'POST /api/programmes/:programmeId/plan/:entryId/state': ['programme.plan-advanced'],

  'POST {op}/casework/report': ['report.sent', 'message.posted'],
  'POST {op}/casework/targets/:targetId/outcomes': ['casework.outcome-recorded'],
  'POST {op}/risks/:targetId': ['casework.risk-raised', 'casework.risk-cleared', 'message.posted'],

  'POST {op}/cover': 'a derived answer, kept beside the build and made again by whoever asks',
  'POST {op}/links/decisions': ['target.link-dismissed', 'target.link-reopened'],
  'POST {op}/merges': ['target.merged'],
  'POST {op}/merges/:mergeId/split': ['target.split'],
  'POST {op}/observations/profiles': ['observations.profile-saved'],
  'POST {op}/observations/uploads': ['observations.upload-began'],
  'PUT {op}/observations/uploads/:uploadId/parts': ['observations.upload-complete'],
  'POST {op}/observations/uploads/:uploadId/cancel': ['observations.upload-cancelled'],
  'POST {op}/observations/uploads/:uploadId/preview':
    'reads the first lines of the upload with a mapping; nothing is kept',
  'POST {op}/observations/uploads/:uploadId/start': ['observations.upload-import-asked'],
  'POST {op}/ranking': ['targets.ranking-saved'],
  'POST {op}/ranking/rank': ['targets.ranked'],
  'POST {op}/targets/:targetId/known': ['target.known-noted', 'target.known-cleared'],
  'POST {op}/freeze-curve': ['targets.freeze-curve-asked'],
  'POST {op}/freeze-curve/cancel': ['targets.freeze-curve-cancelled'],
  'POST {op}/retention/load': ['retention.table-loaded'],
  'POST {op}/retention/rules': ['retention.rule-set'],
  'POST {op}/retention/withdraw': ['retention.rule-withdrawn'],

  'POST {op}/packages/compose': ['package.composed'],
  'POST {op}/packages/approve': ['package.approved'],
  'POST {op}/packages/send': ['package.sent', 'message.posted'],
  'POST {op}/packages/:packageId/preservation/:name/sent': ['preservation.sent'],
  'POST {op}/received-packages/:packageId/preservation/:name/sent': ['preservation.sent'],
  'POST {op}/messages/:messageId/resend': ['message.resent'],
  'PATCH /exchange/v1/messages/:messageId/upload': [
    'message.received',
    'message.taken-up-again',
    'message.refused',
    'message.id-conflict',
  ],
  'POST {op}/messages/:messageId/recall': ['message.recalled', 'message.posted'],
  'POST {op}/erasures': ['message.erasure-requested', 'message.posted'],
  'POST {op}/erasures/:messageId/decide': [
    'message.erasure-decided',
    'message.erased',
    'message.erasure-refused',
    'message.erasure-certificate-sent',
    'message.posted',
  ],
  'POST {op}/messages/:messageId/note': ['message.noted', 'message.posted'],
  'POST {op}/reconciliations/:agencyId': ['message.posted'],
  'POST {op}/letters': ['letter.sent', 'message.posted'],
  'POST {op}/letters/:messageId/answer': ['letter.sent', 'message.posted'],
  'POST {op}/letters/:messageId/forward': ['letter.sent', 'message.posted'],
  'POST {op}/letters/:messageId/leave': ['letter.sent', 'message.posted'],
  'POST {op}/letter-attachments': ['letter.attachment-uploaded'],

  'POST {op}/crossmatch/hits/:hitId/decisions': ['hit.decided'],
  'POST {op}/crossmatch/selectors': ['selectors.sent', 'message.posted'],

  'POST {op}/exhibits': ['exhibit.registered'],
  'POST {op}/exhibits/:exhibitId/acts': [
    'exhibit.moved',
    'exhibit.handed-over',
    'exhibit.opened',
    'exhibit.sealed',
    'exhibit.imaged',
    'exhibit.returned',
    'exhibit.destroyed',
  ],
  'POST {op}/exhibits/:exhibitId/inventories': ['inventory.started'],
  'POST {op}/exhibits/:exhibitId/inventories/:inventoryId/cancel': ['inventory.cancelled'],
  'POST {op}/exhibits/:exhibitId/inventories/:inventoryId/resume': ['inventory.resumed'],
  'POST {op}/exhibits/:exhibitId/inventories/:inventoryId/match':
    'only asks for the job evidence.match, which records the comparison and the officer who asked',
  'POST {op}/exhibits/:exhibitId/report': ['exhibit.reported'],
  'POST {op}/hash-lists': ['hash-list.imported'],
  'POST {op}/hash-lists/preview': 'reads the first lines of a list; nothing is kept',

  'POST {op}/figures': ['results.computed'],
  'POST {op}/figures/:figureSetId/release': ['results.released'],

  'POST {op}/meetings': ['meeting.planned'],
  'POST {op}/meetings/:meetingId/agenda': ['meeting.agenda-set'],
  'POST {op}/meetings/:meetingId/attendance': ['meeting.held'],
  'POST {op}/meetings/:meetingId/decisions': ['meeting.decided'],
  'POST {op}/meetings/:meetingId/invitations': ['meeting.agencies-invited'],
  'POST {op}/meetings/:meetingId/minutes/approval': ['meeting.minutes-approved'],
  'POST {op}/meetings/:meetingId/release': ['meeting.decided'],

  'POST {op}/referrals/eurojust': ['referral.drafted'],
  'POST {op}/referrals/eurojust/:requestId/revision': ['referral.revised'],
  'POST {op}/referrals/eurojust/:requestId/approval': ['referral.approved'],
  'POST {op}/referrals/eurojust/:requestId/sending': ['referral.sent', 'message.posted'],
  'POST {op}/referrals/eurojust/:requestId/answer': ['referral.answered'],
  'POST {op}/referrals/eurojust/:requestId/closing': ['referral.closed'],
  'POST {op}/referrals/eurojust-received/:requestId/answer': ['referral.answered', 'message.posted'],
  'POST {op}/referrals/icse': ['referral.prepared'],
  'POST {op}/referrals/icse/:seriesId/remainder': ['referral.prepared'],
  'POST {op}/referrals/icse/:seriesId/approval': ['referral.approved'],
  'POST {op}/referrals/icse/:seriesId/claim': [
    'referral.claim-asked',
    'referral.claim-granted',
    'referral.claim-refused',
  ],
  'POST {op}/referrals/icse/:seriesId/claim/withdrawal': [
    'referral.claim-given-up',
    'referral.claim-withdrawn',
  ],
  'POST {op}/referrals/icse/:seriesId/sending': ['referral.sent', 'message.posted'],
  'POST {op}/referrals/icse/:seriesId/confirmation': ['referral.confirmed'],
  'POST {op}/referrals/icse-received/:seriesId/confirmation': ['referral.confirmed', 'message.posted'],
  'POST {op}/referrals/permissions': ['referral.permission-asked', 'message.posted'],
  'POST {op}/referrals/permissions/:permissionId/answer': [
    'referral.permission-granted',
    'referral.permission-denied',
    'message.posted',
  ],
  'POST {op}/referrals/permissions/:permissionId/record': [
    'referral.permission-granted',
    'referral.permission-denied',
  ],
};

/** Work in the background: kinds of jobs, and sources of work of the queue. */
export const WORK: Readonly<Record<string, Written>> = {
  'crossmatch.match': ['crossmatch.matched'],
  'evidence.inventory': ['inventory.read', 'inventory.failed'],
  'evidence.match': ['inventory.matched', 'inventory.failed'],
  'evidence.measure': ['inventory.measured', 'inventory.failed'],
  'exchange.dispatch': [
    'message.sent',
    'message.refused-by-hop',
    'message.opened',
    'message.refused',
    'message.acknowledged',
    'message.refused-by-recipient',
    'message.delivered',
    'message.noted-by-recipient',
  ],
  'exchange.reconciliation-answer': ['message.posted'],
  'exchange.erase': [
    'message.erased',
    'message.erasure-refused',
    'message.erasure-certificate-sent',
    'message.posted',
  ],
  'freeze-curve': ['targets.freeze-curve-computed', 'targets.freeze-curve-failed'],
  'observations.import-upload': [
    'observations.imported',
    'observations.upload-imported',
    'observations.upload-failed',
    'observations.import-removed',
  ],
  'observations.partition': ['targets.built'],
  'referrals.claim-answer': ['referral.claim-answered', 'message.posted'],
  'targets.cover': 'a derived answer, kept beside the build and made again by whoever asks',
  'targets.shelf': 'a derived copy of a list in another order; the list is read without it until it is there',
};

/** What opening a message of each kind writes, beside `message.opened`. */
export const OPENED: Readonly<Record<string, Written>> = {
  reconciliation: ['reconciliation.compared'],
  recall: ['message.recalled-by-sender', 'message.recall-not-sender'],
  'erasure-request': ['message.erasure-asked', 'message.erasure-not-sender'],
  'erasure-certificate': ['message.erasure-certified'],
  'key-rotation': ['agency.keys-rotated'],
  message: ['letter.received'],
  query: ['letter.received'],
  answer: ['letter.received'],
  package: ['package.received', 'operation.adopted'],
  report: ['report.received', 'report.repeated'],
  'risk-alarm': ['casework.risk-raised', 'casework.risk-cleared'],
  selectors: ['selectors.received'],
  'icse-claim': ['referral.claim-granted', 'referral.claim-refused'],
  'icse-claim-withdrawal': ['referral.claim-withdrawn'],
  'icse-claim-answer': ['referral.claim-granted', 'referral.claim-refused', 'referral.claim-answer-unneeded'],
  'icse-submission': ['referral.received'],
  'icse-confirmation': ['referral.confirmed'],
  'permission-request': ['referral.permission-received'],
  'permission-answer': ['referral.permission-granted', 'referral.permission-denied'],
  'eurojust-request': ['referral.received'],
  'eurojust-answer': ['referral.answered'],
};
