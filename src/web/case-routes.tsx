/** The addresses of programme, meetings, evidence, hits, referrals and risk. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { agency } from './base-routes.tsx';
import {
  draftRequestSearch,
  evidenceSearch,
  filesSearch,
  hitsSearch,
  programmeSearch,
  registerSearch,
} from './search-params.ts';

const programme = createRoute({
  getParentRoute: () => agency,
  path: '/programme',
  validateSearch: programmeSearch,
  component: lazyRouteComponent(() => import('./pages/programme/programme-page.tsx'), 'ProgrammePage'),
});
const newProgramme = createRoute({
  getParentRoute: () => agency,
  path: '/programme/new',
  component: lazyRouteComponent(() => import('./pages/programme/new-programme-page.tsx'), 'NewProgrammePage'),
});
const meetings = createRoute({
  getParentRoute: () => agency,
  path: '/meetings',
  component: lazyRouteComponent(() => import('./pages/meetings/meetings-page.tsx'), 'MeetingsPage'),
});
const planMeeting = createRoute({
  getParentRoute: () => agency,
  path: '/meetings/plan',
  component: lazyRouteComponent(() => import('./pages/meetings/plan-meeting-page.tsx'), 'PlanMeetingPage'),
});
const meeting = createRoute({
  getParentRoute: () => agency,
  path: '/meetings/$id',
  component: lazyRouteComponent(() => import('./pages/meetings/meeting-page.tsx'), 'MeetingPage'),
});
const releasePackages = createRoute({
  getParentRoute: () => agency,
  path: '/meetings/$id/release',
  component: lazyRouteComponent(() => import('./pages/meetings/release-page.tsx'), 'ReleasePage'),
});
const evidence = createRoute({
  getParentRoute: () => agency,
  path: '/evidence',
  validateSearch: evidenceSearch,
  component: lazyRouteComponent(() => import('./pages/evidence/evidence-page.tsx'), 'EvidencePage'),
});
const registerExhibit = createRoute({
  getParentRoute: () => agency,
  path: '/evidence/register',
  validateSearch: registerSearch,
  component: lazyRouteComponent(() => import('./pages/evidence/register-page.tsx'), 'RegisterPage'),
});
const exhibit = createRoute({
  getParentRoute: () => agency,
  path: '/evidence/$id',
  component: lazyRouteComponent(() => import('./pages/evidence/exhibit-page.tsx'), 'ExhibitPage'),
});
const exhibitFiles = createRoute({
  getParentRoute: () => agency,
  path: '/evidence/$id/files',
  validateSearch: filesSearch,
  component: lazyRouteComponent(() => import('./pages/evidence/files-page.tsx'), 'FilesPage'),
});
const hashLists = createRoute({
  getParentRoute: () => agency,
  path: '/evidence/lists',
  component: lazyRouteComponent(() => import('./pages/evidence/hash-lists-page.tsx'), 'HashListsPage'),
});
const importList = createRoute({
  getParentRoute: () => agency,
  path: '/evidence/lists/import',
  component: lazyRouteComponent(() => import('./pages/evidence/import-list-page.tsx'), 'ImportListPage'),
});
const hashList = createRoute({
  getParentRoute: () => agency,
  path: '/evidence/lists/$listId',
  component: lazyRouteComponent(() => import('./pages/evidence/hash-list-page.tsx'), 'HashListPage'),
});
const hits = createRoute({
  getParentRoute: () => agency,
  path: '/hits',
  validateSearch: hitsSearch,
  component: lazyRouteComponent(() => import('./pages/hits/hits-page.tsx'), 'HitsPage'),
});
const hit = createRoute({
  getParentRoute: () => agency,
  path: '/hits/$id',
  component: lazyRouteComponent(() => import('./pages/hits/hit-page.tsx'), 'HitPage'),
});
const networks = createRoute({
  getParentRoute: () => agency,
  path: '/hits/networks',
  component: lazyRouteComponent(() => import('./pages/hits/networks-page.tsx'), 'NetworksPage'),
});
const network = createRoute({
  getParentRoute: () => agency,
  path: '/hits/networks/$networkId',
  component: lazyRouteComponent(() => import('./pages/hits/network-page.tsx'), 'NetworkPage'),
});
const holdings = createRoute({
  getParentRoute: () => agency,
  path: '/hits/holdings',
  component: lazyRouteComponent(() => import('./pages/hits/holdings-page.tsx'), 'HoldingsPage'),
});
const uploadHoldings = createRoute({
  getParentRoute: () => agency,
  path: '/hits/holdings/upload',
  component: lazyRouteComponent(() => import('./pages/hits/upload-page.tsx'), 'UploadPage'),
});
const holdingsImport = createRoute({
  getParentRoute: () => agency,
  path: '/hits/holdings/$importId',
  component: lazyRouteComponent(() => import('./pages/hits/holdings-import-page.tsx'), 'HoldingsImportPage'),
});
const icse = createRoute({
  getParentRoute: () => agency,
  path: '/referrals',
  component: lazyRouteComponent(() => import('./pages/referrals/icse-page.tsx'), 'IcsePage'),
});
const prepareSeries = createRoute({
  getParentRoute: () => agency,
  path: '/referrals/icse/prepare',
  component: lazyRouteComponent(
    () => import('./pages/referrals/prepare-series-page.tsx'),
    'PrepareSeriesPage',
  ),
});
const series = createRoute({
  getParentRoute: () => agency,
  path: '/referrals/icse/$id',
  component: lazyRouteComponent(() => import('./pages/referrals/series-page.tsx'), 'SeriesPage'),
});
const receivedSeries = createRoute({
  getParentRoute: () => agency,
  path: '/referrals/received/$id',
  component: lazyRouteComponent(
    () => import('./pages/referrals/received-series-page.tsx'),
    'ReceivedSeriesPage',
  ),
});
const eurojust = createRoute({
  getParentRoute: () => agency,
  path: '/referrals/eurojust',
  component: lazyRouteComponent(() => import('./pages/referrals/eurojust-page.tsx'), 'EurojustPage'),
});
const draftRequest = createRoute({
  getParentRoute: () => agency,
  path: '/referrals/eurojust/draft',
  validateSearch: draftRequestSearch,
  component: lazyRouteComponent(() => import('./pages/referrals/draft-request-page.tsx'), 'DraftRequestPage'),
});
const eurojustRequest = createRoute({
  getParentRoute: () => agency,
  path: '/referrals/eurojust/$id',
  component: lazyRouteComponent(() => import('./pages/referrals/request-page.tsx'), 'RequestPage'),
});
const receivedRequest = createRoute({
  getParentRoute: () => agency,
  path: '/referrals/eurojust-received/$id',
  component: lazyRouteComponent(
    () => import('./pages/referrals/received-request-page.tsx'),
    'ReceivedRequestPage',
  ),
});
const permissions = createRoute({
  getParentRoute: () => agency,
  path: '/referrals/permissions',
  component: lazyRouteComponent(() => import('./pages/referrals/permissions-page.tsx'), 'PermissionsPage'),
});
const permission = createRoute({
  getParentRoute: () => agency,
  path: '/referrals/permissions/$id',
  component: lazyRouteComponent(() => import('./pages/referrals/permission-page.tsx'), 'PermissionPage'),
});
const packageTarget = createRoute({
  getParentRoute: () => agency,
  path: '/packages/target/$targetId',
  component: lazyRouteComponent(() => import('./pages/risk/package-target-page.tsx'), 'PackageTargetPage'),
});

export const CASE_ROUTES = [
  programme,
  newProgramme,
  meetings,
  planMeeting,
  meeting,
  releasePackages,
  evidence,
  registerExhibit,
  exhibit,
  exhibitFiles,
  hashLists,
  importList,
  hashList,
  hits,
  hit,
  networks,
  network,
  holdings,
  uploadHoldings,
  holdingsImport,
  icse,
  prepareSeries,
  series,
  receivedSeries,
  eurojust,
  draftRequest,
  eurojustRequest,
  receivedRequest,
  permissions,
  permission,
  packageTarget,
] as const;
