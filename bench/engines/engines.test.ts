import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import {
  ANALYST,
  fileHash,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  REGISTRY,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { openLake } from '#observations/lake.ts';
import { bindingsFor } from '#observations/queries/lake-relations.ts';
import { NAMED_QUERIES, QUERY_NAMES, querySql } from '#observations/queries/named-queries.ts';
import { importsOf } from '#observations/store.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { buildFolder, rankingFile } from '#observations/targets/build-files.ts';
import { sqlText } from '#platform/duckdb.ts';
import { testDatabase } from '#test/database.ts';
import { compareAnswers } from './compare.ts';
import { askSpark, sparkInstalled } from './spark.ts';

const PATIENCE_MS = 180_000;
const ABSENT = 'Apache Spark is not installed: bench/engines/spark.sh install';
const present = await sparkInstalled();

/** Lines with everything that engines are known to see differently: IPv6, the largest addresses, microseconds, empty fields, names that need quoting. */
function log(first: number, count: number): string[] {
  const rows = Array.from({ length: count }, (_, i) => {
    const n = first + i;
    return line({
      time: `2011-0${8 + (n % 2)}-${String(1 + (n % 28)).padStart(2, '0')}T23:59:59.${String(n % 1_000_000).padStart(6, '0')}Z`,
      ip: n % 7 === 0 ? `2001:db8:ffff:ffff:ffff:ffff:ffff:${(n % 50).toString(16)}` : `192.0.2.${n % 256}`,
      port: n % 5 === 0 ? '' : String(1024 + (n % 60_000)),
      guid: `ID-${n % 97}é`,
      software: n % 3 === 0 ? '' : `O'Brien\\${n % 4}`,
      hash: n % 11 === 0 ? '' : fileHash(n % 400),
    });
  });
  return [HEADER, ...rows, line({ time: 'never' }), line({ ip: '999.1.1.1' }), 'one,"broken'];
}

test.skipIf(!present)(
  `every named query has the same answer on a cluster of two workers as on DuckDB, row for row${present ? '' : ` (${ABSENT})`}`,
  async () => {
    await using database = await testDatabase();
    await using node = await testNode(database.db);
    const { ctx } = node;
    // The second log repeats rows of the first.
    for (const [name, lines] of [['a.csv', log(0, 3000)] as const, ['b.csv', log(2000, 3000)] as const]) {
      const path = await node.write(name, lines);
      await importLog(ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
    }
    const registry = await node.write('registry', REGISTRY);
    await loadSnapshot(ctx, ANALYST, { operationId: OPERATION, loader: 'rir-delegated', path: registry });
    const run = await attribute(ctx, ANALYST, { operationId: OPERATION });
    await using duck = await openLake({ temporaryFolder: ctx.paths.temporary });
    const { build } = await buildTargets(ctx, ANALYST, { operationId: OPERATION });
    const ranked = rankingFile(buildFolder(ctx.paths.lake, build.buildId), build.ranking);
    const imports = await importsOf(ctx.db, OPERATION);
    const sources = { lake: ctx.paths.lake, imports, run, ranked };
    const place = (name: string) => ({
      file: join(node.folder, `${name}.parquet`),
      folder: join(node.folder, name),
    });
    const questions = [];
    for (const name of QUERY_NAMES) {
      const { file, folder } = place(name);
      await mkdir(folder);
      await duck.run(
        `COPY (${querySql(name, 'duckdb', bindingsFor('duckdb', sources))}) TO ${sqlText(file)} (FORMAT parquet)`,
      );
      questions.push({ sql: querySql(name, 'spark', bindingsFor('spark', sources)), folder });
    }
    await askSpark(questions, { scratch: node.folder, brief: true });
    for (const name of QUERY_NAMES) {
      const { rows, different } = await compareAnswers(duck, NAMED_QUERIES[name], place(name));
      expect(rows, name).toBeGreaterThan(1);
      expect(different, name).toBe(0);
    }
  },
  PATIENCE_MS,
);

test('an answer that differs in one value, one row or the order is told from the right one', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  await using duck = await openLake({ temporaryFolder: node.ctx.paths.temporary });
  const file = join(node.folder, 'ours.parquet');
  const answer = (rows: string) => `SELECT * FROM (VALUES ${rows}) t(import_id, accepted, refused)`;
  await duck.run(`COPY (${answer(`('a', 1, 2), ('b', 3, 4)`)}) TO ${sqlText(file)}`);
  const different = async (name: string, rows: string) => {
    const folder = join(node.folder, name);
    await mkdir(folder);
    await duck.run(`COPY (${answer(rows)}) TO ${sqlText(join(folder, 'part-0.parquet'))}`);
    return (await compareAnswers(duck, NAMED_QUERIES['totals-by-import'], { file, folder })).different;
  };
  expect(await different('same', `('a', 1, 2), ('b', 3, 4)`)).toBe(0);
  expect(await different('value', `('a', 1, 2), ('b', 3, 5)`)).toBe(1);
  expect(await different('row', `('a', 1, 2)`)).toBe(1);
  expect(await different('more', `('a', 1, 2), ('b', 3, 4), ('c', 5, 6)`)).toBe(1);
  expect(await different('order', `('b', 3, 4), ('a', 1, 2)`)).toBe(2);
});
