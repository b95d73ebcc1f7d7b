/**
 * Building targets: one per client id and operation, from all imports, with attribution, files by
 * severity code and score. A build replaces the one before in one transaction: the same client id is
 * the same target, flags of imminent risk stay, client ids that are in no import any more go.
 */

import { type Actor, actorName, authorize } from '#access/policy.ts';
import { type Id, newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { requireRun } from '#observations/attribution/attribute.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { currentSeverityList, importsOf } from '#observations/store.ts';
import type { TargetFacts } from '#observations/types.ts';
import { inTransaction } from '#platform/context.ts';
import { countIn, type DuckDb, type DuckDbRow, textIn, timeIn } from '#platform/duckdb.ts';
import type { Tx } from '#platform/tables.ts';
import { beginBuild, endBuild, insertAddresses, upsertTargets } from './build-store.ts';
import { scoreOf, URGENCY_1 } from './ranking.ts';
import { aggregate, passesFor, type TargetSources, targetIdSql, viewPass } from './target-sql.ts';

export interface BuildProgress {
  readonly targets: number;
  /** Addresses with their ports. */
  readonly addresses: number;
  /** Share of the log that is done, 0 to 1. */
  readonly share: number;
}

export interface BuildRequest {
  readonly operationId: OperationId;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BuildProgress) => void;
}

export interface BuildResult {
  readonly buildId: string;
  readonly targets: number;
  readonly addresses: number;
  /** Targets of the build before that are gone. */
  readonly removed: number;
  readonly rankedAt: Date;
}

/**
 * @throws `access/denied`, `observations/nothing-imported`, `observations/attribution-stale`, `disk/full`,
 * the signal's reason; the targets of before then stand
 */
export async function buildTargets(
  ctx: LakeContext,
  actor: Actor,
  request: BuildRequest,
): Promise<BuildResult> {
  const { operationId } = request;
  authorize(actor, 'targets.build', { operationId });
  const run = await requireRun(ctx, operationId);
  const list = await currentSeverityList(ctx.db);
  const imports = await importsOf(ctx.db, operationId);
  const sources: TargetSources = {
    lake: ctx.paths.lake,
    operationId,
    imports,
    run,
    severityListId: list?.listId,
  };
  const rankedAt = ctx.clock.now();
  const buildId = newId<Id<'build'>>('build', rankedAt);
  await using duck = await openLake(duckOptions(ctx, request.signal));
  return await inTransaction(ctx, async (tx) => {
    await beginBuild(tx, operationId);
    const counts = await writeAll(tx, duck, { request, sources, rankedAt, buildId });
    const removed = await endBuild(tx, operationId, buildId);
    await recordEvent(tx, {
      at: rankedAt,
      kind: 'targets.built',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'build', id: buildId },
      facts: {
        ...counts,
        removed,
        attribution: run.runId,
        severityList: list?.listId,
        ranking: URGENCY_1.version,
      },
    });
    return { buildId, ...counts, removed, rankedAt };
  });
}

interface Build {
  readonly request: BuildRequest;
  readonly sources: TargetSources;
  readonly rankedAt: Date;
  readonly buildId: string;
}

async function writeAll(tx: Tx, duck: DuckDb, build: Build): Promise<{ targets: number; addresses: number }> {
  const passes = passesFor(build.sources.imports);
  let targets = 0;
  let addresses = 0;
  for (let pass = 0; pass < passes; pass++) {
    if (!(await viewPass(duck, build.sources, { pass, passes }))) break;
    await aggregate(duck, build.sources);
    for await (const batch of clientBatches(duck, build.sources)) {
      await upsertTargets(
        tx,
        batch.map((row) => targetRow(row, build)),
      );
      await insertAddresses(
        tx,
        batch.map((row) => textIn(row, 'places') ?? ''),
      );
      targets += batch.length;
      addresses += batch.reduce((sum, row) => sum + countIn(row, 'places_count'), 0);
    }
    build.request.onProgress?.({ targets, addresses, share: (pass + 1) / passes });
  }
  return { targets, addresses };
}

const COUNTS = [
  'rows',
  'active_days',
  'direct_rows',
  'addresses',
  'distinct_files',
  'files_a',
  'files_b',
  'files_c',
] as const;

/** In the order of the ids, in which PostgreSQL writes its indexes fastest. */
function clientBatches(duck: DuckDb, { operationId }: TargetSources): AsyncIterable<DuckDbRow[]> {
  const counts = COUNTS.map((column) => `coalesce(${column}, 0)::DOUBLE AS ${column}`).join(', ');
  return duck.stream(`SELECT id, client_id, country, countries, software, to_json(grades)::VARCHAR AS grades,
      first_seen_at, last_seen_at, ${counts}, len(places) AS places_count,
      to_json({target_id: id, addresses: places})::VARCHAR AS places
    FROM (SELECT *, ${targetIdSql(operationId, 'client_id')} AS id FROM client) ORDER BY id`);
}

function targetRow(row: DuckDbRow, build: Build): object {
  const { places: _places, places_count: _count, ...known } = row;
  const count = (column: (typeof COUNTS)[number]) => countIn(row, column);
  const facts: TargetFacts = {
    firstSeenAt: timeIn(row, 'first_seen_at') ?? build.rankedAt,
    lastSeenAt: timeIn(row, 'last_seen_at') ?? build.rankedAt,
    activeDays: count('active_days'),
    rows: count('rows'),
    directRows: count('direct_rows'),
    distinctFiles: count('distinct_files'),
    filesByCode: { A: count('files_a'), B: count('files_b'), C: count('files_c') },
  };
  const grades = JSON.parse(textIn(row, 'grades') ?? '{}') as Record<string, number | null>;
  return {
    ...known,
    grades: Object.fromEntries(Object.entries(grades).filter(([, rows]) => rows !== null)),
    operation_id: build.sources.operationId,
    score: scoreOf(facts, build.rankedAt, URGENCY_1),
    ranking_version: URGENCY_1.version,
    ranked_at: build.rankedAt,
    build_id: build.buildId,
  };
}
