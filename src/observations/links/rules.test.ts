import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDuckDb } from '#platform/duckdb.ts';
import { explainLink, LINKS_1, linkScore, linkScoreSql } from './rules.ts';
import { LINK_TYPES, type LinkFacts } from './types.ts';

const FACTS: LinkFacts = {
  type: 'same-address-and-port',
  gapMinutes: 90,
  inTurn: true,
  sameSoftware: true,
  filesInCommon: 3,
  filesOfBoth: 20,
};

test('a score opens into words that sum to it', () => {
  const parts = explainLink(FACTS);
  expect(parts.map(({ points, words }) => `${points} ${words}`)).toEqual([
    '55 one followed the other at one address and port, at most 30 days apart',
    '15 1 h between them: 15 less 1 a full day, not below 0',
    '10 the first was not seen again anywhere once the second had begun',
    '10 the same client software, whichever version',
    '6 3 rare files in common of 20 that either holds: 2 each for at most 5',
  ]);
  expect(linkScore(FACTS)).toBe(96);
});

test('no link scores more than 100', () => {
  for (const type of LINK_TYPES)
    expect(linkScore({ ...FACTS, type, gapMinutes: 0, filesInCommon: 1_000 })).toBeLessThanOrEqual(100);
});

test('the score that the engine computes is the one that the words sum to', async () => {
  await using duck = await openDuckDb({ temporaryFolder: tmpdir() });
  const facts = fc.sample(
    fc.record({
      type: fc.constantFrom(...LINK_TYPES),
      gapMinutes: fc.integer({ min: 0, max: 60_000 }),
      inTurn: fc.boolean(),
      sameSoftware: fc.boolean(),
      filesInCommon: fc.nat(30),
      filesOfBoth: fc.nat(60),
    }),
    200,
  );
  const values = facts.map(
    (one, i) =>
      `(${i}, '${one.type}', ${one.gapMinutes}, ${one.inTurn}, ${one.sameSoftware}, ${one.filesInCommon})`,
  );
  const rows = await duck.rows(`SELECT ${linkScoreSql(LINKS_1)} AS score
    FROM (VALUES ${values.join(', ')}) t(i, type, gap_minutes, in_turn, same_software, files_in_common) ORDER BY i`);
  expect(rows.map(({ score }) => score)).toEqual(facts.map((one) => linkScore(one)));
});
