import type { LinkSuggestionView } from '#observations/links/schemas.ts';

/** The rules, the surest first. */
export const LINK_RULES: readonly LinkSuggestionView['type'][] = [
  'same-address-and-port',
  'same-address-same-files',
  'id-replaced',
  'same-files',
];
