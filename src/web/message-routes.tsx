/** The addresses of messages: one message, deadlines, files, counterparts. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { agency } from './base-routes.tsx';
import { deadlinesSearch, messageSearch } from './search-params.ts';

const message = createRoute({
  getParentRoute: () => agency,
  path: '/messages/$id',
  validateSearch: messageSearch,
  component: lazyRouteComponent(() => import('./pages/messages/message-page.tsx'), 'MessagePage'),
});
const deadlines = createRoute({
  getParentRoute: () => agency,
  path: '/messages/deadlines',
  validateSearch: deadlinesSearch,
  component: lazyRouteComponent(() => import('./pages/messages/deadlines-page.tsx'), 'DeadlinesPage'),
});
const files = createRoute({
  getParentRoute: () => agency,
  path: '/messages/files',
  component: lazyRouteComponent(() => import('./pages/messages/files-page.tsx'), 'FilesPage'),
});
const counterparts = createRoute({
  getParentRoute: () => agency,
  path: '/messages/counterparts',
  component: lazyRouteComponent(() => import('./pages/messages/counterparts-page.tsx'), 'CounterpartsPage'),
});
const counterpart = createRoute({
  getParentRoute: () => agency,
  path: '/messages/counterparts/$id',
  component: lazyRouteComponent(() => import('./pages/messages/counterpart-page.tsx'), 'CounterpartPage'),
});

export const MESSAGE_ROUTES = [message, deadlines, files, counterparts, counterpart] as const;
