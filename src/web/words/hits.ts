/** Values of the match room as filters and forms offer them; the compiler holds both lists together. */

import type { MatchedCategory } from '#core/data-subjects.ts';
import type { DecideBody, HitsQuery } from '#crossmatch/schemas.ts';
import type { SelectorType } from '#crossmatch/selectors.ts';

type Given<Name extends keyof HitsQuery> = NonNullable<HitsQuery[Name]>;

export const DECISIONS = ['same', 'not-same', 'unsure'] as const satisfies readonly DecideBody['decision'][];
export const HIT_STATES = ['undecided', ...DECISIONS] as const satisfies readonly Given<'state'>[];
export const STANDINGS = ['known', 'new'] as const satisfies readonly Given<'standing'>[];
export const HIT_SORTS = [
  'found',
  'decided',
  'selectors',
  'country',
] as const satisfies readonly Given<'sort'>[];
export const SELECTOR_TYPES = [
  'address',
  'client-id',
  'e-mail',
  'phone',
  'nickname',
  'device-serial',
  'file-hash',
  'name-with-birth-date',
] as const satisfies readonly SelectorType[];
export const CATEGORIES = [
  'suspect',
  'convicted',
  'potential-offender',
] as const satisfies readonly MatchedCategory[];
