import { beforeEach, expect, test } from 'vitest';
import { ANALYST, fileHash, OPERATION, type TestNode, testNode } from '#observations/fixtures.ts';
import { currentSeverityList } from '#observations/store.ts';
import { testDatabase } from '#test/database.ts';
import { loadSeverityList } from './severity.ts';

let node: TestNode;
beforeEach(async () => {
  const database = await testDatabase();
  node = await testNode(database.db);
  return async () => {
    await node[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  };
});

async function load(lines: string[]) {
  const path = await node.write('list.csv', lines);
  return loadSeverityList(node.ctx, ANALYST, { operationId: OPERATION, path });
}

test('the list that was loaded last is in force, and loading it again changes nothing', async () => {
  await load(['hash,code', `${fileHash(1)},A`]);
  const second = await load(['note,code,hash', `x,b,${fileHash(1).toUpperCase()}`, `y,C,${'0'.repeat(32)}`]);
  expect(second.entries).toBe(2);
  expect(await load(['note,code,hash', `x,b,${fileHash(1).toUpperCase()}`, `y,C,${'0'.repeat(32)}`])).toEqual(
    second,
  );
  expect(await currentSeverityList(node.ctx.db)).toEqual(second);
});

test.each([
  ['without its columns', ['hash,level', `${fileHash(1)},A`], /needs the columns hash and code/],
  ['with a code that is none', ['hash,code', `${fileHash(1)},D`], /line 2 is not a hash/],
  ['with a hash that is none', ['hash,code', `${fileHash(1)},A`, 'abc,A'], /line 3 is not a hash/],
  [
    'with two codes for one hash',
    ['hash,code', `${fileHash(1)},A`, `${fileHash(1)},B`],
    /line 3 gives a hash another code/,
  ],
  ['with a line of other length', ['hash,code', `${fileHash(1)}`], /cannot be cut/],
])('a list %s is refused whole', async (_, lines, reason) => {
  await expect(load(lines)).rejects.toThrow(reason);
  expect(await currentSeverityList(node.ctx.db)).toBeUndefined();
});
