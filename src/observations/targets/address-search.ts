/** Searching targets: by the beginning of a client id, or by an address, which is asked of the lake. */
import type { OperationId } from '#core/ids.ts';
import { type Address, parseAddress } from '#observations/address.ts';
import { askLake, type LakeContext } from '#observations/lake.ts';
import { lakeRows } from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import { textIn } from '#platform/duckdb.ts';
import type { TargetFilter } from './target-query.ts';

/** More than this many at one address is NAT, and no answer that a person can read. */
const MOST_CLIENT_IDS = 10_000;

/** Client ids of the operation that were seen at `address`, at any time. */
async function clientIdsAt(ctx: LakeContext, operationId: OperationId, address: Address): Promise<string[]> {
  const imports = await importsOf(ctx.db, operationId);
  const rows = lakeRows(imports, {
    lake: ctx.paths.lake,
    columns: ['client_id', 'family', 'address_high', 'address_low'],
  });
  if (rows === undefined) return [];
  const found = await askLake(ctx, (duck) =>
    duck.rows(`SELECT DISTINCT client_id FROM (${rows})
    WHERE address_low = ${address.low}::UBIGINT AND address_high = ${address.high}::UBIGINT AND family = ${address.family}
    LIMIT ${MOST_CLIENT_IDS}`),
  );
  return found.flatMap((row) => textIn(row, 'client_id') ?? []);
}

/** What a person typed, as a filter of targets: a whole address finds the targets seen at it, other text begins a client id. */
export async function searchFilter(
  ctx: LakeContext,
  operationId: OperationId,
  text: string | undefined,
): Promise<Pick<TargetFilter, 'search' | 'clientIds'>> {
  const address = text === undefined ? undefined : parseAddress(text.trim());
  return address ? { clientIds: await clientIdsAt(ctx, operationId, address) } : { search: text };
}
