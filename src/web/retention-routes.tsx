/** The addresses of the retention clock, and of how long this agency itself keeps data. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { agency } from './base-routes.tsx';
import { curveSearch, rulesSearch } from './search-params.ts';

const rules = createRoute({
  getParentRoute: () => agency,
  path: '/retention',
  validateSearch: rulesSearch,
  component: lazyRouteComponent(() => import('./pages/retention/rules-page.tsx'), 'RulesPage'),
});
const newRule = createRoute({
  getParentRoute: () => agency,
  path: '/retention/new',
  component: lazyRouteComponent(() => import('./pages/retention/new-rule-page.tsx'), 'NewRulePage'),
});
const rule = createRoute({
  getParentRoute: () => agency,
  path: '/retention/rules/$ruleId',
  component: lazyRouteComponent(() => import('./pages/retention/rule-page.tsx'), 'RulePage'),
});
const freezeCurve = createRoute({
  getParentRoute: () => agency,
  path: '/retention/freeze-curve',
  validateSearch: curveSearch,
  component: lazyRouteComponent(() => import('./pages/retention/freeze-curve-page.tsx'), 'FreezeCurvePage'),
});

const protection = createRoute({
  getParentRoute: () => agency,
  path: '/protection',
  component: lazyRouteComponent(() => import('./pages/protection/protection-page.tsx'), 'ProtectionPage'),
});

export const RETENTION_ROUTES = [rules, newRule, rule, freezeCurve, protection] as const;
