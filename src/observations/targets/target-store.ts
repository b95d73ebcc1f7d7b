/** All SQL of targets and their addresses. */
import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { OperationId, TargetId } from '#core/ids.ts';
import type { TargetAddressEntry, TargetTable } from '#observations/tables.ts';
import type { ImminentRisk, Target, TargetAddress } from '#observations/types.ts';
import type { Db, Tables, Tx } from '#platform/tables.ts';

/** `urgency`: imminent risk first, then score, then last seen. */
export const TARGET_SORTS = ['urgency', 'last-seen', 'files', 'rows'] as const;
export type TargetSort = (typeof TARGET_SORTS)[number];

export interface TargetFilter {
  readonly operationId: OperationId;
  /** A country's code; null for targets of no known country; absent for all. */
  readonly country?: string | null | undefined;
  /** Beginning of a client id. */
  readonly search?: string | undefined;
  /** Only these client ids, such as were seen at an address. */
  readonly clientIds?: readonly string[] | undefined;
}

export interface TargetPageRequest extends TargetFilter {
  /** Default `urgency`. */
  readonly sort?: TargetSort | undefined;
  /** Default 0. */
  readonly offset?: number | undefined;
  /** Default 50. */
  readonly limit?: number | undefined;
}

type TargetQuery<O> = SelectQueryBuilder<Tables, 'target', O>;

function matching<O>(query: TargetQuery<O>, filter: TargetFilter): TargetQuery<O> {
  const { operationId, country, search, clientIds } = filter;
  let narrowed = query.where('operation_id', '=', operationId);
  if (country === null) narrowed = narrowed.where('country', 'is', null);
  else if (country !== undefined) narrowed = narrowed.where('country', '=', country);
  if (search) narrowed = narrowed.where(beginsWith(search));
  if (clientIds) narrowed = narrowed.where(sql<SqlBool>`client_id = any(${[...clientIds]})`);
  return narrowed;
}

function beginsWith(search: string): Expression<SqlBool> {
  const pattern = `${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`lower(client_id) like ${pattern}`;
}

const ORDERS: Readonly<
  Record<TargetSort, readonly ('imminent_risk' | 'score' | 'last_seen_at' | 'distinct_files' | 'rows')[]>
> = {
  urgency: ['imminent_risk', 'score', 'last_seen_at'],
  'last-seen': ['last_seen_at'],
  files: ['distinct_files', 'last_seen_at'],
  rows: ['rows', 'last_seen_at'],
};

/** One page of targets; the order is total, so pages neither repeat nor lose a target. */
export async function listTargets(db: Db, request: TargetPageRequest): Promise<Target[]> {
  let query = matching(db.selectFrom('target').selectAll(), request);
  for (const column of ORDERS[request.sort ?? 'urgency']) query = query.orderBy(column, 'desc');
  const rows = await query
    .orderBy('id')
    .offset(request.offset ?? 0)
    .limit(request.limit ?? 50)
    .execute();
  return rows.map(toTarget);
}

export async function countTargets(db: Db, filter: TargetFilter): Promise<number> {
  const row = await matching(
    db.selectFrom('target').select(sql<number>`count(*)`.as('targets')),
    filter,
  ).executeTakeFirstOrThrow();
  return row.targets;
}

export async function targetById(
  db: Db,
  operationId: OperationId,
  targetId: TargetId,
): Promise<Target | undefined> {
  const row = await db
    .selectFrom('target')
    .selectAll()
    .where('id', '=', targetId)
    .where('operation_id', '=', operationId)
    .executeTakeFirst();
  return row && toTarget(row);
}

/** Addresses of targets, each target's newest first. */
export async function addressesOf(
  db: Db,
  targetIds: readonly TargetId[],
): Promise<Map<TargetId, TargetAddress[]>> {
  const rows = await db
    .selectFrom('target_address')
    .selectAll()
    .where(sql<SqlBool>`target_id = any(${[...targetIds]})`)
    .execute();
  const found = new Map(rows.map((row) => [row.target_id, row.addresses.map(toAddress)]));
  return new Map(targetIds.map((targetId) => [targetId, found.get(targetId) ?? []]));
}

function toAddress(entry: TargetAddressEntry): TargetAddress {
  return { ...entry, firstSeenAt: new Date(entry.firstSeenAt), lastSeenAt: new Date(entry.lastSeenAt) };
}

export interface TargetWithAddresses {
  readonly target: Target;
  readonly addresses: readonly TargetAddress[];
}

const PAGE = 500;
const CLIENT_ID_PAGE = 10_000;

/** All targets of a country with their addresses, most urgent first; a page in memory at a time. */
export async function* targetsForCountry(
  db: Db,
  operationId: OperationId,
  country: string,
): AsyncGenerator<TargetWithAddresses> {
  for (let offset = 0; ; offset += PAGE) {
    const targets = await listTargets(db, { operationId, country, offset, limit: PAGE });
    const addresses = await addressesOf(
      db,
      targets.map(({ targetId }) => targetId),
    );
    for (const target of targets) yield { target, addresses: addresses.get(target.targetId) ?? [] };
    if (targets.length < PAGE) return;
  }
}

/** Client ids of the targets named, or of all targets of a country. */
export async function* clientIdsOf(
  db: Db,
  operationId: OperationId,
  chosen: { readonly ids: readonly TargetId[] } | { readonly country: string },
): AsyncGenerator<string> {
  const matches =
    'country' in chosen
      ? sql<SqlBool>`country = ${chosen.country}`
      : sql<SqlBool>`id = any(${[...chosen.ids]})`;
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('target')
      .select('client_id')
      .where('operation_id', '=', operationId)
      .where('client_id', '>', after)
      .where(matches)
      .orderBy('client_id')
      .limit(CLIENT_ID_PAGE)
      .execute();
    for (const row of rows) yield row.client_id;
    const last = rows.at(-1);
    if (!last || rows.length < CLIENT_ID_PAGE) return;
    after = last.client_id;
  }
}

export interface CountryTotal {
  /** Null: targets of which no address could be attributed. */
  readonly country: string | null;
  readonly targets: number;
  readonly rows: number;
  readonly imminentRisk: number;
}

/** Targets and their rows by country, most targets first. */
export async function countryTotals(db: Db, operationId: OperationId): Promise<CountryTotal[]> {
  const rows = await db
    .selectFrom('target')
    .select(['country', sql<number>`count(*)`.as('targets'), sql<number>`sum(rows)::bigint`.as('rows')])
    .select(sql<number>`count(*) filter (where imminent_risk)`.as('imminent_risk'))
    .where('operation_id', '=', operationId)
    .groupBy('country')
    .orderBy('targets', 'desc')
    .orderBy('country')
    .execute();
  return rows.map((row) => ({
    country: row.country,
    targets: row.targets,
    rows: row.rows,
    imminentRisk: row.imminent_risk,
  }));
}

/** Flags or, with null, clears the flag. Returns false where there is no such target. */
export async function updateImminentRisk(
  tx: Tx,
  target: { operationId: OperationId; targetId: TargetId },
  risk: ImminentRisk | null,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('target')
    .set({
      imminent_risk_reason: risk?.reason ?? null,
      imminent_risk_at: risk?.flaggedAt ?? null,
      imminent_risk_by: risk?.flaggedBy ?? null,
    })
    .where('id', '=', target.targetId)
    .where('operation_id', '=', target.operationId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

type TargetRow = {
  [Column in keyof TargetTable]: Column extends 'imminent_risk'
    ? boolean
    : Column extends 'grades'
      ? Target['grades']
      : TargetTable[Column];
};

function toTarget(row: TargetRow): Target {
  return {
    targetId: row.id as TargetId,
    operationId: row.operation_id as OperationId,
    clientId: row.client_id,
    country: row.country,
    countries: row.countries,
    addresses: row.addresses,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    activeDays: row.active_days,
    rows: row.rows,
    directRows: row.direct_rows,
    distinctFiles: row.distinct_files,
    filesByCode: { A: row.files_a, B: row.files_b, C: row.files_c },
    software: row.software,
    grades: row.grades,
    score: row.score,
    rankingVersion: row.ranking_version,
    rankedAt: row.ranked_at,
    imminentRisk:
      row.imminent_risk_at && row.imminent_risk_by
        ? {
            reason: row.imminent_risk_reason ?? '',
            flaggedAt: row.imminent_risk_at,
            flaggedBy: row.imminent_risk_by,
          }
        : null,
  };
}
