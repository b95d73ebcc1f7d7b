/**
 * What routes answer that have no schema of an answer: files, nothing, or JSON of a shape that varies. The description of
 * the interface (openapi.ts) says it by this; test/access-matrix.test.ts fails where a route is missing here.
 */

/** By status: media types of a file, JSON, or nothing. */
export type OtherAnswer = {
  readonly status: 200 | 201 | 202 | 204 | 303;
  readonly gives: 'json' | 'nothing' | readonly string[];
};

const DONE: OtherAnswer = { status: 204, gives: 'nothing' };
const BEGUN: OtherAnswer = { status: 202, gives: 'nothing' };
const JSON_ANSWER: OtherAnswer = { status: 200, gives: 'json' };
const file = (...types: string[]): OtherAnswer => ({ status: 200, gives: types });
const CSV = file('text/csv; charset=utf-8');
const PDF = file('application/pdf');
const BYTES = file('application/octet-stream');
const TAR = file('application/x-tar');
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Keys as in src/access/route-access.ts. */
export const OTHER_ANSWERS: Readonly<Record<string, OtherAnswer>> = {
  'GET /api/session': JSON_ANSWER,
  'DELETE /api/session': DONE,
  'POST /api/sign-in/provider': JSON_ANSWER,
  'POST /api/enrol/provider': JSON_ANSWER,
  'POST /api/session/prove/provider': JSON_ANSWER,
  'GET /api/oidc/callback': { status: 303, gives: 'nothing' },
  'POST /api/sign-in/options': JSON_ANSWER,
  'POST /api/sign-in': DONE,
  'POST /api/enrol/options': JSON_ANSWER,
  'POST /api/enrol': DONE,
  'POST /api/session/prove/options': JSON_ANSWER,
  'POST /api/session/prove': DONE,
  'POST /api/account/passkeys/options': JSON_ANSWER,
  'POST /api/account/passkeys': DONE,
  'DELETE /api/account/passkeys/:passkeyId': DONE,
  'DELETE /api/account/sessions/:sessionId': DONE,
  'DELETE /api/account/keys/:fingerprint': DONE,
  'POST /api/account/terminals/confirm': DONE,
  'POST /api/service-accounts/:accountId/approval': DONE,
  'POST /api/service-accounts/:accountId/revocation': DONE,
  'DELETE /api/account/service-accounts/:accountId': DONE,
  'POST /api/session/sign/options': JSON_ANSWER,
  'POST /api/session/sign': DONE,
  'POST /api/officers': { status: 201, gives: 'json' },
  'POST /api/officers/:officerId/retire': DONE,
  'POST /api/officers/:officerId/sessions/end': DONE,
  'POST /api/enrolments/:enrolmentId/confirm': DONE,
  'GET {op}/custody': JSON_ANSWER,
  'GET {op}/custody/state': JSON_ANSWER,
  'GET /api/custody/log/checkpoint': file('text/plain; charset=utf-8'),
  'GET /api/custody/log/tile/*': BYTES,
  'GET {op}/consultations.csv': CSV,
  'GET {op}/custody/chain': JSON_ANSWER,
  'GET {op}/custody/chain/file': JSON_ANSWER,
  'GET {op}/targets/:targetId/history': JSON_ANSWER,
  'POST /api/custody/alarms/settle': DONE,
  'GET {op}/observations/imports/:importId/refused.csv': CSV,
  'POST {op}/ranking': JSON_ANSWER,
  'POST {op}/targets/:targetId/known': DONE,
  'GET {op}/target-list': file('text/csv; charset=utf-8', 'application/vnd.apache.parquet'),
  'GET {op}/retention/rules.csv': CSV,
  'POST {op}/retention/withdraw': DONE,
  'POST {op}/freeze-curve': BEGUN,
  'POST {op}/freeze-curve/cancel': DONE,
  'GET {op}/packages/:packageId/summary.pdf': PDF,
  'GET {op}/packages/:packageId/dossiers/:targetId': PDF,
  'GET {op}/received-packages/:packageId/summary.pdf': PDF,
  'GET {op}/received-packages/:packageId/dossiers/:targetId': PDF,
  'GET {op}/packages/:packageId/preservation/:name/:format': file(
    DOCX,
    'application/pdf',
    'text/csv; charset=utf-8',
  ),
  'GET {op}/received-packages/:packageId/preservation/:name/:format': file(
    DOCX,
    'application/pdf',
    'text/csv; charset=utf-8',
  ),
  'GET {op}/messages/:messageId/file': BYTES,
  'POST {op}/messages/:messageId/resend': DONE,
  'POST {op}/messages/:messageId/note': DONE,
  'GET /api/keys/card': JSON_ANSWER,
  'GET /api/outbox/waiting/:agencyId': TAR,
  'GET {op}/letters/:messageId/attachments/:name': BYTES,
  'POST {op}/exhibits/:exhibitId/inventories/:inventoryId/match': BEGUN,
  'GET {op}/exhibits/:exhibitId/report.pdf': PDF,
  'GET {op}/exhibits/:exhibitId/report.csv': CSV,
  'GET {op}/meetings/:meetingId/minutes.docx': file(DOCX),
  'GET {op}/figures/:figureSetId/press-note.docx': file(DOCX),
  'GET {op}/figures/:figureSetId/press-note.pdf': PDF,
  'POST {op}/protection/answers': TAR,
  'GET /api/openapi.json': JSON_ANSWER,
  'GET /api/events': file('text/event-stream'),
};
