import { expect, test } from 'vitest';
import type { PackageId } from '#core/ids.ts';
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
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { clockOf } from '#observations/retention/clock.ts';
import { retentionRule } from '#observations/retention/fixtures.ts';
import {
  insertPreservation,
  type PreservationId,
  preservationsOf,
} from '#observations/retention/preservation-store.ts';
import { insertRuleVersion, retentionRulesOf } from '#observations/retention/rule-store.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { testDatabase } from '#test/database.ts';
import { buildTargets } from './build.ts';
import { rankAgain } from './rank.ts';
import { addressesOf, listTargets } from './target-reader.ts';

test('new rules and requests that were sent change the clock of each target at the next ranking', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  const operationId = OPERATION;
  const { ctx } = node;
  const log = [
    line({ guid: 'AA', ip: '192.0.2.1', time: '2011-09-01T10:00:00Z' }),
    line({ guid: 'AA', ip: '192.0.2.200', time: '2011-09-10T10:00:00Z' }),
    line({ guid: 'BB', ip: '192.0.2.9', time: '2011-09-15T10:00:00Z' }),
    line({ guid: 'CC', ip: '203.0.113.9', time: '2011-09-18T10:00:00Z' }),
  ];
  const path = await node.write('log.csv', [HEADER, ...log]);
  await importLog(ctx, ANALYST, { operationId, path, profile: PROFILE });
  const registry = await node.write('registry.txt', REGISTRY);
  await loadSnapshot(ctx, ANALYST, { operationId, loader: 'rir-delegated', path: registry });
  await attribute(ctx, ANALYST, { operationId });
  await buildTargets(ctx, ANALYST, { operationId });
  const untils = async () =>
    Object.fromEntries(
      (await listTargets(ctx, { operationId })).map((one) => [
        one.clientId,
        [one.identifiableUntil?.toISOString(), one.keepingKnown],
      ]),
    );
  // Nobody knows how long anybody keeps records: seven days.
  expect(await untils()).toEqual({
    aa: ['2011-09-17T10:00:00.000Z', false],
    bb: ['2011-09-22T10:00:00.000Z', false],
    cc: ['2011-09-25T10:00:00.000Z', false],
  });
  const rule = { ...retentionRule({ country: 'DK', daysKept: 30 }), versionId: 'version_1' };
  await arrangeUnlogged(database.db, (tx) => insertRuleVersion(tx, rule, false));
  await rankAgain(ctx, ANALYST, { operationId });
  expect(await untils()).toEqual({
    aa: ['2011-10-01T10:00:00.000Z', true],
    bb: ['2011-10-15T10:00:00.000Z', true],
    cc: ['2011-09-25T10:00:00.000Z', false],
  });
  const [aa] = await listTargets(ctx, { operationId, search: 'aa' });
  const [sweden] =
    (await addressesOf(ctx, operationId, aa ? [aa.targetId] : [])).get(aa?.targetId as never) ?? [];
  await arrangeUnlogged(database.db, (tx) =>
    insertPreservation(tx, {
      preservationId: 'preservation_1' as PreservationId,
      operationId,
      packageId: 'package_1' as PackageId,
      holder: { country: 'SE', operator: ` ${sweden?.operator?.toUpperCase()} `, asn: sweden?.asn ?? null },
      targetIds: aa ? [aa.targetId] : [],
      sentAt: new Date('2011-09-16T00:00:00Z'),
      until: new Date('2011-12-15T00:00:00Z'),
      note: '',
      recordedAt: NOW,
      recordedBy: 'officer_1',
    }),
  );
  const again = await rankAgain(ctx, ANALYST, { operationId });
  expect((await untils())['aa']).toEqual(['2011-12-15T00:00:00.000Z', false]);
  const events = await listEvents(database.db, { subject: { kind: 'build', id: again.buildId } });
  expect(events.map(({ kind }) => kind)).toEqual(['targets.built', 'targets.ranked', 'targets.ranked']);

  // The list is computed as the clock of one target is.
  const sources = {
    rules: await retentionRulesOf(database.db),
    preservations: await preservationsOf(database.db, operationId),
    at: NOW,
  };
  for (const target of await listTargets(ctx, { operationId })) {
    const places = (await addressesOf(ctx, operationId, [target.targetId])).get(target.targetId) ?? [];
    const seen = places.map((holder) => ({ holder, lastSeenAt: holder.lastSeenAt }));
    expect(clockOf(target.targetId, seen, sources).until).toEqual(target.identifiableUntil);
  }
});
