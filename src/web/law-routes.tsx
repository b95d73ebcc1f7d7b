/** The addresses of what the law asks for: who read what. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { agency } from './base-routes.tsx';

const consultations = createRoute({
  getParentRoute: () => agency,
  path: '/custody/consultations',
  component: lazyRouteComponent(
    () => import('./pages/consultations/consultations-page.tsx'),
    'ConsultationsPage',
  ),
});

export const LAW_ROUTES = [consultations] as const;
