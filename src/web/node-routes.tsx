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

export const NODE_ROUTES = [account, officers, officer] as const;
