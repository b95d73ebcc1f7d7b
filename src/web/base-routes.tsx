/** The two routes that every other is below: the application, and one agency's node in it. */
import { createRootRoute, createRoute, retainSearchParams } from '@tanstack/react-router';
import { AgencyFrame } from './frame/agency-frame.tsx';
import { NoSuchPage } from './frame/no-such-page.tsx';
import { PageFailure } from './frame/page-failure.tsx';
import { Root } from './frame/root.tsx';
import { frameSearch } from './search-params.ts';

export const root = createRootRoute({
  component: Root,
  notFoundComponent: NoSuchPage,
  errorComponent: PageFailure,
});

export const agency = createRoute({
  getParentRoute: () => root,
  path: '/$agency',
  component: AgencyFrame,
  validateSearch: frameSearch,
  search: { middlewares: [retainSearchParams(['operation'])] },
});
