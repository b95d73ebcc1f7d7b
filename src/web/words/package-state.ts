/** The state of a package as pages name it. Pure. */
import type { PackageView } from '#packages/schemas.ts';
import type { PackageState } from '#web/state/looks.ts';

export function packageStateOf({ state, overdue }: Pick<PackageView, 'state' | 'overdue'>): PackageState {
  return state === 'sent' && overdue ? 'overdue' : state;
}
