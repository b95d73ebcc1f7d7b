import { expect, test } from 'vitest';
import { DAY_MS } from '#core/clock.ts';
import type { TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import {
  ANALYST,
  HEADER,
  line,
  NOW,
  OPERATION,
  PROFILE,
  REGISTRY,
  STRANGER,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { insertMerge } from '#observations/links/merge-store.ts';
import type { Merge } from '#observations/links/types.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { testDatabase } from '#test/database.ts';
import { bestOf, pointsOf } from './curve.ts';
import { curveChart, curveWords, nextDispatch } from './curve-words.ts';
import { cancelCurve, curveState, freezeCurve, registerCurveJobs, requestCurve } from './freeze-curve.ts';
import { loadRules, setRule } from './rules.ts';
import { seed2011 } from './seed-2011.ts';

const request = { operationId: OPERATION, transitDays: 1 };
const dayOf = (text: string) => Date.parse(text) / DAY_MS;

async function importRows(node: TestNode): Promise<void> {
  const direct = [
    line({ guid: 'AA', ip: '192.0.2.1', time: '2011-09-01T10:00:00Z' }),
    line({ guid: 'AA', ip: '192.0.2.1', time: '2011-09-03T10:00:00Z' }),
    line({ guid: 'BB', ip: '2001:db8::7', time: '2011-09-03T10:00:00Z' }),
    line({ guid: 'CC', ip: '203.0.113.9', time: '2011-09-02T10:00:00Z' }),
  ];
  const path = await node.write('log.csv', [HEADER, ...direct]);
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  const heard = await node.write('heard.csv', [HEADER, line({ guid: 'DD', ip: '192.0.2.1' })]);
  const hearsay = { ...PROFILE, fields: { ...PROFILE.fields, grade: { constant: 'hearsay' } } };
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path: heard, profile: hearsay });
  const registry = await node.write('registry.txt', REGISTRY);
  await loadSnapshot(node.ctx, ANALYST, { operationId: OPERATION, loader: 'rir-delegated', path: registry });
  await attribute(node.ctx, ANALYST, { operationId: OPERATION });
}

/** As if an officer had said that these client ids are one installation. */
async function mergeInto(node: TestNode, clientIds: readonly string[]): Promise<void> {
  const members = clientIds.map((clientId) => ({
    targetId: `target_${clientId}` as TargetId,
    clientId,
    country: null,
    firstSeenAt: NOW,
  }));
  const merge: Merge = {
    mergeId: 'merge_1' as Merge['mergeId'],
    operationId: OPERATION,
    targetId: `target_${clientIds[0]}` as TargetId,
    clientIds,
    members,
    countries: [],
    parts: [],
    frozenPackages: [],
    reason: 'one installation',
    by: 'officer_1',
    at: NOW,
    split: null,
  };
  await arrangeUnlogged(node.ctx.db, (tx) => insertMerge(tx, merge));
}

test('the curve of a log counts direct rows by the rules of their operators, and is kept until something changes', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  registerCurveJobs(node.ctx);
  await node.ctx.jobs.start();
  try {
    await importRows(node);
    await loadRules(node.ctx, ANALYST, {
      operationId: OPERATION,
      name: 'seed',
      rules: seed2011(),
      reason: 'test',
    });
    const curve = await freezeCurve(node.ctx, ANALYST, request);
    expect(curve.scopes.map(({ country, everywhere, targets }) => [country, everywhere, targets])).toEqual([
      [null, true, 3],
      ['DK', false, 1],
      ['FI', false, 1],
      [null, false, 1],
    ]);
    const [everywhere, , , unknown] = curve.scopes;
    // Finland and Denmark keep a year; of a holder that nobody knows seven days are assumed.
    expect(unknown && pointsOf(unknown)).toMatchObject([
      { day: dayOf('2011-09-03'), identifiable: 1 },
      ...Array(5).fill({ identifiable: 1 }),
      { day: dayOf('2011-09-09'), identifiable: 0, lost: 1 },
    ]);
    const best = everywhere && bestOf(pointsOf(everywhere));
    expect(best).toMatchObject({ day: dayOf('2011-09-04'), identifiable: 3 });
    expect(everywhere && curveWords(everywhere, { best, today: nextDispatch(NOW) })).toEqual([
      'Best day: 4 Sep 2011, with 3 of 3 targets still identifiable on arrival.',
      'Sent on 21 Sep 2011: 2. Waiting one more day changes nothing.',
    ]);
    const again = await freezeCurve(node.ctx, ANALYST, request);
    expect(again.computedAt).toEqual(curve.computedAt);
    const events = await listEvents(node.ctx.db, { operationId: OPERATION });
    expect(events.filter(({ kind }) => kind === 'targets.freeze-curve-computed')).toMatchObject([
      { facts: { bestDay: '2011-09-04', identifiable: 3, targets: 3, transitDays: 1 } },
    ]);
    expect(await curveState(node.ctx, ANALYST, request)).toMatchObject({ stale: false, work: null });
    await mergeInto(node, ['aa', 'cc']);
    expect(await curveState(node.ctx, ANALYST, request)).toMatchObject({ stale: true });
    const merged = await freezeCurve(node.ctx, ANALYST, request);
    expect(merged.scopes[0]).toMatchObject({ everywhere: true, targets: 2 });
    await setRule(node.ctx, ANALYST, {
      operationId: OPERATION,
      reason: 'their letter',
      content: { ...seed2011()[0]!, country: 'FI', operator: 'Other', daysKept: 1 },
    });
    expect(await curveState(node.ctx, ANALYST, request)).toMatchObject({ stale: true, work: null });
    await requestCurve(node.ctx, ANALYST, request);
    await expect
      .poll(async () => (await curveState(node.ctx, ANALYST, request)).stale, { timeout: 10_000 })
      .toBe(false);
  } finally {
    await node.ctx.jobs.stop();
  }
});

test('whoever may not read targets reads no curve; one that was called off stays so and another can begin', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  registerCurveJobs(node.ctx);
  await node.ctx.jobs.start({ work: false });
  await expect(curveState(node.ctx, STRANGER, request)).rejects.toMatchObject({ code: 'access/denied' });
  await expect(freezeCurve(node.ctx, ANALYST, request)).rejects.toMatchObject({
    code: 'observations/nothing-imported',
  });
  await importRows(node);
  await requestCurve(node.ctx, ANALYST, request);
  await requestCurve(node.ctx, ANALYST, request);
  expect(await node.ctx.jobs.pending()).toBe(1);
  expect((await curveState(node.ctx, ANALYST, request)).work).toMatchObject({ state: 'waiting' });
  await cancelCurve(node.ctx, ANALYST, request);
  expect((await curveState(node.ctx, ANALYST, request)).work).toMatchObject({ state: 'cancelled' });
  await requestCurve(node.ctx, ANALYST, request);
  expect((await curveState(node.ctx, ANALYST, request)).work).toMatchObject({ state: 'waiting' });
  await node.ctx.jobs.stop();
});

test('the chart of letters has a column for some days, the best marked, and nothing where there is nothing', () => {
  const changes = [
    [0, 4, 0],
    [2, 4, 0],
    [5, 0, 6],
    [9, 0, 2],
  ] as const;
  expect(curveChart(pointsOf({ changes }), 4)).toEqual([
    '8 │  ███',
    '  │  ███',
    '  │  ███',
    '  │  ███',
    '  │█████',
    '  │█████',
    '  │█████████',
    '0 │█████████',
    '  └──────────',
    '     ▲ ○',
    '   1 Jan 1970 10 Jan 1970',
    '   ▲ best day  ○ next dispatch',
  ]);
  expect(curveChart([], 4)).toEqual([]);
  const long = curveChart(pointsOf({ changes }, { from: 0, to: 400 }), 4);
  expect(Math.max(...long.map((row) => row.length))).toBeLessThan(80);
});
