/** How what leaves work for the exchange says so. */
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';

export const DISPATCH = 'exchange.dispatch';

/** In the transaction that leaves something to hand over or to open: it is begun when that has committed. */
export function callDispatch({ jobs }: Pick<NodeContext, 'jobs'>, tx: Tx): void {
  jobs.touch(tx, DISPATCH);
}
