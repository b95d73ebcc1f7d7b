import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#access/policy.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import {
  ANALYST,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  REGISTRY,
  STRANGER,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { inTransaction } from '#platform/context.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { decideLink } from './decide.ts';
import { linkRows } from './evidence.ts';
import { recordMerge, recordSplit } from './merge.ts';
import { allMerges, mergesOf } from './merge-store.ts';
import { suggestLinks } from './suggest.ts';
import { suggestionsOf } from './suggestions.ts';
import type { Merge, MergeId } from './types.ts';

/** `aa` is followed by `bb` and `cc` at one address and port; `dd` is elsewhere, in Sweden. */
const LOG = [
  HEADER,
  line({ guid: 'aa', time: '2011-09-01T10:00:00Z' }),
  line({ guid: 'bb', time: '2011-09-03T10:00:00Z' }),
  line({ guid: 'bb', time: '2011-09-03T11:00:00Z' }),
  line({ guid: 'cc', time: '2011-09-05T10:00:00Z' }),
  line({ guid: 'dd', ip: '192.0.2.200', time: '2011-09-04T10:00:00Z' }),
];

async function build(): Promise<Record<string, TargetId>> {
  const path = await node.write('log.csv', LOG);
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  const registry = await node.write('registry.txt', REGISTRY);
  await loadSnapshot(node.ctx, ANALYST, { operationId: OPERATION, loader: 'rir-delegated', path: registry });
  await attribute(node.ctx, ANALYST, { operationId: OPERATION });
  await buildTargets(node.ctx, ANALYST, { operationId: OPERATION });
  await suggestLinks(node.ctx, ANALYST, { operationId: OPERATION });
  const { suggestions } = await suggestionsOf(node.ctx, {
    operationId: OPERATION,
    type: 'same-address-and-port',
  });
  const sides = suggestions.flatMap(({ earlier, later }) => [earlier, later]);
  return Object.fromEntries(sides.map(({ clientId, targetId }) => [clientId, targetId]));
}

/** One scene for all: every test splits what it merged. */
let database: TestDatabase;
let node: TestNode;
let ids: Record<string, TargetId>;
beforeAll(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
  ids = await build();
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const merge = (targetIds: readonly (TargetId | undefined)[], actor: Actor = ANALYST) =>
  inTransaction(node.ctx, (tx) =>
    recordMerge(node.ctx, tx, actor, {
      operationId: OPERATION,
      targetIds: targetIds.flatMap((id) => id ?? []),
      reason: 'one handle in the chat logs',
      frozenPackages: [],
    }),
  );
const split = (mergeId: MergeId) =>
  inTransaction(node.ctx, (tx) =>
    recordSplit(node.ctx, tx, ANALYST, {
      operationId: OPERATION,
      mergeId,
      reason: 'two brothers',
      frozenPackages: [],
    }),
  );
const stands = async () => (await mergesOf(node.ctx.db, OPERATION)).map(asIds);
const asIds = ({ clientIds, targetId }: Merge) => ({ clientIds, targetId });

test('merging, merging on and splitting gives back exactly what stood before', async () => {
  const { aa, bb, cc } = ids;
  const first = await merge([bb, aa]);
  expect(first).toMatchObject({ targetId: aa, clientIds: ['aa', 'bb'], countries: ['DK'], parts: [] });
  const one = await stands();

  const second = await merge([cc, bb]);
  expect(second).toMatchObject({ targetId: aa, clientIds: ['aa', 'bb', 'cc'], parts: [first.mergeId] });
  expect(await stands()).toEqual([{ targetId: aa, clientIds: ['aa', 'bb', 'cc'] }]);
  await expect(split(first.mergeId)).rejects.toMatchObject({ code: 'links/merge-taken-in' });

  await split(second.mergeId);
  expect(await stands()).toEqual(one);
  await split(first.mergeId);
  expect(await stands()).toEqual([]);
  await expect(split(first.mergeId)).rejects.toMatchObject({ code: 'links/already-split' });

  const history = await allMerges(node.ctx.db, OPERATION);
  expect(history.slice(-2).map(({ mergeId, split: undone }) => [mergeId, undone?.reason])).toEqual([
    [first.mergeId, 'two brothers'],
    [second.mergeId, 'two brothers'],
  ]);
  const events = await listEvents(node.ctx.db, { subject: { kind: 'merge', id: first.mergeId } });
  expect(events.map(({ kind, facts }) => [kind, facts['reason']])).toEqual([
    ['target.merged', 'one handle in the chat logs'],
    ['target.split', 'two brothers'],
  ]);
});

test('a merge is refused without a role, a reason, a second target, or a target of the operation', async () => {
  const { aa, bb } = ids;
  await expect(merge([aa, bb], STRANGER)).rejects.toMatchObject({ code: 'access/denied' });
  await expect(merge([aa, aa])).rejects.toMatchObject({ code: 'links/nothing-to-merge' });
  await expect(merge([aa, 'target_ofanother' as TargetId])).rejects.toMatchObject({
    code: 'target/not-found',
  });
  const request = { targetIds: [aa!, bb!], reason: ' ', frozenPackages: [] };
  await expect(
    inTransaction(node.ctx, (tx) =>
      recordMerge(node.ctx, tx, ANALYST, { operationId: OPERATION, ...request }),
    ),
  ).rejects.toMatchObject({ code: 'links/reason-missing' });
  const elsewhere = 'operation_00000000000000000000000002' as OperationId;
  const both = { ...ANALYST, grants: [{ role: 'lead-analyst', operationId: elsewhere }] } as Actor;
  await expect(
    inTransaction(node.ctx, (tx) =>
      recordMerge(node.ctx, tx, both, { operationId: elsewhere, ...request, reason: 'why' }),
    ),
  ).rejects.toMatchObject({ code: 'target/not-found' });
  const { mergeId } = await merge([aa, bb]);
  await expect(merge([aa, bb])).rejects.toMatchObject({ code: 'links/nothing-to-merge' });
  expect(await stands()).toHaveLength(1);
  await split(mergeId);
});

test('two officers who merge one target at once leave it in one merge', async () => {
  const { aa, bb, cc } = ids;
  await Promise.all([merge([aa, bb]), merge([bb, cc])]);
  expect(await stands()).toEqual([{ targetId: aa, clientIds: ['aa', 'bb', 'cc'] }]);
  for (
    let [top] = await mergesOf(node.ctx.db, OPERATION);
    top;
    [top] = await mergesOf(node.ctx.db, OPERATION)
  )
    await split(top.mergeId);
});

test('what is merged or dismissed is not suggested again, until it is split or reopened', async () => {
  const { aa, bb, cc } = ids;
  const suggested = async (targetId?: TargetId) => {
    const page = await suggestionsOf(node.ctx, {
      operationId: OPERATION,
      type: 'same-address-and-port',
      targetIds: targetId && [targetId],
    });
    return page.suggestions.map(({ earlier, later }) => `${earlier.clientId}>${later.clientId}`).sort();
  };
  expect(await suggested()).toEqual(['aa>bb', 'aa>cc', 'bb>cc']);
  expect(await suggested(bb)).toEqual(['aa>bb', 'bb>cc']);

  const { mergeId } = await merge([aa, bb]);
  expect(await suggested(bb)).toEqual(['aa>cc', 'bb>cc']);

  const decide = (decision: 'dismissed' | 'reopened', reason: string) =>
    decideLink(node.ctx, ANALYST, { operationId: OPERATION, targetIds: [cc!, aa!], decision, reason });
  await expect(decide('reopened', 'why')).rejects.toMatchObject({ code: 'links/not-dismissed' });
  expect(await decide('dismissed', 'a café')).toMatchObject({ version: 1 });
  expect(await decide('dismissed', 'a second click')).toMatchObject({ version: 1, reason: 'a café' });
  expect(await suggested()).toEqual(['bb>cc']);
  await suggestLinks(node.ctx, ANALYST, { operationId: OPERATION });
  expect(await suggested()).toEqual(['bb>cc']);

  await split(mergeId);
  expect(await decide('reopened', 'not a café')).toMatchObject({ version: 2 });
  expect(await suggested()).toEqual(['aa>bb', 'aa>cc', 'bb>cc']);
});

test('a suggestion leads to the rows of the log that it rests on, by file and line', async () => {
  const { suggestions } = await suggestionsOf(node.ctx, {
    operationId: OPERATION,
    type: 'same-address-and-port',
  });
  const suggestion = suggestions.find(
    ({ earlier, later }) => earlier.clientId === 'aa' && later.clientId === 'bb',
  );
  expect(suggestion).toMatchObject({
    address: '192.0.2.1',
    port: 6346,
    gapMinutes: 2880,
    later: { rows: 2 },
  });
  const behind = await linkRows(node.ctx, { operationId: OPERATION, suggestion: suggestion! });
  expect(behind.total).toBe(3);
  expect(behind.rows).toMatchObject([
    { clientId: 'aa', fileName: 'log.csv', line: 2 },
    { clientId: 'bb', line: 3 },
    { clientId: 'bb', line: 4 },
  ]);
});
