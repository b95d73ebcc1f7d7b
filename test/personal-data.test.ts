import { expect, test } from 'vitest';
import { PERSONAL_DATA } from '#server/personal-data.ts';
import { assembledNode } from './assembled-node.ts';
import { NODE_ROUTES } from './custody-ledger.ts';

test('every reading route says which personal data it shows, or why it shows none', async () => {
  const { nodeReadings } = await assembledNode();
  expect(nodeReadings.length).toBeGreaterThan(50);
  expect(
    nodeReadings.filter((route) => !(route in PERSONAL_DATA)),
    'to declare in src/server/personal-data.ts: what it shows of persons, or why nothing',
  ).toEqual([]);
  const known = [...nodeReadings, ...Object.keys(NODE_ROUTES)];
  expect(
    Object.keys(PERSONAL_DATA).filter((route) => !known.includes(route)),
    'to take out of src/server/personal-data.ts: gone from the node',
  ).toEqual([]);
});

test('what shows something names it by a parameter of its path; what shows nothing says why', () => {
  for (const [route, declared] of Object.entries(PERSONAL_DATA)) {
    if (typeof declared === 'string') expect(declared.split(' ').length, route).toBeGreaterThan(3);
    else {
      expect(route, 'only an operation holds personal data').toContain('{op}');
      if (declared.of) expect(route).toContain(`:${declared.of[1]}`);
    }
  }
});
