/** Computing suggestions from the places of a build: passes over addresses, then over files, then the score. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { countIn, type DuckDb, sqlText } from '#platform/duckdb.ts';
import {
  compareFiles,
  countSuppressed,
  dropCrowds,
  joinMeetings,
  type LinkSources,
  meet,
  partHoldings,
  prepare,
  settle,
  viewSpots,
  writeSuggestions,
} from './link-sql.ts';
import { LINKS_1, type LinkRules } from './rules.ts';
import { LINK_TYPES, type LinkRun, type LinkType } from './types.ts';

export interface ComputeOptions {
  /** Where the suggestions are written: a Parquet file. */
  readonly path: string;
  /** A folder that does not exist, for what is written on the way; gone afterwards. */
  readonly holdings: string;
  readonly rules?: LinkRules;
  /** Most places, or file holdings, of one pass. */
  readonly rowsAPass?: number;
  /** Share done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export type Computed = Pick<LinkRun, 'suggestions' | 'byType' | 'suppressed'>;

const ROWS_A_PASS = 2_000_000;
/** Open files of a partitioned writing. */
const MOST_PARTS = 64;

/** @returns what was written: one suggestion is one pair and type */
export async function computeLinks(
  duck: DuckDb,
  sources: LinkSources,
  options: ComputeOptions,
): Promise<Computed> {
  const { rules = LINKS_1, rowsAPass = ROWS_A_PASS } = options;
  await prepare(duck, sources);
  const passes = Math.max(
    1,
    Math.ceil((await count(duck, `read_parquet(${sqlText(sources.places)})`)) / rowsAPass),
  );
  for (let pass = 0; pass < passes; pass++) {
    await viewSpots(duck, sources, { pass, passes });
    await dropCrowds(duck, rules);
    await meet(duck, rules, sources.rows !== undefined);
    options.onProgress?.((pass + 1) / passes / 2);
  }
  await joinMeetings(duck, Math.max(1, Math.ceil((await count(duck, 'meeting')) / rowsAPass)));
  if (sources.rows !== undefined) await compareAllFiles(duck, sources.rows, { ...options, rules, rowsAPass });
  await settle(duck, rules);
  await writeSuggestions(duck, options.path);
  options.onProgress?.(1);
  const byType = await duck.rows('SELECT type, count(*)::BIGINT AS links FROM suggestion GROUP BY type');
  const ofType = (type: LinkType) =>
    countIn(
      byType.find((row) => row['type'] === type),
      'links',
    );
  return {
    suggestions: await count(duck, 'suggestion'),
    byType: Object.fromEntries(LINK_TYPES.map((type) => [type, ofType(type)])) as Record<LinkType, number>,
    suppressed: await countSuppressed(duck),
  };
}

async function count(duck: DuckDb, relation: string): Promise<number> {
  const [row] = await duck.rows(`SELECT count(*) AS rows FROM ${relation}`);
  return countIn(row, 'rows');
}

async function compareAllFiles(
  duck: DuckDb,
  rows: string,
  { holdings, rules, rowsAPass, onProgress }: ComputeOptions & { rules: LinkRules; rowsAPass: number },
): Promise<void> {
  try {
    const observations = await count(duck, `(${rows})`);
    const parts = Math.min(MOST_PARTS, Math.max(1, Math.ceil(observations / rowsAPass)));
    await partHoldings(duck, rows, { folder: holdings, parts });
    const folders = (await readdir(holdings)).sort();
    for (const [index, folder] of folders.entries()) {
      await compareFiles(duck, join(holdings, folder, '*.parquet'), rules);
      onProgress?.(0.5 + (index + 1) / folders.length / 2);
    }
  } finally {
    await rm(holdings, { recursive: true, force: true });
  }
}
