/** The SQL of target lists: which targets, in which order, over the list of a build and what persons said. */
import type { OperationId, TargetId } from '#core/ids.ts';
import type { SeverityCode } from '#observations/types.ts';
import { sqlText } from '#platform/duckdb.ts';
import type { Standing } from './standing-store.ts';

/** `urgency`: imminent risk, then prior knowledge, then score. `deadline`: records that are gone first, first. */
export const TARGET_SORTS = [
  'urgency',
  'deadline',
  'last-seen',
  'first-seen',
  'files',
  'rare-files',
  'rows',
  'addresses',
] as const;
export type TargetSort = (typeof TARGET_SORTS)[number];

export const TARGET_MARKS = [
  'imminent-risk',
  'known',
  'direct',
  'identifiable',
  'expired',
  'disagreement',
  'carrier-nat',
  'hosting',
  'merged',
] as const;
export type TargetMark = (typeof TARGET_MARKS)[number];

export interface TargetFilter {
  readonly operationId: OperationId;
  /** A country's code; null for targets of no known country; absent for all. */
  readonly country?: string | null | undefined;
  /** Beginning of a client id. */
  readonly search?: string | undefined;
  /** Only these client ids, such as were seen at an address. */
  readonly clientIds?: readonly string[] | undefined;
  /** Left out, and not counted. */
  readonly without?: ReadonlySet<string> | undefined;
  /** With a file of this code. */
  readonly severity?: SeverityCode | undefined;
  /** With all of these marks. */
  readonly marks?: readonly TargetMark[] | undefined;
  /** Still to be identified, but not for longer than so many hours. */
  readonly hoursLeft?: number | undefined;
  /** With at least so many distinct files. */
  readonly leastFiles?: number | undefined;
}

export interface ListParts {
  /** SQL: the targets, with the columns of the ranking. */
  readonly list: string;
  readonly standings: readonly Standing[];
  /** For marks and hours that depend on it. */
  readonly now: Date;
}

/** SQL: the list with `standing` (2 imminent risk, 1 prior knowledge, 0 neither). */
export function standingSql({ list, standings }: ListParts): string {
  if (standings.length === 0) return `SELECT *, 0 AS standing FROM (${list})`;
  const rows = standings.map(
    ({ targetId, imminentRisk }) => `(${sqlText(targetId)}, ${imminentRisk ? 2 : 1})`,
  );
  return `SELECT list.*, coalesce(said.standing, 0) AS standing FROM (${list}) list
    LEFT JOIN (VALUES ${rows.join(', ')}) said(target_id, standing) USING (target_id)`;
}

/** Does a filter let every target through? */
export function isUnfiltered(filter: Omit<TargetFilter, 'operationId'>): boolean {
  const { country, search, clientIds, severity, marks, hoursLeft, leastFiles } = filter;
  const given = [country, clientIds, severity, hoursLeft, leastFiles].some((one) => one !== undefined);
  return !given && !search && (marks ?? []).length === 0 && !filter.without?.size;
}

/** SQL conditions of a filter, over {@link standingSql}. */
export function filterSql(filter: Omit<TargetFilter, 'operationId'>, { standings, now }: ListParts): string {
  const { country, search, clientIds, severity, marks, hoursLeft, leastFiles } = filter;
  const at = `TIMESTAMPTZ ${sqlText(now.toISOString())}`;
  const conditions = ['true'];
  if (country === null) conditions.push('country IS NULL');
  else if (country !== undefined) conditions.push(`country = ${sqlText(country)}`);
  if (search) conditions.push(`starts_with(lower(client_id), ${sqlText(search.toLowerCase())})`);
  if (clientIds) conditions.push(oneOf('client_id', clientIds));
  if (filter.without?.size)
    conditions.push(`target_id NOT IN (${[...filter.without].map(sqlText).join(', ')})`);
  if (severity) conditions.push(`files_${severity.toLowerCase()} > 0`);
  if (leastFiles !== undefined) conditions.push(`distinct_files >= ${Math.trunc(leastFiles)}`);
  if (hoursLeft !== undefined)
    conditions.push(
      `identifiable_until > ${at} AND identifiable_until <= ${at} + to_hours(${Math.trunc(hoursLeft)})`,
    );
  const risks = standings.filter(({ imminentRisk }) => imminentRisk).map(({ targetId }) => targetId);
  const known = standings.filter((one) => one.known).map(({ targetId }) => targetId);
  for (const mark of marks ?? []) conditions.push(markSql(mark, { at, risks, known }));
  return conditions.join(' AND ');
}

function oneOf(column: string, values: readonly string[]): string {
  return values.length === 0 ? 'false' : `${column} IN (${values.map(sqlText).join(', ')})`;
}

interface Marked {
  readonly at: string;
  readonly risks: readonly TargetId[];
  readonly known: readonly TargetId[];
}

function markSql(mark: TargetMark, { at, risks, known }: Marked): string {
  switch (mark) {
    case 'imminent-risk':
      return oneOf('target_id', risks);
    case 'known':
      return oneOf('target_id', known);
    case 'direct':
      return 'direct_rows > 0';
    case 'identifiable':
      return `coalesce(identifiable_until > ${at}, false)`;
    case 'expired':
      return `coalesce(identifiable_until <= ${at}, true)`;
    case 'disagreement':
      return 'disagreement';
    case 'carrier-nat':
      return 'carrier_nat';
    case 'hosting':
      return 'hosting';
    case 'merged':
      return 'merged_client_ids IS NOT NULL';
  }
}

/** SQL: the order of a sort, over {@link standingSql}. It is total: pages neither repeat nor lose a target. */
export function orderSql(sort: TargetSort, { now }: Pick<ListParts, 'now'>): string {
  const at = `TIMESTAMPTZ ${sqlText(now.toISOString())}`;
  const orders: Readonly<Record<TargetSort, string>> = {
    urgency: 'standing DESC, score DESC, last_seen_at DESC',
    deadline: `coalesce(identifiable_until > ${at}, false) DESC, identifiable_until ASC NULLS LAST, score DESC`,
    'last-seen': 'last_seen_at DESC',
    'first-seen': 'first_seen_at DESC',
    files: 'distinct_files DESC, last_seen_at DESC',
    'rare-files': 'rare_files DESC, score DESC',
    rows: 'rows DESC, last_seen_at DESC',
    addresses: 'addresses DESC, last_seen_at DESC',
  };
  return `${orders[sort]}, target_id`;
}
