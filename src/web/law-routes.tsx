/** The addresses of what the law asks for: who read what, and what persons are told. */
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

const answers = createRoute({
  getParentRoute: () => agency,
  path: '/protection/answers',
  component: lazyRouteComponent(() => import('./pages/protection/answers-page.tsx'), 'AnswersPage'),
});

export const LAW_ROUTES = [consultations, answers] as const;
