import { describe, expect, test } from 'vitest';
import { hasTools } from '#test/ssh-agent.ts';
import { OFFICERS_TOOLS } from './officer.ts';
import { DAMAGES, runDifferential } from './run.ts';

const absent = OFFICERS_TOOLS.filter((tool) => !hasTools(tool));
const why = absent.length === 0 ? '' : ` (skipped: ${absent.join(', ')} not installed)`;

test('every damage has a name of its own', () => {
  expect(new Set(DAMAGES.map(({ name }) => name)).size).toBe(DAMAGES.length);
});

describe.skipIf(absent.length > 0)(`public tools and we${why}`, () => {
  test('come to the same verdict over packages, damaged and not', { timeout: 240_000 }, async () => {
    // `.ci/run` has every damage, `npm run differential` the thousand.
    const comparisons = await runDifferential({ packages: 12, seed: '1' });
    expect(comparisons.filter(({ verdict }) => verdict === 'disagreement')).toEqual([]);
    expect(comparisons).toHaveLength(12);
  });
});
