import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { contribute, givenTargets, knownPersons, scene, suspect } from './fixtures.ts';

const MARKED = { handling: { codes: ['H2'], text: '' } } as const;

test('a receiver changes neither the 4x4 grade nor the codes of what he was given; its provider does', async () => {
  await using at = await scene('se');
  const { db } = at.coordinator.ctx;
  await knownPersons(at, [
    { ref: 'P-7', mail: 'known@example.org', name: 'Jensen Anna', born: '1971-02-28' },
  ]);
  await givenTargets(at.coordinator.ctx, at.operation, {
    country: 'SE',
    targets: [{ targetId: 'target_se1', clientId: 'aa' }],
  });
  await contribute(at, 'se', [suspect('SE-1')]);
  const refused = [
    sql`update subject set evaluation_source = 'C'`,
    sql`update subject set handling_codes = array['H2'] where handling_codes <> array['H2']`,
    sql`update holdings_import set evaluation_information = '1' where evaluation_information <> '1'`,
    sql`update received_package set contents = jsonb_set(contents, '{evaluation,source}', '"C"')`,
    sql`update received_package set contents = jsonb_set(contents, '{handling,codes}', '[]')`,
  ];
  for (const change of refused)
    await expect(change.execute(db)).rejects.toThrow(/provider's|permission denied/);
  await contribute(at, 'se', [suspect('SE-1', MARKED)]);
  const subject = db.selectFrom('subject').select('handling_codes').where('reference', '=', 'SE-1');
  expect(await subject.executeTakeFirstOrThrow()).toEqual({ handling_codes: ['H2'] });
});
