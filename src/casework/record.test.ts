import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { OperationId, TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { openDatabase } from '#platform/database.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { anyOutcome } from './arbitraries.ts';
import { officer, type TestNode, testNode, testOperation } from './fixtures.ts';
import { givenPackage, outcomeWith, POSITIVE, targetIds } from './fixtures-content.ts';
import {
  caseTargetRows,
  caseTotals,
  countCaseTargets,
  currentOutcomes,
  outcomeVersions,
} from './outcome-store.ts';
import { recordOutcome } from './record.ts';
import { sameOutcome, totalsOf } from './types.ts';

const [first, second, third] = targetIds('MT', 3) as [TargetId, TargetId, TargetId];
const operation = testOperation();
const { operationId } = operation;
const investigator = officer('mt-1', 'investigator', operation);

async function malta(database: TestDatabase): Promise<TestNode> {
  const node = await testNode(database, 'mt', operation);
  await givenPackage(node.ctx.db, operation, {
    country: 'MT',
    targets: [{ targetId: first }, { targetId: second }, { targetId: third, flags: ['imminent-risk'] }],
  });
  await givenPackage(node.ctx.db, operation, { country: 'NO', targets: [{ targetId: 'target_no001' }] });
  return node;
}

test('an outcome is a version with its officer, its time and its custody event', async () => {
  await using database = await testDatabase();
  await using node = await malta(database);
  const recorded = await recordOutcome(node.ctx, investigator, {
    operationId,
    targetId: first,
    ...POSITIVE,
    note: ' seen ',
  });
  expect(recorded).toMatchObject({
    version: 1,
    note: 'seen',
    reason: null,
    recordedBy: 'mt-1',
    recordedAt: node.clock.now(),
  });
  expect(await outcomeVersions(node.ctx.db, operationId, first)).toEqual([recorded]);
  const [event] = await listEvents(node.ctx.db, { subject: { kind: 'target', id: first } });
  expect(event).toMatchObject({
    kind: 'casework.outcome-recorded',
    actor: 'mt-1',
    facts: { version: 1, outcome: 'positive' },
  });
  expect(JSON.stringify(event)).not.toContain('seen');
});

test('the same statement twice is one version', async () => {
  await using database = await testDatabase();
  await using node = await malta(database);
  const click = () => recordOutcome(node.ctx, investigator, { operationId, targetId: first, ...POSITIVE });
  const clicks = await Promise.all([click(), click(), click()]);
  expect(new Set(clicks.map(({ version }) => version))).toEqual(new Set([1]));
  expect(await outcomeVersions(node.ctx.db, operationId, first)).toHaveLength(1);
});

test('taking something back needs a reason, and the version before stays', async () => {
  await using database = await testDatabase();
  await using node = await malta(database);
  const before = await recordOutcome(node.ctx, investigator, { operationId, targetId: first, ...POSITIVE });
  const fewer = { operationId, targetId: first, ...POSITIVE, devicesSeized: 1 };
  await expect(recordOutcome(node.ctx, investigator, fewer)).rejects.toMatchObject({
    code: 'casework/reason-required',
  });
  const after = await recordOutcome(node.ctx, investigator, {
    ...fewer,
    reason: 'One device belongs to a flatmate',
  });
  expect(await outcomeVersions(node.ctx.db, operationId, first)).toEqual([after, before]);
});

test('an officer never overwrites what he has not seen', async () => {
  await using database = await testDatabase();
  await using node = await malta(database);
  await recordOutcome(node.ctx, investigator, { operationId, targetId: first, ...POSITIVE, seenVersion: 0 });
  const late = { operationId, targetId: first, ...POSITIVE, suspectsArrested: 1, seenVersion: 0 };
  await expect(recordOutcome(node.ctx, investigator, late)).rejects.toMatchObject({
    code: 'casework/outcome-changed',
  });
});

test.each([
  [
    'a target of another country',
    { targetId: 'target_no001' as TargetId },
    investigator,
    'casework/target-unknown',
  ],
  ['a target of no package', { targetId: 'target_zz' as TargetId }, investigator, 'casework/target-unknown'],
  ['what contradicts itself', { suspectsArrested: 9 }, investigator, 'casework/outcome-invalid'],
  ['an officer without the role', {}, officer('press-1', 'press', operation), 'access/denied'],
  [
    'an officer of another operation',
    { operationId: 'operation_x' as OperationId },
    investigator,
    'access/denied',
  ],
])('records nothing about %s', async (_, change, actor, code) => {
  await using database = await testDatabase();
  await using node = await malta(database);
  const input = { operationId, targetId: first, ...POSITIVE, ...change };
  await expect(recordOutcome(node.ctx, actor, input)).rejects.toMatchObject({ code });
  expect(await currentOutcomes(node.ctx.db, operationId)).toEqual([]);
});

test('imminent risk comes first, then what is not worked, then by rank; filters see what is recorded', async () => {
  await using database = await testDatabase();
  await using node = await malta(database);
  await recordOutcome(node.ctx, investigator, { operationId, targetId: first, ...POSITIVE });
  const own = { operationId, country: 'MT' as const };
  const page = { sort: 'urgency' as const, offset: 0, limit: 10 };
  const rows = await caseTargetRows(node.ctx.db, own, page);
  expect(rows.map(({ targetId }) => targetId)).toEqual([third, second, first]);
  expect(rows[2]?.current).toMatchObject({
    version: 1,
    recordedAt: node.clock.now(),
    bytesSeized: POSITIVE.bytesSeized,
  });
  const risk = { ...own, flag: 'imminent-risk' as const };
  expect(await countCaseTargets(node.ctx.db, risk)).toBe(1);
  expect(await countCaseTargets(node.ctx.db, { ...own, outcome: 'pending' })).toBe(2);
  await recordOutcome(node.ctx, investigator, {
    operationId,
    targetId: third,
    ...outcomeWith({ outcome: 'negative', searchDone: true }),
  });
  expect(await countCaseTargets(node.ctx.db, risk)).toBe(0);
});

test.each([
  "update outcome set outcome = 'negative'",
  'delete from outcome',
  'truncate outcome',
  'update report set sequence = 9',
  'delete from report_target',
])('the application cannot rewrite what was stated: %s', async (statement) => {
  await using database = await testDatabase();
  await expect(sql.raw(statement).execute(database.db)).rejects.toThrow(/permission denied/);
});

test('the database refuses an outcome with more arrested than identified, whoever writes it', async () => {
  await using database = await testDatabase();
  const owner = openDatabase({ url: database.ownerUrl, role: 'owner', poolSize: 1 });
  const write =
    sql`insert into outcome values ('o', 't', 1, 'positive', true, true, 1, 2, 0, 0, 0, '{}', '', null, 'x', now())`.execute(
      owner,
    );
  await expect(write).rejects.toThrow(/check constraint/);
  await owner.destroy();
});

test('whatever is recorded in whatever order: no version is ever edited, and the sums are those of the newest', async () => {
  await using database = await testDatabase();
  await using node = await malta(database);
  const acts = fc.array(fc.record({ targetId: fc.constantFrom(first, second, third), outcome: anyOutcome }), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(acts, async (list) => {
      for (const { targetId, outcome } of list) {
        const before = await outcomeVersions(node.ctx.db, operationId, targetId);
        const after = await recordOutcome(node.ctx, investigator, {
          operationId,
          targetId,
          ...outcome,
          reason: 'test',
        });
        expect(sameOutcome(after, outcome)).toBe(true);
        const versions = await outcomeVersions(node.ctx.db, operationId, targetId);
        expect(versions.slice(versions.length - before.length)).toEqual(before);
        expect(versions[0]).toEqual(after);
      }
      const rows = await caseTargetRows(
        node.ctx.db,
        { operationId, country: 'MT' },
        { sort: 'urgency', offset: 0, limit: 10 },
      );
      expect(await caseTotals(node.ctx.db, { operationId, country: 'MT' })).toEqual(
        totalsOf(rows.map(({ current }) => current ?? outcomeWith({}))),
      );
    }),
    { numRuns: 12 },
  );
});
