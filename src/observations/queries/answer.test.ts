import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ANALYST, HEADER, line, OPERATION, PROFILE, STRANGER, testNode } from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { testDatabase } from '#test/database.ts';
import { answerQuery, queryFor } from './answer.ts';

const FACTS = { operationId: OPERATION, name: 'client-facts' } as const;

test('an answer is a file of its own, without formulas, and stands in the custody log', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  const csvPath = join(node.folder, 'facts.csv');
  await expect(answerQuery(node.ctx, ANALYST, { ...FACTS, csvPath })).rejects.toMatchObject({
    code: 'observations/nothing-imported',
  });
  const path = await node.write('log.csv', [
    HEADER,
    line({ guid: '=AA', time: '2011-09-01T10:00:00Z' }),
    line({ guid: '=AA', time: '2011-09-02T10:00:00.5Z' }),
    line({ guid: 'BB', time: 'never' }),
  ]);
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  expect(await answerQuery(node.ctx, ANALYST, { ...FACTS, csvPath })).toBe(1);
  expect(await readFile(csvPath, 'utf8')).toBe(
    'client_id,first_seen_at,last_seen_at,rows,active_days,distinct_files,direct_rows\n' +
      "'=aa,2011-09-01T10:00:00.000000Z,2011-09-02T10:00:00.500000Z,2,2,1,2\n",
  );
  expect((await readdir(node.folder)).filter((name) => name.includes('partial'))).toEqual([]);
  const events = await database.db.selectFrom('custody_event').selectAll().execute();
  expect(JSON.stringify(events)).toContain('observations.query-answered');
});

test('an officer without the role is answered nothing, in no engine’s words', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  await expect(queryFor(node.ctx, STRANGER, { ...FACTS, engine: 'spark' })).rejects.toMatchObject({
    code: 'access/denied',
  });
});
