/** Reading suggestions: of a target, or of the whole operation, without what officers have decided already. */
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { askLake, type LakeContext, lakeFolder } from '#observations/lake.ts';
import { countIn, type DuckDbRow, sqlList, sqlText, textIn, timeIn } from '#platform/duckdb.ts';
import { dismissedPairs } from './decision-store.ts';
import { withMerged } from './merge-plan.ts';
import { mergesOf } from './merge-store.ts';
import { linkRunOf } from './run-store.ts';
import type { LinkRun, LinkSide, LinkSuggestion, LinkType, Merge } from './types.ts';

export interface SuggestionQuery {
  readonly operationId: OperationId;
  /** Suggestions of these are left out, and not counted. */
  readonly without?: ReadonlySet<string>;
  /** Of these targets, and of the merges that they are in; default all of the operation. */
  readonly targetIds?: readonly TargetId[] | undefined;
  readonly type?: LinkType | undefined;
  /** Default 0: all. */
  readonly minimumScore?: number | undefined;
  /** Only dismissed ones, instead of only those that were not. */
  readonly dismissed?: boolean | undefined;
  readonly offset?: number | undefined;
  /** Default 50. */
  readonly limit?: number | undefined;
}

export interface SuggestionPage {
  /** The computation that they come from; null where none was made yet. */
  readonly run: LinkRun | null;
  readonly total: number;
  readonly suggestions: readonly LinkSuggestion[];
}

/** The Parquet file of a computation. */
export function linksFile(lake: string, runId: string): string {
  return join(lakeFolder(lake, 'links', runId), 'links.parquet');
}

/** Suggestions, best scored first. Pairs that are merged already are none. */
export async function suggestionsOf(ctx: LakeContext, query: SuggestionQuery): Promise<SuggestionPage> {
  const run = await linkRunOf(ctx.db, query.operationId);
  if (!run || run.suggestions === 0) return { run: run ?? null, total: 0, suggestions: [] };
  const chosen = chosenSql(linksFile(ctx.paths.lake, run.runId), query, {
    merges: await mergesOf(ctx.db, query.operationId),
    dismissed: await dismissedPairs(ctx.db, query.operationId),
  });
  return askLake(ctx, async (duck) => {
    const [counted] = await duck.rows(`SELECT count(*) AS total FROM (${chosen})`);
    const rows = await duck.rows(`${chosen}
      ORDER BY score DESC, earlier_target_id, later_target_id, type LIMIT ${query.limit ?? 50} OFFSET ${query.offset ?? 0}`);
    return { run, total: countIn(counted, 'total'), suggestions: rows.map(toSuggestion) };
  });
}

/**
 * One suggestion of the newest computation, decided on or not.
 * @throws `links/none-computed`, `links/not-suggested`
 */
export async function requireSuggestion(
  ctx: LakeContext,
  operationId: OperationId,
  wanted: { readonly earlier: TargetId; readonly later: TargetId; readonly type: LinkType },
): Promise<LinkSuggestion> {
  const run = await linkRunOf(ctx.db, operationId);
  if (!run) throw new IcarusError('links/none-computed');
  const file = linksFile(ctx.paths.lake, run.runId);
  const [row] = await askLake(ctx, (duck) =>
    duck.rows(`SELECT * FROM read_parquet(${sqlText(file)})
      WHERE target_id = ${sqlText(wanted.earlier)} AND earlier_target_id = ${sqlText(wanted.earlier)}
        AND later_target_id = ${sqlText(wanted.later)} AND type = ${sqlText(wanted.type)}`),
  );
  if (!row) throw new IcarusError('links/not-suggested');
  return toSuggestion(row);
}

interface Decided {
  readonly merges: readonly Merge[];
  readonly dismissed: readonly { readonly targetId: string; readonly otherTargetId: string }[];
}

/** SQL: the suggestions that are asked for, without what officers decided. */
function chosenSql(file: string, query: SuggestionQuery, { merges, dismissed }: Decided): string {
  const { targetIds, type, minimumScore } = query;
  // A target's own rows lie together; each suggestion is read once, from its earlier side where that is asked for.
  const own = targetIds && `(${withMerged(merges, targetIds).map(sqlText).join(', ')})`;
  const once = own
    ? `target_id IN ${own} AND (target_id = earlier_target_id OR earlier_target_id NOT IN ${own})`
    : 'target_id = earlier_target_id';
  const pairs = dismissed.map((pair) => `${pair.targetId} ${pair.otherTargetId}`);
  const pair = `least(target_id, other_target_id) || ' ' || greatest(target_id, other_target_id)`;
  const members = merges.flatMap(({ mergeId, members: all }) =>
    all.map(({ targetId }) => `(${sqlText(targetId)}, ${sqlText(mergeId)})`),
  );
  const left = [...(query.without ?? [])].map(sqlText).join(', ');
  const wanted = [
    once,
    ...(left ? [`earlier_target_id NOT IN (${left}) AND later_target_id NOT IN (${left})`] : []),
    `${query.dismissed ? '' : 'NOT '}list_contains(${sqlList(pairs)}::VARCHAR[], ${pair})`,
    ...(type ? [`type = ${sqlText(type)}`] : []),
    ...(minimumScore ? [`score >= ${minimumScore}`] : []),
  ];
  const links = `SELECT * FROM read_parquet(${sqlText(file)}) WHERE ${wanted.join(' AND ')}`;
  if (members.length === 0) return links;
  return `SELECT links.* FROM (${links}) links
    LEFT JOIN (VALUES ${members.join(', ')}) own(id, merge) ON own.id = target_id
    LEFT JOIN (VALUES ${members.join(', ')}) other(id, merge) ON other.id = other_target_id
    WHERE own.merge IS NULL OR other.merge IS NULL OR own.merge <> other.merge`;
}

function toSuggestion(row: DuckDbRow): LinkSuggestion {
  const port = row['port'];
  return {
    type: textIn(row, 'type') as LinkType,
    score: countIn(row, 'score'),
    own: row['target_id'] === row['earlier_target_id'] ? 'earlier' : 'later',
    earlier: sideIn(row, 'earlier'),
    later: sideIn(row, 'later'),
    address: textIn(row, 'address'),
    port: typeof port === 'number' ? port : null,
    places: countIn(row, 'places'),
    gapMinutes: countIn(row, 'gap_minutes'),
    inTurn: row['in_turn'] === true,
    sameSoftware: row['same_software'] === true,
    filesInCommon: countIn(row, 'files_in_common'),
    filesOfBoth: countIn(row, 'files_of_both'),
  };
}

function sideIn(row: DuckDbRow, side: 'earlier' | 'later'): LinkSide {
  return {
    targetId: textIn(row, `${side}_target_id`) as TargetId,
    clientId: textIn(row, `${side}_client_id`) ?? '',
    firstSeenAt: timeIn(row, `${side}_began`) ?? new Date(0),
    lastSeenAt: timeIn(row, `${side}_ended`) ?? new Date(0),
    rows: countIn(row, `${side}_rows`),
  };
}
