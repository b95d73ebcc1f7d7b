/** Places of client ids as a build writes them, and their files, for the tests of links. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLake } from '#observations/lake.ts';
import { countIn, type DuckDb, type DuckDbRow, sqlText, textIn } from '#platform/duckdb.ts';
import { type Computed, computeLinks } from './compute.ts';

/** A use of an address and port by a client id. */
export interface Use {
  readonly id: string;
  /** Last group of an IPv4 address. */
  readonly address: number;
  readonly port?: number | null;
  /** From and to, as hours after the first instant. */
  readonly hours: readonly [number, number];
  readonly software?: string;
  readonly flag?: 'carrier_nat' | 'hosting';
}

export interface Found {
  readonly type: string;
  readonly earlier: string;
  readonly later: string;
  readonly score: number;
  readonly gapMinutes: number;
  readonly places: number;
  readonly files: number;
}

const instant = (hours: number): string =>
  sqlText(new Date(Date.UTC(2011, 8, 1) + hours * 3_600_000).toISOString());

export interface LinkScene extends AsyncDisposable {
  /**
   * What the rules suggest of these uses; each suggestion once, by type and ids.
   * @param options `files`: names of the files that an id holds; `rowsAPass`: so that few make several passes
   */
  of(uses: readonly Use[], options?: SceneOptions): Promise<{ found: Found[]; computed: Computed }>;
}

export interface SceneOptions {
  readonly files?: Readonly<Record<string, readonly string[]>>;
  readonly rowsAPass?: number;
}

/** One engine for many tests: each works in a schema and a folder of its own. */
export async function linkScene(): Promise<LinkScene> {
  const home = await mkdtemp(join(tmpdir(), 'icarus-links-'));
  await mkdir(join(home, 'spill'));
  const duck = await openLake({ temporaryFolder: join(home, 'spill') });
  let number = 0;
  return {
    async of(uses, options = {}) {
      const name = `scene_${number++}`;
      const folder = join(home, name);
      await mkdir(folder);
      await duck.run(`CREATE SCHEMA ${name}; SET search_path = '${name},main'`);
      return linksOf(duck, folder, { uses, ...options });
    },
    async [Symbol.asyncDispose]() {
      await duck[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function linksOf(
  duck: DuckDb,
  folder: string,
  { uses, files = {}, rowsAPass }: SceneOptions & { readonly uses: readonly Use[] },
): Promise<{ found: Found[]; computed: Computed }> {
  const path = (name: string) => join(folder, `${name}.parquet`);
  await writeBuild(duck, uses, path);
  const held = Object.entries(files).flatMap(([id, names]) =>
    names.map((file) => `(${sqlText(id)}, ${sqlText(file)})`),
  );
  const rows =
    held.length === 0 ? undefined : `SELECT * FROM (VALUES ${held.join(', ')}) f(client_id, file_hash)`;
  const computed = await computeLinks(
    duck,
    { facts: path('facts'), places: path('places'), rows },
    { path: path('links'), holdings: join(folder, 'holdings'), ...(rowsAPass && { rowsAPass }) },
  );
  const links = await duck.rows(`SELECT * FROM read_parquet(${sqlText(path('links'))})
    WHERE target_id = earlier_target_id ORDER BY type, earlier_client_id, later_client_id`);
  return { found: links.map(toFound), computed };
}

async function writeBuild(duck: DuckDb, uses: readonly Use[], path: (name: string) => string): Promise<void> {
  const rows = uses.map(
    ({ id, address, port = 6346, hours, software = 'Wire/1', flag }) =>
      `(${sqlText(id)}, ${address}, ${port}, TIMESTAMPTZ ${instant(hours[0])}, TIMESTAMPTZ ${instant(hours[1])}, ${sqlText(software)}, ${flag === 'carrier_nat'}, ${flag === 'hosting'})`,
  );
  await duck.run(`CREATE TABLE used AS SELECT * FROM (VALUES ${rows.join(', ')}) t(client_id, address, port, first_seen_at, last_seen_at, software, carrier_nat, hosting);
    COPY (SELECT 'target_' || client_id AS target_id, client_id, 4::UTINYINT AS family, 0::UBIGINT AS address_high, address::UBIGINT AS address_low, port::USMALLINT AS port,
        first_seen_at, last_seen_at, 2::BIGINT AS rows, carrier_nat, hosting FROM used) TO ${sqlText(path('places'))} (FORMAT parquet);
    COPY (SELECT 'target_' || client_id AS target_id, client_id, min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at, count(*) AS rows, list(DISTINCT software) AS software
      FROM used GROUP BY client_id) TO ${sqlText(path('facts'))} (FORMAT parquet)`);
}

function toFound(row: DuckDbRow): Found {
  return {
    type: textIn(row, 'type') ?? '',
    earlier: textIn(row, 'earlier_client_id') ?? '',
    later: textIn(row, 'later_client_id') ?? '',
    score: countIn(row, 'score'),
    gapMinutes: countIn(row, 'gap_minutes'),
    places: countIn(row, 'places'),
    files: countIn(row, 'files_in_common'),
  };
}
