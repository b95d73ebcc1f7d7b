/** Are two answers the same, row for row, in the same order? */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedQuery } from '#observations/queries/named-queries.ts';
import { countIn, type DuckDb, sqlList, sqlText } from '#platform/duckdb.ts';

export interface Comparison {
  readonly rows: number;
  /** Rows that are not the same, or that only one answer has. */
  readonly different: number;
}

/** @param answers DuckDB's as a Parquet file, the other engine's as a folder of them */
export async function compareAnswers(
  duck: DuckDb,
  query: NamedQuery,
  answers: { readonly file: string; readonly folder: string },
): Promise<Comparison> {
  const columns = Object.entries(query.columns);
  const files = (await readdir(answers.folder)).filter((name) => name.endsWith('.parquet')).sort();
  if (files.length === 0) throw new Error(`there is no answer in ${answers.folder}`);
  const read = (source: string) =>
    `(SELECT true AS here, ${columns.map(([name, type]) => `${name}::${type} AS ${name}`).join(', ')} FROM read_parquet(${source}))`;
  const differ = ['here', ...columns.map(([name]) => name)]
    .map((name) => `ours.${name} IS DISTINCT FROM theirs.${name}`)
    .join(' OR ');
  const [row] = await duck.rows(`SELECT count(*) AS rows, count_if(${differ}) AS different
    FROM ${read(sqlText(answers.file))} ours POSITIONAL JOIN ${read(sqlList(files.map((name) => join(answers.folder, name))))} theirs`);
  return { rows: countIn(row, 'rows'), different: countIn(row, 'different') };
}
