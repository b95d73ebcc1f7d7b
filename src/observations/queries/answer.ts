/**
 * Answers a named query from the lake into a CSV file, or says it in the words of an engine that reads the
 * same files elsewhere. Every answer that leaves the lake stands in the custody log.
 */
import { rename, rm } from 'node:fs/promises';
import { closedTo } from '#access/closed-persons.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { requireRun } from '#observations/attribution/attribute.ts';
import { clientIdsOf } from '#observations/erase-clients.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { importsOf } from '#observations/store.ts';
import { buildFolder, rankingFile } from '#observations/targets/build-files.ts';
import { currentBuild } from '#observations/targets/build-store.ts';
import { inTransaction } from '#platform/context.ts';
import { sqlText } from '#platform/duckdb.ts';
import { bindingsFor, type LeftOut, type QuerySources } from './lake-relations.ts';
import {
  type ColumnType,
  type Engine,
  NAMED_QUERIES,
  type Placeholder,
  type QueryName,
  querySql,
} from './named-queries.ts';

export interface QueryRequest {
  readonly operationId: OperationId;
  readonly name: QueryName;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the answer to `csvPath`, which then is whole or not there. Persons who are closed to the officer are left out of
 * what names clients or targets; sums count them.
 * @returns its rows
 * @throws `access/denied`, `observations/nothing-imported`, `observations/attribution-stale`, `targets/not-built`, `disk/full`
 */
export async function answerQuery(
  ctx: LakeContext,
  actor: Actor,
  { operationId, name, signal, csvPath }: QueryRequest & { readonly csvPath: string },
): Promise<number> {
  authorize(actor, 'observations.read', { operationId });
  const sources = await sourcesFor(ctx, operationId, name);
  const without = await closedIn(ctx, actor, { operationId, name });
  const sql = querySql(name, 'duckdb', bindingsFor('duckdb', { ...sources, without }));
  await using duck = await openLake(duckOptions(ctx, signal));
  const columns = Object.entries<ColumnType>(NAMED_QUERIES[name].columns).map(
    ([column, type]) => `${asText(column, type)} AS ${column}`,
  );
  const partial = `${csvPath}.partial`;
  try {
    const rows = await duck.run(
      `COPY (SELECT ${columns.join(', ')} FROM (${sql})) TO ${sqlText(partial)} (FORMAT csv, HEADER)`,
    );
    await inTransaction(ctx, (tx) =>
      recordEvent(tx, {
        at: ctx.clock.now(),
        kind: 'observations.query-answered',
        actor: actorName(actor),
        operationId,
        subject: { kind: 'query', id: name },
        facts: { rows },
      }),
    );
    await rename(partial, csvPath);
    return rows;
  } finally {
    await rm(partial, { force: true });
  }
}

/**
 * The query over this operation's files, for an engine that sees the lake's folder.
 * @throws `access/denied`, `observations/nothing-imported`, `observations/attribution-stale`, `targets/not-built`;
 *   `access/person-closed` where it would name persons who are closed to the officer, since that engine would read them too
 */
export async function queryFor(
  ctx: LakeContext,
  actor: Actor,
  { operationId, name, engine }: QueryRequest & { readonly engine: Engine },
): Promise<string> {
  authorize(actor, 'observations.read', { operationId });
  const { targetIds } = await closedIn(ctx, actor, { operationId, name });
  if (targetIds.length > 0) throw new IcarusError('access/person-closed');
  return querySql(name, engine, bindingsFor(engine, await sourcesFor(ctx, operationId, name)));
}

async function sourcesFor(
  ctx: LakeContext,
  operationId: OperationId,
  name: QueryName,
): Promise<QuerySources> {
  const needs = new Set<Placeholder>(NAMED_QUERIES[name].needs);
  return {
    lake: ctx.paths.lake,
    imports: await importsOf(ctx.db, operationId),
    run: needs.has('attribution') ? await requireRun(ctx, operationId) : undefined,
    ranked: needs.has('targets') ? await rankedFile(ctx, operationId) : undefined,
  };
}

/** Whom the answer must not name. */
async function closedIn(
  ctx: LakeContext,
  actor: Actor,
  { operationId, name }: Pick<QueryRequest, 'operationId' | 'name'>,
): Promise<LeftOut> {
  const { columns } = NAMED_QUERIES[name];
  const naming = 'client_id' in columns || 'target_id' in columns;
  const closed = naming ? await closedTo(ctx, actor, operationId) : new Set<string>();
  const targetIds = [...closed].sort();
  const clientIds = targetIds.length > 0 ? await clientIdsOf(ctx, operationId, targetIds) : [];
  return { targetIds, clientIds };
}

async function rankedFile(ctx: LakeContext, operationId: OperationId): Promise<string> {
  const build = await currentBuild(ctx.db, operationId);
  if (!build) throw new IcarusError('targets/not-built');
  return rankingFile(buildFolder(ctx.paths.lake, build.buildId), build.ranking);
}

/** Instants as ISO 8601 to the microsecond; text that no spreadsheet takes for a formula. */
function asText(column: string, type: ColumnType): string {
  if (type === 'TIMESTAMPTZ') return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ')`;
  return type === 'VARCHAR' ? `csv_cell(${column})` : column;
}
