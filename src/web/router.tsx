/** The addresses of the application. Filters, sort and place in a list stand in the address, so that it can be sent. */
import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { agency, root } from './base-routes.tsx';
import { CASE_ROUTES } from './case-routes.tsx';
import { LAW_ROUTES } from './law-routes.tsx';
import { LETTER_ROUTES } from './letter-routes.tsx';
import { MESSAGE_ROUTES } from './message-routes.tsx';
import { NODE_ROUTES } from './node-routes.tsx';
import { RETENTION_ROUTES } from './retention-routes.tsx';
import {
  boardSearch,
  caseworkSearch,
  coverSearch,
  custodySearch,
  figureSetSearch,
  importSearch,
  linksSearch,
  messagesSearch,
  packagesSearch,
  reportsSearch,
  targetsSearch,
} from './search-params.ts';

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home/home-page.tsx'), 'HomePage'),
});

const start = createRoute({
  getParentRoute: () => agency,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/board/board-page.tsx'), 'BoardPage'),
});
const board = createRoute({
  getParentRoute: () => agency,
  path: '/board',
  validateSearch: boardSearch,
  component: lazyRouteComponent(() => import('./pages/board/board-page.tsx'), 'BoardPage'),
});
const observations = createRoute({
  getParentRoute: () => agency,
  path: '/observations',
  component: lazyRouteComponent(
    () => import('./pages/observations/observations-page.tsx'),
    'ObservationsPage',
  ),
});
const importLogPage = createRoute({
  getParentRoute: () => agency,
  path: '/observations/import',
  validateSearch: importSearch,
  component: lazyRouteComponent(() => import('./pages/observations/import-page.tsx'), 'ImportPage'),
});
const importProfiles = createRoute({
  getParentRoute: () => agency,
  path: '/observations/profiles',
  component: lazyRouteComponent(() => import('./pages/observations/profiles-page.tsx'), 'ProfilesPage'),
});
const targets = createRoute({
  getParentRoute: () => agency,
  path: '/targets',
  validateSearch: targetsSearch,
  component: lazyRouteComponent(() => import('./pages/targets/targets-page.tsx'), 'TargetsPage'),
});
const target = createRoute({
  getParentRoute: () => agency,
  path: '/targets/$id',
  component: lazyRouteComponent(() => import('./pages/targets/target-page.tsx'), 'TargetPage'),
});
const links = createRoute({
  getParentRoute: () => agency,
  path: '/targets/links',
  validateSearch: linksSearch,
  component: lazyRouteComponent(() => import('./pages/targets/links-page.tsx'), 'LinksPage'),
});
const cover = createRoute({
  getParentRoute: () => agency,
  path: '/targets/cover',
  validateSearch: coverSearch,
  component: lazyRouteComponent(() => import('./pages/targets/cover-page.tsx'), 'CoverPage'),
});
const ranking = createRoute({
  getParentRoute: () => agency,
  path: '/targets/ranking',
  component: lazyRouteComponent(() => import('./pages/targets/ranking-page.tsx'), 'RankingPage'),
});
const packages = createRoute({
  getParentRoute: () => agency,
  path: '/packages',
  validateSearch: packagesSearch,
  component: lazyRouteComponent(() => import('./pages/packages/packages-page.tsx'), 'PackagesPage'),
});
const packageRoute = createRoute({
  getParentRoute: () => agency,
  path: '/packages/$id',
  component: lazyRouteComponent(() => import('./pages/packages/package-page.tsx'), 'PackagePage'),
});
const approvePackages = createRoute({
  getParentRoute: () => agency,
  path: '/packages/approve',
  component: lazyRouteComponent(() => import('./pages/packages/approve-page.tsx'), 'ApprovePage'),
});
const sendPackages = createRoute({
  getParentRoute: () => agency,
  path: '/packages/send',
  component: lazyRouteComponent(() => import('./pages/packages/send-page.tsx'), 'SendPage'),
});
const messages = createRoute({
  getParentRoute: () => agency,
  path: '/messages',
  validateSearch: messagesSearch,
  component: lazyRouteComponent(() => import('./pages/messages/messages-page.tsx'), 'MessagesPage'),
});
const casework = createRoute({
  getParentRoute: () => agency,
  path: '/casework',
  validateSearch: caseworkSearch,
  component: lazyRouteComponent(() => import('./pages/casework/casework-page.tsx'), 'CaseworkPage'),
});
const caseTarget = createRoute({
  getParentRoute: () => agency,
  path: '/casework/$targetId',
  component: lazyRouteComponent(() => import('./pages/casework/case-target-page.tsx'), 'CaseTargetPage'),
});
const sendReport = createRoute({
  getParentRoute: () => agency,
  path: '/casework/report',
  component: lazyRouteComponent(() => import('./pages/casework/send-report-page.tsx'), 'SendReportPage'),
});
const reports = createRoute({
  getParentRoute: () => agency,
  path: '/reports',
  validateSearch: reportsSearch,
  component: lazyRouteComponent(() => import('./pages/reports/reports-page.tsx'), 'ReportsPage'),
});
const report = createRoute({
  getParentRoute: () => agency,
  path: '/reports/$id',
  component: lazyRouteComponent(() => import('./pages/reports/report-page.tsx'), 'ReportPage'),
});
const results = createRoute({
  getParentRoute: () => agency,
  path: '/results',
  component: lazyRouteComponent(() => import('./pages/results/results-page.tsx'), 'ResultsPage'),
});
const figureSet = createRoute({
  getParentRoute: () => agency,
  path: '/results/$setId',
  validateSearch: figureSetSearch,
  component: lazyRouteComponent(() => import('./pages/results/figure-set-page.tsx'), 'FigureSetPage'),
});
const custody = createRoute({
  getParentRoute: () => agency,
  path: '/custody',
  validateSearch: custodySearch,
  component: lazyRouteComponent(() => import('./pages/custody/custody-page.tsx'), 'CustodyPage'),
});
const chain = createRoute({
  getParentRoute: () => agency,
  path: '/custody/chain',
  validateSearch: custodySearch,
  component: lazyRouteComponent(() => import('./pages/custody/chain-page.tsx'), 'ChainPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    agency.addChildren([
      start,
      board,
      observations,
      importLogPage,
      importProfiles,
      targets,
      target,
      links,
      cover,
      ranking,
      packages,
      packageRoute,
      approvePackages,
      sendPackages,
      messages,
      casework,
      caseTarget,
      sendReport,
      reports,
      report,
      results,
      figureSet,
      custody,
      ...MESSAGE_ROUTES,
      chain,
      ...CASE_ROUTES,
      ...LETTER_ROUTES,
      ...LAW_ROUTES,
      ...RETENTION_ROUTES,
      ...NODE_ROUTES,
    ]),
  ]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** The page is about the node or the officer, not about an operation. */
    readonly ofNode?: boolean;
  }
}
