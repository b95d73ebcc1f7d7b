/**
 * Which personal data each reading route shows, or why it shows none: the reading side of the policy.
 * Whoever reads what `consults` names has said why, and is written down (Directive (EU) 2016/680 Art. 25).
 * A route that is not here is treated as one that shows what nobody declared: test/personal-data.test.ts fails.
 */

export interface Consults {
  /** What personal data, in the plural. */
  readonly data: string;
  /** Whose: `[kind, parameter of the path]`. Without it, of the operation: a list. */
  readonly of?: readonly [kind: string, parameter: string];
  /** It leaves as a file. */
  readonly act?: 'export';
}

/** What a route shows, or why none of it is of a person of the case. */
export type Declared = Consults | string;

const TARGET = ['target', 'targetId'] as const;
const PACKAGE = ['package', 'packageId'] as const;
const EXHIBIT = ['exhibit', 'exhibitId'] as const;
const FIGURES = 'figures and counts of countries: no person stands in them';
const OFFICIALS = 'officials in their office, and what agencies agreed: no person of a case';
const SEALED = 'ids, sizes and states of sealed messages: nobody can read them here';
const LOG = 'ids, digests and officers of recorded acts: no content of a case';
const ACTS = 'ids, codes and officers of what is proposed: what it is about is read on its own page';
const ALARMS =
  'which officers opened an operation at once, and why: an alarm, shown before anybody is asked anything';
const LEGAL = 'rules of law and of operators: no person stands in them';
const SETTINGS = 'how the work is set up: no person stands in it';

/** Below `/nodes/<agency>`; `{op}` stands for `/api/operations/:operationId`. */
export const PERSONAL_DATA: Readonly<Record<string, Declared>> = {
  'GET /api/account': 'what the officer himself is signed in with',
  'GET /api/agencies': OFFICIALS,
  'GET /api/approvals': ACTS,
  'GET /api/approvals/:proposalId': ACTS,
  'GET /api/signatures': LOG,
  'GET {op}/signatures': LOG,
  'GET /api/emergencies': ALARMS,
  'GET {op}/emergencies': ALARMS,
  'GET /api/crossmatch/holdings': 'names and counts of imported files: their rows are not shown',
  'GET /api/crossmatch/holdings/:importId': 'name and counts of an imported file: its rows are not shown',
  'GET /api/crossmatch/mappings': SETTINGS,
  'GET /api/custody/log/checkpoint': LOG,
  'GET /api/custody/log/tile/*': LOG,
  'GET /api/custody/alarms': LOG,
  'GET /api/keys': SETTINGS,
  'GET /api/keys/card': SETTINGS,
  'GET /api/condition': 'what the node itself can do: checks and counts, nothing of a case',
  'GET /api/transfers': SEALED,
  'GET /api/events': 'names of acts and ids, so that a page asks anew for what it may read',
  'GET /api/officers': OFFICIALS,
  'GET /api/oidc/callback': 'brings the officer back from his agency’s provider',
  'GET /api/openapi.json': 'describes the routes of the node',
  'GET /api/operations': OFFICIALS,
  'GET /api/outbox/waiting': SEALED,
  'GET /api/outbox/waiting/:agencyId': SEALED,
  'GET /api/programmes': OFFICIALS,
  'GET /api/programmes/:programmeId': OFFICIALS,
  'GET /api/service-accounts': OFFICIALS,
  'GET /api/account/service-accounts': OFFICIALS,
  'GET /api/session': 'who the officer himself is',
  'GET /api/sign-in/ways': SETTINGS,

  'GET {op}': OFFICIALS,
  'GET {op}/countries': FIGURES,
  'GET {op}/board': FIGURES,
  'GET {op}/figures': FIGURES,
  'GET {op}/figures/:figureSetId': FIGURES,
  'GET {op}/figures/:figureSetId/press-note': FIGURES,
  'GET {op}/figures/:figureSetId/press-note.docx': FIGURES,
  'GET {op}/figures/:figureSetId/press-note.pdf': FIGURES,
  'GET {op}/figure-history/:figureId': FIGURES,
  'GET {op}/freeze-curve': FIGURES,
  'GET {op}/meetings': OFFICIALS,
  'GET {op}/meetings/:meetingId': OFFICIALS,
  'GET {op}/meetings/:meetingId/minutes.docx': OFFICIALS,
  'GET {op}/ranking': SETTINGS,
  'GET {op}/retention/rules': LEGAL,
  'GET {op}/retention/rules.csv': LEGAL,
  'GET {op}/retention/rules/:ruleId/versions': LEGAL,

  'GET {op}/attribution/explain': { data: 'addresses' },
  'GET {op}/attribution/sources': SETTINGS,
  'GET {op}/observations/imports': 'names and counts of imported logs: their rows are not shown',
  'GET {op}/observations/imports/:importId/refused.csv': { data: 'refused lines of a log', act: 'export' },
  'GET {op}/observations/profiles': SETTINGS,
  'GET {op}/observations/uploads': 'names and sizes of files that are coming: their rows are not shown',
  'GET {op}/observations/uploads/:uploadId': 'name and size of a file that is coming: its rows are not shown',
  'GET {op}/observations/uploads/:uploadId/head': { data: 'first lines of a log' },
  'POST {op}/observations/uploads/:uploadId/preview': { data: 'first lines of a log' },

  'GET {op}/targets': { data: 'targets' },
  'GET {op}/target-list': { data: 'targets', act: 'export' },
  'GET {op}/cover': { data: 'targets' },
  'POST {op}/cover': { data: 'targets' },
  'GET {op}/targets/:targetId': { data: 'target', of: TARGET },
  'GET {op}/targets/:targetId/activity': { data: 'activity of a target', of: TARGET },
  'GET {op}/targets/:targetId/history': { data: 'history of a target', of: TARGET },
  'GET {op}/targets/:targetId/observations': { data: 'observations', of: TARGET },
  'GET {op}/links': { data: 'links of targets' },
  'GET {op}/links/history': { data: 'links of targets' },
  'GET {op}/links/rows': { data: 'observations' },
  'GET {op}/risks':
    'an alarm that somebody may be harmed stands on every page: nobody is asked anything before he sees it',
  'GET {op}/risks/:targetId': { data: 'alarms of risk', of: TARGET },

  'GET {op}/packages': 'names, counts and states of packages: their targets are not shown',
  'GET {op}/packages/:packageId': { data: 'package', of: PACKAGE },
  'GET {op}/packages/:packageId/targets': { data: 'targets of a package', of: PACKAGE },
  'GET {op}/packages/:packageId/dossiers/:targetId': { data: 'dossier', of: TARGET, act: 'export' },
  'GET {op}/packages/:packageId/summary.pdf': { data: 'summary of a package', of: PACKAGE, act: 'export' },
  'GET {op}/packages/:packageId/preservation': { data: 'preservation requests', of: PACKAGE },
  'GET {op}/packages/:packageId/preservation/:name/:format': {
    data: 'preservation request',
    of: PACKAGE,
    act: 'export',
  },
  'GET {op}/received-packages': 'names, counts and states of packages: their targets are not shown',
  'GET {op}/received-packages/:packageId': { data: 'package', of: PACKAGE },
  'GET {op}/received-packages/:packageId/dossiers/:targetId': { data: 'dossier', of: TARGET, act: 'export' },
  'GET {op}/received-packages/:packageId/summary.pdf': {
    data: 'summary of a package',
    of: PACKAGE,
    act: 'export',
  },
  'GET {op}/received-packages/:packageId/preservation': { data: 'preservation requests', of: PACKAGE },
  'GET {op}/received-packages/:packageId/preservation/:name/:format': {
    data: 'preservation request',
    of: PACKAGE,
    act: 'export',
  },
  'GET {op}/received-targets': { data: 'targets' },
  'GET {op}/received-targets/:targetId': { data: 'target', of: TARGET },

  'GET {op}/deadlines': SEALED,
  'GET {op}/erasures': SEALED,
  'GET {op}/messages': SEALED,
  'GET {op}/messages/:messageId': SEALED,
  'GET {op}/messages/:messageId/file': SEALED,
  'GET {op}/messages/:messageId/standing': SEALED,
  'GET {op}/reconciliations': SEALED,
  'GET {op}/reconciliations/:agencyId': SEALED,
  'GET {op}/letters': { data: 'letters' },
  'GET {op}/letters/:messageId': { data: 'letter', of: ['letter', 'messageId'] },
  'GET {op}/letters/:messageId/attachments/:name': {
    data: 'attachment of a letter',
    of: ['letter', 'messageId'],
    act: 'export',
  },
  'GET {op}/letters/:messageId/barriers': 'handling codes of a letter and who may lift them: no content',
  'GET {op}/pap/:messageId': 'level of a message and what its provider said of it: no content',
  'GET {op}/queries': { data: 'queries' },

  'GET {op}/casework/targets': { data: 'targets to work' },
  'GET {op}/casework/targets/:targetId': { data: 'target and its outcomes', of: TARGET },
  'GET {op}/casework/report': { data: 'outcomes of targets' },
  'GET {op}/reports': 'counts of countries as reported: no target is shown',
  'GET {op}/reports/:reportId': { data: 'outcomes of targets', of: ['report', 'reportId'] },

  'GET {op}/exhibits': { data: 'exhibits' },
  'GET {op}/exhibits/:exhibitId': { data: 'exhibit', of: EXHIBIT },
  'GET {op}/exhibits/:exhibitId/summary': { data: 'examination of an exhibit', of: EXHIBIT },
  'GET {op}/exhibits/:exhibitId/inventories/:inventoryId': {
    data: 'examination of an exhibit',
    of: EXHIBIT,
  },
  'GET {op}/exhibits/:exhibitId/inventories/:inventoryId/files': {
    data: 'files of an exhibit',
    of: EXHIBIT,
  },
  'GET {op}/exhibits/:exhibitId/report.csv': { data: 'forensic report', of: EXHIBIT, act: 'export' },
  'GET {op}/exhibits/:exhibitId/report.pdf': { data: 'forensic report', of: EXHIBIT, act: 'export' },
  'GET {op}/hash-lists': 'names and counts of lists of digests: no person stands in them',
  'GET {op}/hash-lists/:listId/skipped': 'lines of a list of digests that could not be taken',

  'GET {op}/crossmatch/hits': { data: 'hits' },
  'GET {op}/crossmatch/hits/:hitId': { data: 'hit', of: ['hit', 'hitId'] },
  'GET {op}/crossmatch/networks': { data: 'networks' },
  'GET {op}/crossmatch/networks/:networkId': { data: 'network', of: ['network', 'networkId'] },

  'GET {op}/referrals/eurojust': { data: 'requests to Eurojust' },
  'GET {op}/referrals/eurojust/:requestId': {
    data: 'request to Eurojust',
    of: ['eurojust-request', 'requestId'],
  },
  'GET {op}/referrals/icse': { data: 'series for ICSE' },
  'GET {op}/referrals/icse/:seriesId': { data: 'series for ICSE', of: ['series', 'seriesId'] },
  'GET {op}/referrals/icse/:seriesId/items': {
    data: 'series for ICSE',
    of: ['series', 'seriesId'],
    act: 'export',
  },
  'GET {op}/referrals/icse/:seriesId/overlaps': {
    data: 'series for ICSE',
    of: ['series', 'seriesId'],
    act: 'export',
  },
  'GET {op}/referrals/overdue': 'ids and days of what is late: no person stands in it',
  'GET {op}/referrals/permissions': { data: 'permissions with their sources' },

  'GET {op}/protection/holds/:kind/:recordId':
    'who keeps something from being erased, and until when: nothing of it',
  'GET {op}/protection/answers': 'that persons and supervisors were answered, by number: not what was said',
  'POST {op}/protection/answers': { data: 'everything held on a person', act: 'export' },
  'GET {op}/protection': { data: 'records due for review, holds and erasures' },
  'GET {op}/custody': LOG,
  'GET {op}/custody/chain': LOG,
  'GET {op}/custody/chain/file': LOG,
  'GET {op}/custody/state': LOG,
  'GET {op}/consultations': { data: 'consultation log' },
  'GET {op}/consultations.csv': { data: 'consultation log', act: 'export' },
  'GET {op}/consultations/of/:subjectKind/:subjectId':
    'officers who read something, and why: nothing of what they read',
  'GET {op}/consultations/reason': 'what the officer himself said',
};

/** What a reading route shows that nobody declared. */
export const UNDECLARED: Consults = { data: 'data that nobody declared' };
