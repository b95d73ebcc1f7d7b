/** The addresses of correspondence: letters, queries, erasure. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { agency } from './base-routes.tsx';
import { lettersSearch, writeSearch } from './search-params.ts';

const letters = createRoute({
  getParentRoute: () => agency,
  path: '/letters',
  validateSearch: lettersSearch,
  component: lazyRouteComponent(() => import('./pages/letters/letters-page.tsx'), 'LettersPage'),
});
const write = createRoute({
  getParentRoute: () => agency,
  path: '/letters/write',
  validateSearch: writeSearch,
  component: lazyRouteComponent(() => import('./pages/letters/write-page.tsx'), 'WritePage'),
});
const queries = createRoute({
  getParentRoute: () => agency,
  path: '/letters/queries',
  component: lazyRouteComponent(() => import('./pages/letters/queries-page.tsx'), 'QueriesPage'),
});
const erasure = createRoute({
  getParentRoute: () => agency,
  path: '/letters/erasure',
  component: lazyRouteComponent(() => import('./pages/letters/erasure-page.tsx'), 'ErasurePage'),
});
const letter = createRoute({
  getParentRoute: () => agency,
  path: '/letters/$id',
  component: lazyRouteComponent(() => import('./pages/letters/letter-page.tsx'), 'LetterPage'),
});

export const LETTER_ROUTES = [letters, write, queries, erasure, letter] as const;
