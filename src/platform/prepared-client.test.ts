import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testDatabase } from '#test/database.ts';
import { openDatabase } from './database.ts';
import { PreparedClient } from './prepared-client.ts';

const kept = sql<{ statement: string }>`select statement from pg_prepared_statements order by statement`;

test('a question that comes again is kept by the server, one that comes once and a command are not', async () => {
  const { url } = await testDatabase();
  const db = openDatabase({ url, poolSize: 1 });
  for (const given of [1, 2, 3]) await sql`select ${given}::int as again`.execute(db);
  await sql`select ${1}::int as once`.execute(db);
  for (let time = 0; time < 3; time++) {
    await sql`select 2 as without_parameters`.execute(db);
    await sql`set local application_name = 'twice'`.execute(db);
    await sql`select 1 as two; select 2 as two`.execute(db);
  }
  const { rows } = await kept.execute(db);
  expect(rows.map(({ statement }) => statement)).toEqual([
    'select $1::int as again',
    'select 2 as without_parameters',
  ]);
  await db.destroy();
});

test('a plan is made anew while its tables may still grow, without an answer lost', async () => {
  const { url } = await testDatabase();
  const db = openDatabase({ url, poolSize: 1 });
  const answers: number[] = [];
  const uses: number[] = [];
  for (let given = 0; given < 250; given++) {
    const { rows } = await sql<{ n: number }>`select ${given}::int as n`.execute(db);
    answers.push(rows[0]?.n ?? -1);
    const { rows: plans } = await sql<{ uses: number }>`
      select (generic_plans + custom_plans)::int as uses from pg_prepared_statements
      where statement = 'select $1::int as n'`.execute(db);
    uses.push(plans[0]?.uses ?? 0);
  }
  expect(answers).toEqual(Array.from({ length: 250 }, (_, index) => index));
  const renewedAfter = uses.flatMap((now, index) => (now < (uses[index - 1] ?? 0) ? [index] : []));
  expect(renewedAfter).toHaveLength(2);
  await db.destroy();
});

test('questions that wait for one connection are answered while their plan is made anew', async () => {
  const { url } = await testDatabase();
  const client = new PreparedClient({ connectionString: url });
  await client.connect();
  const ask = client.query.bind(client) as unknown as (
    text: string,
    values: readonly unknown[],
  ) => Promise<{ rows: { n: number }[] }>;
  const asked = Array.from({ length: 300 }, (_, index) => index);
  // The second is being parsed under its name while the others come.
  await ask('select $1::int as n', [0]);
  const answers = await Promise.all(
    asked.map(async (given) => (await ask('select $1::int as n', [given])).rows[0]?.n),
  );
  expect(answers).toEqual(asked);
  await client.end();
});

test('a table that changes under a kept plan costs one question its answer, and no other', async () => {
  const { url, ownerUrl } = await testDatabase();
  const owner = openDatabase({ url: ownerUrl, role: 'owner', poolSize: 1 });
  await sql`create table changing (id int); grant select on changing to icarus_app; insert into changing values (1)`.execute(
    owner,
  );
  const db = openDatabase({ url, poolSize: 1 });
  const ask = () => sql`select * from changing where id = ${1}`.execute(db);
  for (let time = 0; time < 3; time++) expect((await ask()).rows).toEqual([{ id: 1 }]);
  await sql`alter table changing add column more int`.execute(owner);
  await expect(ask()).rejects.toMatchObject({ code: '0A000' });
  for (let time = 0; time < 3; time++) expect((await ask()).rows).toEqual([{ id: 1, more: null }]);
  await db.destroy();
  await owner.destroy();
});
