/** The addresses that belong to the node and to the officer himself, not to an operation. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { agency } from './base-routes.tsx';

const staticData = { ofNode: true } as const;

const account = createRoute({
  getParentRoute: () => agency,
  path: '/account',
  staticData,
  component: lazyRouteComponent(() => import('./pages/account/account-page.tsx'), 'AccountPage'),
});
const officers = createRoute({
  getParentRoute: () => agency,
  path: '/officers',
  staticData,
  component: lazyRouteComponent(() => import('./pages/officers/officers-page.tsx'), 'OfficersPage'),
});
const officer = createRoute({
  getParentRoute: () => agency,
  path: '/officers/$id',
  staticData,
  component: lazyRouteComponent(() => import('./pages/officers/officer-page.tsx'), 'OfficerPage'),
});
const serviceAccounts = createRoute({
  getParentRoute: () => agency,
  path: '/service-accounts',
  staticData,
  component: lazyRouteComponent(
    () => import('./pages/officers/service-accounts-page.tsx'),
    'ServiceAccountsPage',
  ),
});

const approvals = createRoute({
  getParentRoute: () => agency,
  path: '/approvals',
  staticData,
  component: lazyRouteComponent(() => import('./pages/approvals/approvals-page.tsx'), 'ApprovalsPage'),
});
const emergencies = createRoute({
  getParentRoute: () => agency,
  path: '/emergencies',
  staticData,
  component: lazyRouteComponent(() => import('./pages/emergencies/emergencies-page.tsx'), 'EmergenciesPage'),
});
const signatures = createRoute({
  getParentRoute: () => agency,
  path: '/custody/signatures',
  staticData,
  component: lazyRouteComponent(() => import('./pages/approvals/signatures-page.tsx'), 'SignaturesPage'),
});
const keys = createRoute({
  getParentRoute: () => agency,
  path: '/keys',
  staticData,
  component: lazyRouteComponent(() => import('./pages/keys/keys-page.tsx'), 'KeysPage'),
});
const partnerCard = createRoute({
  getParentRoute: () => agency,
  path: '/keys/$id',
  staticData,
  component: lazyRouteComponent(() => import('./pages/keys/partner-card-page.tsx'), 'PartnerCardPage'),
});
const forkAlarms = createRoute({
  getParentRoute: () => agency,
  path: '/custody/alarms',
  staticData,
  component: lazyRouteComponent(() => import('./pages/custody/fork-alarms-page.tsx'), 'ForkAlarmsPage'),
});

export const NODE_ROUTES = [
  account,
  officers,
  officer,
  serviceAccounts,
  approvals,
  emergencies,
  signatures,
  keys,
  partnerCard,
  forkAlarms,
] as const;
