import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import {
  ANALYST,
  fileHash,
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
import { duckOptions, openLake } from '#observations/lake.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { buildTargets } from './build.ts';
import { buildFolder } from './build-files.ts';
import { currentBuild } from './build-store.ts';
import { type CoverAsked, coverTargets, keptCover } from './cover.ts';
import { openTargetList } from './export-list.ts';
import { flagImminentRisk } from './imminent-risk.ts';
import { writeShelf } from './list-shelf.ts';
import { noteHit, noteKnown } from './prior-knowledge.ts';
import { rankAgain } from './rank.ts';
import { profilesOf, saveProfile } from './ranking-profiles.ts';
import { loadSeverityList } from './severity.ts';
import { activityByDay, observationsOf } from './target-life.ts';
import { TARGET_SORTS, type TargetFilter } from './target-query.ts';
import { listTargets, pageOfTargets, targetById } from './target-reader.ts';

let database: TestDatabase;
let node: TestNode;
const operationId = OPERATION;

const time = '2011-09-18T10:00:00Z';

/** Client n has the files n to n + 3; the last client all of the first eight, and a graver one. */
const LINES = [
  ...Array.from({ length: 8 }, (_, n) =>
    [0, 1, 2, 3].map((more) =>
      line({ time, guid: `c${n}`, ip: n % 2 === 0 ? '192.0.2.1' : '192.0.2.200', hash: fileHash(n + more) }),
    ),
  ).flat(),
  ...[0, 1, 2, 3, 4, 5, 6, 7, 99].map((file) =>
    line({ time, guid: 'c8', ip: '192.0.2.9', hash: fileHash(file) }),
  ),
];

beforeAll(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
  const { ctx } = node;
  await importLog(ctx, ANALYST, {
    operationId,
    path: await node.write('log.csv', [HEADER, ...LINES]),
    profile: PROFILE,
  });
  await loadSnapshot(ctx, ANALYST, {
    operationId,
    loader: 'rir-delegated',
    path: await node.write('registry.txt', REGISTRY),
  });
  await loadSeverityList(ctx, ANALYST, {
    operationId,
    path: await node.write('severity.csv', ['hash,code', `${fileHash(99)},A`]),
  });
  await attribute(ctx, ANALYST, { operationId });
  await buildTargets(ctx, ANALYST, { operationId });
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function idOf(clientId: string): Promise<TargetId> {
  const [target] = await listTargets(node.ctx, { operationId, search: clientId });
  if (!target) throw new Error(`no target ${clientId}`);
  return target.targetId;
}

const say = (targetId: TargetId, reason: string | null) =>
  database.db
    .transaction()
    .execute((tx) => noteKnown(node.ctx, tx, ANALYST, { operationId, targetId, reason }));
const flag = (targetId: TargetId, reason: string | null) =>
  database.db
    .transaction()
    .execute((tx) => flagImminentRisk(node.ctx, tx, ANALYST, { operationId, targetId, reason }));

test('prior knowledge outranks every score and is outranked by imminent risk; it is taken back, and all of it is on record', async () => {
  const before = (await listTargets(node.ctx, { operationId })).map(({ targetId }) => targetId);
  const [least, next] = [before.at(-1), before.at(-2)] as [TargetId, TargetId];
  await say(least, 'held by the unit since May');
  expect((await listTargets(node.ctx, { operationId }))[0]).toMatchObject({
    targetId: least,
    known: { reason: 'held by the unit since May', notedBy: 'officer_1' },
  });
  await flag(next, 'somebody may be harmed');
  const said = (await listTargets(node.ctx, { operationId })).map(({ targetId }) => targetId);
  expect(said.slice(0, 2)).toEqual([next, least]);
  await say(least, 'held by the unit since May');
  await say(least, null);
  await flag(next, null);
  expect((await listTargets(node.ctx, { operationId })).map(({ targetId }) => targetId)).toEqual(before);
  const events = await listEvents(database.db, { subject: { kind: 'target', id: least } });
  expect(events.map(({ kind }) => kind)).toEqual(['target.known-noted', 'target.known-cleared']);
});

test('prior knowledge needs a target, a reason and a right', async () => {
  const targetId = await idOf('c1');
  await expect(say('target_none' as TargetId, 'x')).rejects.toThrow('no target');
  await expect(say(targetId, ' ')).rejects.toThrow('its reason');
  await expect(
    database.db
      .transaction()
      .execute((tx) => noteKnown(node.ctx, tx, STRANGER, { operationId, targetId, reason: 'x' })),
  ).rejects.toThrow('targets.flag');
});

test('a confirmed hit is prior knowledge until the hit is taken back, and never replaces what an officer wrote', async () => {
  const targetId = await idOf('c2');
  const hit = (same: boolean, hitId = 'hit_1') =>
    database.db.transaction().execute((tx) =>
      noteHit(node.ctx, tx, ANALYST, {
        operationId,
        targetId,
        hitId,
        same,
        words: 'both have one address',
      }),
    );
  const reason = async () => (await targetById(node.ctx, operationId, targetId))?.known?.reason;
  await hit(true);
  expect(await reason()).toBe('confirmed hit hit_1: both have one address');
  await hit(false, 'hit_2');
  expect(await reason()).toContain('hit_1');
  await hit(false);
  expect(await reason()).toBeUndefined();
  await say(targetId, 'an officer says so');
  await hit(true);
  await hit(false);
  expect(await reason()).toBe('an officer says so');
  await say(targetId, null);
});

test('a cover begins with the target whose files weigh most, then what adds most to it; it is kept', async () => {
  const asked: CoverAsked = { operationId, most: 3, hearsay: false, expired: false };
  expect(await keptCover(node.ctx, ANALYST, asked)).toBeUndefined();
  const cover = await coverTargets(node.ctx, ANALYST, asked);
  expect(cover).toMatchObject({ candidates: 9, files: 12, exact: true });
  // Of the files 8, 9 and 10 the last client has all.
  expect(cover.rows.map(({ clientId, added }) => [clientId, added])).toEqual([
    ['c8', 9],
    ['c7', 3],
  ]);
  expect(cover.rows[0]).toMatchObject({ addedByCode: { A: 1, B: 0, C: 0 } });
  expect(cover.rows[0]?.words).toMatch(
    /^adds 9 files that none before it supplies, of them 1 with code A; together \d+\.\d% of all points$/,
  );
  expect(cover.rows.at(-1)?.share).toBe(1);
  expect(await keptCover(node.ctx, ANALYST, asked)).toEqual(cover);
});

test('a cover of a country knows no other, and what outranks scores comes first', async () => {
  const known = await idOf('c3');
  await say(known, 'held by the unit');
  const cover = await coverTargets(node.ctx, ANALYST, {
    operationId,
    country: 'SE',
    most: 2,
    hearsay: false,
    expired: false,
  });
  expect(cover.rows.map(({ clientId, standing }) => [clientId, standing])).toEqual([
    ['c3', 'known'],
    ['c7', null],
  ]);
  await say(known, null);
  await expect(
    coverTargets(node.ctx, STRANGER, { operationId, most: 1, hearsay: false, expired: false }),
  ).rejects.toThrow('targets.read');
});

test('the weights that were saved last count from the next ranking on, and the earlier ones stay readable', async () => {
  const { name: _name, version: _version, ...weights } = (await profilesOf(database.db))[0]?.profile ?? {};
  const volume = { points: 1000, atMostDoublings: 10 };
  const save = (changed: object, reason = 'files matter most here') =>
    saveProfile(node.ctx, ANALYST, {
      operationId,
      name: 'urgency',
      weights: { ...weights, ...changed },
      reason,
    });
  expect(await save({ volume })).toMatchObject({ name: 'urgency', version: 3 });
  const build = await rankAgain(node.ctx, ANALYST, { operationId });
  expect(build.profile.version).toBe(3);
  expect((await listTargets(node.ctx, { operationId }))[0]).toMatchObject({
    clientId: 'c8',
    rankingVersion: 'urgency-3',
  });
  await expect(save({ volume: { points: -1, atMostDoublings: 10 } })).rejects.toThrow('volume');
  await expect(save({}, ' ')).rejects.toThrow('why');
  expect((await profilesOf(database.db)).map(({ profile }) => profile.version)).toEqual([3, 2]);
});

test('a list that is read from its shelf gives the same pages and counts, whatever was said of whom', async () => {
  const [risk, known] = [await idOf('c4'), await idOf('c5')];
  await flag(risk, 'harm');
  await say(known, 'known');
  const filters: Omit<TargetFilter, 'operationId'>[] = [
    {},
    { country: 'SE' },
    { country: null },
    { marks: ['known'] },
    { marks: ['imminent-risk', 'direct'] },
    { marks: ['identifiable'] },
    { severity: 'A' },
    { leastFiles: 5 },
    { search: 'c8' },
    { hoursLeft: 10_000 },
  ];
  const pages = async () => {
    const all: unknown[] = [];
    for (const sort of TARGET_SORTS)
      for (const filter of filters)
        for (const offset of filter.country === undefined ? [0, 1, 4, 8] : [0])
          all.push(await pageOfTargets(node.ctx, { operationId, ...filter, sort, offset, limit: 3 }));
    return all;
  };
  await using queries = await pooled();
  const ctx = node.ctx;
  node = { ...node, ctx: { ...ctx, queries: queries.pool } };
  const plain = await pages();
  const build = await currentBuild(database.db, operationId);
  if (!build) throw new Error('no build');
  {
    await using duck = await openLake(duckOptions(ctx));
    await writeShelf(duck, buildFolder(ctx.paths.lake, build.buildId), build.ranking);
  }
  expect(await pages()).toEqual(plain);
  node = { ...node, ctx };
});

async function pooled() {
  const { lakePool } = await import('#observations/lake.ts');
  const pool = lakePool(node.ctx.paths);
  return { pool, [Symbol.asyncDispose]: () => pool.close() };
}

test('a list leaves as a file, filtered and safe for a spreadsheet, and the disclosure is on record', async () => {
  const request = { operationId, country: 'SE', sort: 'files', format: 'csv' } as const;
  const { stream, fileName } = await openTargetList(node.ctx, ANALYST, request);
  const lines = (await text(stream)).trimEnd().split('\n');
  expect(fileName).toBe('targets.csv');
  expect(lines).toHaveLength(1 + 4);
  expect(lines[0]).toContain('target_id,client_id,country,score,standing');
  const build = await currentBuild(database.db, operationId);
  const events = await listEvents(database.db, { subject: { kind: 'build', id: build?.buildId ?? '' } });
  expect(events.at(-1)).toMatchObject({
    kind: 'targets.list-exported',
    facts: { format: 'csv', rows: 4, filter: { country: 'SE' } },
  });
  await expect(openTargetList(node.ctx, STRANGER, request)).rejects.toThrow('targets.read');
});

test('a target opens to its days and to every observation, with the line of the log', async () => {
  const targetId = await idOf('c1');
  expect(await activityByDay(node.ctx, { operationId, targetId })).toEqual([
    { day: '2011-09-18', direct: 4, hearsay: 0 },
  ]);
  const rows = await observationsOf(node.ctx, { operationId, targetId }, { offset: 0, limit: 3 });
  expect(rows.map(({ sourceLine }) => sourceLine)).toEqual([6, 7, 8]);
  expect(rows[0]).toMatchObject({ address: '192.0.2.200', grade: 'direct-browse', sourceName: 'log.csv' });
});
