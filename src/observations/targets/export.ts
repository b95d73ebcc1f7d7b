/**
 * The observations of chosen targets as files that leave the lake: Parquet for tools, CSV for people.
 * Each row names the file and line that it came from. Same targets, same lake: same rows, same order.
 */
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { attributionFiles, periodSql } from '#observations/attribution/attribute.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { importRows, piecesIn, withLines } from '#observations/lake-rows.ts';
import type { AttributionRun } from '#observations/store.ts';
import type { ObservationImport } from '#observations/types.ts';
import { countIn, type DuckDb, sqlText } from '#platform/duckdb.ts';
import { sourcesOf } from './build-sources.ts';
import { severityFile } from './severity.ts';
import { targetSource, wantedClientIds } from './target-reader.ts';

export interface ExportRequest {
  readonly operationId: OperationId;
  /** The targets to export, or all of one country. */
  readonly targets: { readonly ids: readonly TargetId[] } | { readonly country: string };
  readonly csvPath: string;
  readonly parquetPath: string;
  readonly signal?: AbortSignal;
}

export interface ExportResult {
  readonly rows: number;
  readonly targets: number;
}

/**
 * Writes all rows of the targets, whichever country an address of theirs is in.
 * @throws `targets/not-built`, `disk/full`, the signal's reason
 */
export async function exportObservations(ctx: LakeContext, request: ExportRequest): Promise<ExportResult> {
  const { operationId, parquetPath, csvPath } = request;
  await using duck = await openLake(duckOptions(ctx, request.signal));
  const source = await targetSource(ctx, operationId);
  if (!source) throw new IcarusError('targets/not-built');
  const { run, imports, severityListId } = await sourcesOf(ctx, source.build);
  await wantedClientIds(duck, source, request.targets);
  const [wanted] = await duck.rows('SELECT count(DISTINCT target_id) AS targets FROM wanted');
  await viewRows(duck, ctx.paths.lake, imports);
  const severity = severityListId ? severityFile(ctx.paths.lake, severityListId) : undefined;
  await duck.run(
    `COPY (${exportQuery({ run, lake: ctx.paths.lake, severity })}) TO ${sqlText(parquetPath)} (FORMAT parquet)`,
  );
  await duck.run(`COPY (${csvQuery(parquetPath)}) TO ${sqlText(csvPath)} (FORMAT csv, HEADER)`);
  const [written] = await duck.rows(`SELECT count(*) AS rows FROM read_parquet(${sqlText(parquetPath)})`);
  return { rows: countIn(written, 'rows'), targets: countIn(wanted, 'targets') };
}

/** The view `chosen`: the wanted rows of all imports, each with the digest of its file and its line there. */
async function viewRows(duck: DuckDb, lake: string, imports: readonly ObservationImport[]): Promise<void> {
  const parts = imports.flatMap((one) => {
    const all = importRows(one, { lake });
    if (all === undefined) return [];
    const rows = `SELECT * FROM (${all}) JOIN wanted USING (client_id)`;
    return `SELECT *, ${sqlText(one.fileSha256)} AS source_sha256 FROM (${withLines(piecesIn(lake, one), rows)})`;
  });
  await duck.run(`CREATE TEMP VIEW chosen AS ${parts.join(' UNION ALL ')}`);
}

interface ExportSources {
  readonly run: AttributionRun;
  readonly lake: string;
  readonly severity: string | undefined;
}

function exportQuery({ run, lake, severity }: ExportSources): string {
  const codes = severity
    ? `read_parquet(${sqlText(severity)})`
    : `(SELECT ''::VARCHAR AS file_hash, ''::VARCHAR AS code WHERE false)`;
  return `SELECT target_id, client_id, observed_at,
      address_text(family, address_high, address_low) AS address, port,
      CASE WHEN destination_family IS NOT NULL THEN address_text(destination_family, destination_high, destination_low) END AS destination_address, destination_port,
      transport, network, software,
      file_hash, hash_algorithm, file_size, code AS severity, coalesce(flagged, false) AS flagged, grade, country, operator, asn,
      coalesce(disagreement, false) AS sources_disagree, coalesce(after_the_fact, false) AS attributed_after_the_fact,
      coalesce(carrier_nat, false) AS carrier_nat, coalesce(hosting, false) AS hosting,
      tool, tool_version, case_reference, source_sha256, line AS source_line
    FROM (SELECT *, ${periodSql('observed_at', run.boundaries)} AS period FROM chosen)
    LEFT JOIN (SELECT * FROM read_parquet(${sqlText(attributionFiles(lake, run.runId))}))
      USING (family, address_high, address_low, period)
    LEFT JOIN ${codes} USING (file_hash)
    ORDER BY target_id, client_id, observed_at, source_sha256, line`;
}

function csvQuery(parquetPath: string): string {
  return `SELECT * REPLACE (
      strftime(observed_at, '%Y-%m-%dT%H:%M:%S.%fZ') AS observed_at, csv_cell(client_id) AS client_id,
      csv_cell(software) AS software, csv_cell(operator) AS operator, csv_cell(transport) AS transport,
      csv_cell(network) AS network, csv_cell(tool) AS tool, csv_cell(tool_version) AS tool_version,
      csv_cell(case_reference) AS case_reference)
    FROM read_parquet(${sqlText(parquetPath)})`;
}
