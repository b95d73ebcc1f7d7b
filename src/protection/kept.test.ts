import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { testDatabase } from '#test/database.ts';
import { KEPT_TABLES } from './kept.ts';
import { monthsAfter, reviewDate, SHIPPED_RULES } from './rules.ts';

const NAMING = [
  'operation_id',
  'target_id',
  'client_id',
  'exhibit_id',
  'message_id',
  'subject_id',
  'inventory_number',
];

test('every table that names a case, a person, an exhibit or a message is erased, or kept with a reason', async () => {
  await using database = await testDatabase();
  const { rows } = await sql<{ name: string }>`
    select distinct table_name as name from information_schema.columns
    where table_schema = 'public' and column_name in (${sql.join(NAMING)}) order by 1`.execute(database.db);
  const listed = await database.db.selectFrom('held_data').select('name').distinct().execute();
  const known = new Set([...listed.map(({ name }) => name), ...Object.keys(KEPT_TABLES)]);
  expect(
    rows.map(({ name }) => name).filter((name) => !known.has(name)),
    'add it to held_data by a migration, or to KEPT_TABLES with its reason',
  ).toEqual([]);
});

test('the shortest period of all rules in force stands, and a provider’s longer one never does', () => {
  const record = {
    owner: 'mt' as AgencyId,
    kind: 'target',
    category: 'suspect',
    minor: false,
    startedAt: new Date('2026-01-31T10:00:00Z'),
    categorySince: null,
  } as const;
  const own = (months: number) => ({
    owner: 'mt',
    months,
    source: 'Word of the provider',
    inForceFrom: '2020-01-01',
    checkedOn: '2026-01-01',
  });
  const due = (rules: Parameters<typeof reviewDate>[1]) =>
    reviewDate(record, rules, new Date('2026-02-01T00:00:00Z'))?.dueAt.toISOString().slice(0, 10);
  expect(due(SHIPPED_RULES)).toBe('2029-01-31');
  expect(due([...SHIPPED_RULES, own(1)])).toBe('2026-02-28');
  expect(due([...SHIPPED_RULES, own(60)])).toBe('2029-01-31');
  expect(due([...SHIPPED_RULES, { ...own(1), owner: 'dk' }])).toBe('2029-01-31');
  expect(due([...SHIPPED_RULES, { ...own(1), inForceFrom: '2026-03-01' }])).toBe('2029-01-31');
  expect(due([])).toBeUndefined();
  expect(monthsAfter(new Date('2024-02-29T00:00:00Z'), 12).toISOString().slice(0, 10)).toBe('2025-02-28');
});

test('who is a victim, another party or a minor is reviewed after a year from when that was said, and never later than anybody', () => {
  const due = (person: Partial<Parameters<typeof reviewDate>[0]>) =>
    reviewDate(
      {
        owner: 'mt' as AgencyId,
        kind: 'target',
        category: 'suspect',
        minor: false,
        startedAt: new Date('2026-01-31T10:00:00Z'),
        categorySince: new Date('2026-06-01T10:00:00Z'),
        ...person,
      },
      SHIPPED_RULES,
      new Date('2026-07-01T00:00:00Z'),
    )?.dueAt.toISOString();
  for (const category of ['suspect', 'convicted', 'potential-offender'] as const)
    expect(due({ category })).toBe('2029-01-31T10:00:00.000Z');
  for (const category of ['victim', 'other'] as const)
    expect(due({ category })).toBe('2027-06-01T10:00:00.000Z');
  expect(due({ minor: true })).toBe('2027-06-01T10:00:00.000Z');
  // Said again and again, it does not put the date of the law off.
  expect(due({ category: 'victim', categorySince: new Date('2028-12-01T10:00:00Z') })).toBe(
    '2029-01-31T10:00:00.000Z',
  );
});
