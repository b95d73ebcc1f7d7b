import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { anyOutcome } from '#casework/arbitraries.ts';
import { officer } from '#casework/fixtures.ts';
import { POSITIVE } from '#casework/fixtures-content.ts';
import type { ReportDocument } from '#casework/report-document.ts';
import { type Outcome, PENDING } from '#casework/types.ts';
import { DAY_MS } from '#core/clock.ts';
import { listEvents } from '#custody/record.ts';
import { openDatabase } from '#platform/database.ts';
import { testDatabase } from '#test/database.ts';
import { computeFigureSet } from './compute.ts';
import { figureSet, figuresHistory } from './figure-set.ts';
import { type FigureSetWithFigures, figureSetById } from './figure-store.ts';
import {
  ARRESTED,
  coordinator,
  coordinatorNode,
  operation,
  press,
  reportFrom,
  systemActor,
} from './fixtures.ts';
import { releaseFigureSet } from './release.ts';

const { operationId } = operation;
const valueOf = (set: Pick<FigureSetWithFigures, 'figures'>, figureId: string) =>
  set.figures.find((figure) => figure.figureId === figureId)?.value;

test('every published figure opens to the list of reports that it counts, as they stood at that moment', async () => {
  await using database = await testDatabase();
  await using node = await coordinatorNode(database);
  const dk = await reportFrom(node, 'DK', { sequence: 1, outcomes: [ARRESTED, POSITIVE] });
  const no = await reportFrom(node, 'NO', { sequence: 1, outcomes: [POSITIVE] });
  const set = await computeFigureSet(node.ctx, coordinator, { operationId, kind: 'provisional' });
  await releaseFigureSet(node.ctx, press, { figureSetId: set.figureSetId, digest: set.digest });
  node.clock.advance(DAY_MS);
  await reportFrom(node, 'DK', { sequence: 2, outcomes: [ARRESTED, ARRESTED, ARRESTED], after: dk });

  const opened = await figureSet(node.ctx.db, { figureSetId: set.figureSetId, operationId });
  const suspects = opened.figures.find(({ figureId }) => figureId === 'suspects-identified');
  expect(suspects).toMatchObject({
    value: 3,
    released: true,
    shares: [
      { country: 'DK', reportId: dk.reportId, share: 2 },
      { country: 'NO', reportId: no.reportId, share: 1 },
    ],
  });
  const known = new Set<string | null>([null, ...opened.reports.map(({ reportId }) => reportId)]);
  for (const { shares, value } of opened.figures) {
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBe(value);
    expect(shares.filter(({ reportId }) => !known.has(reportId))).toEqual([]);
  }
  expect(opened.reports.map(({ reportId, totals }) => [reportId, totals])).toEqual([
    [dk.reportId, dk.totals],
    [no.reportId, no.totals],
  ]);
});

test('computing the past again gives the past, whatever was reported since', async () => {
  const country = fc.constantFrom('DK', 'HR', 'MT', 'NO');
  const acts = fc.array(fc.record({ country, outcomes: fc.array(anyOutcome, { maxLength: 3 }) }), {
    minLength: 2,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(acts, async (list) => {
      await using database = await testDatabase();
      await using node = await coordinatorNode(database);
      const last = new Map<string, ReportDocument>();
      const sets: FigureSetWithFigures[] = [];
      for (const act of list) {
        const after = last.get(act.country);
        const sequence = (after?.sequence ?? 0) + 1;
        last.set(
          act.country,
          await reportFrom(node, act.country, { sequence, outcomes: act.outcomes, ...(after && { after }) }),
        );
        sets.push(await computeFigureSet(node.ctx, coordinator, { operationId, kind: 'provisional' }));
        node.clock.advance(DAY_MS);
      }
      for (const { asOf, figures, figureSetId, passed } of sets) {
        expect(passed).toBe(true);
        expect(
          (await computeFigureSet(node.ctx, coordinator, { operationId, kind: 'provisional', asOf })).figures,
        ).toEqual(figures);
        expect((await figureSetById(node.ctx.db, figureSetId))?.figures).toEqual(figures);
      }
    }),
    { numRuns: 4 },
  );
});

test('a correction replaces what its country stated; nothing is counted twice', async () => {
  await using database = await testDatabase();
  await using node = await coordinatorNode(database);
  const first = await reportFrom(node, 'DK', { sequence: 1, outcomes: [ARRESTED, ARRESTED] });
  await reportFrom(node, 'DK', { sequence: 2, outcomes: [ARRESTED, PENDING], after: first });
  const set = await computeFigureSet(node.ctx, coordinator, { operationId, kind: 'final' });
  expect([
    valueOf(set, 'suspects-identified'),
    valueOf(set, 'countries-reporting'),
    valueOf(set, 'targets-pending'),
  ]).toEqual([1, 1, 7]);
});

test('only the coordinator computes, and not the future', async () => {
  await using database = await testDatabase();
  await using node = await coordinatorNode(database);
  const asOf = new Date(node.clock.now().getTime() + 1);
  await expect(
    computeFigureSet(node.ctx, coordinator, { operationId, kind: 'final', asOf }),
  ).rejects.toMatchObject({ code: 'results/as-of-future' });
  await expect(computeFigureSet(node.ctx, press, { operationId, kind: 'final' })).rejects.toMatchObject({
    code: 'access/denied',
  });
  const lead = { ...node.ctx, node: { ...node.ctx.node, agencyId: operation.lead } };
  await expect(computeFigureSet(lead, coordinator, { operationId, kind: 'final' })).rejects.toMatchObject({
    code: 'results/not-coordinator',
  });
});

test('a second officer releases a set once, over the digest that he looked at', async () => {
  await using database = await testDatabase();
  await using node = await coordinatorNode(database);
  await reportFrom(node, 'DK', { sequence: 1, outcomes: [POSITIVE] });
  const { figureSetId, digest } = await computeFigureSet(node.ctx, coordinator, {
    operationId,
    kind: 'final',
  });
  const both = officer('europol-1', 'press', operation);
  const release = (
    input: { digest?: string; withhold?: string[] } = {},
    actor: Parameters<typeof releaseFigureSet>[1] = press,
  ) => releaseFigureSet(node.ctx, actor, { figureSetId, digest, ...input });
  await expect(release({}, both)).rejects.toMatchObject({ code: 'access/same-officer' });
  await expect(release({}, systemActor)).rejects.toMatchObject({ code: 'results/officer-required' });
  await expect(release({ digest: '0'.repeat(64) })).rejects.toMatchObject({ code: 'results/digest-differs' });
  await expect(release({ withhold: ['luck'] })).rejects.toMatchObject({ code: 'results/figure-unknown' });
  const clicks = await Promise.allSettled([
    release({ withhold: ['bytes-seized'] }),
    release({ withhold: ['bytes-seized'] }),
  ]);
  expect(clicks.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(release()).rejects.toMatchObject({ code: 'results/already-released' });
  const { figures, release: stands } = await figureSet(node.ctx.db, { figureSetId });
  expect(figures.filter(({ released }) => !released).map((figure) => figure.figureId)).toEqual([
    'bytes-seized',
  ]);
  expect(stands).toMatchObject({
    releasedBy: 'europol-2',
    releasedByName: 'Officer europol-2',
    withheld: ['bytes-seized'],
  });
  const events = await listEvents(node.ctx.db, { subject: { kind: 'figures', id: figureSetId } });
  expect(events.map(({ kind }) => kind)).toEqual(['results.computed', 'results.released']);
});

test('the database lets nobody release his own figures, other figures, or figures that failed the check', async () => {
  await using database = await testDatabase();
  await using node = await coordinatorNode(database);
  const { figureSetId, digest } = await computeFigureSet(node.ctx, coordinator, {
    operationId,
    kind: 'final',
  });
  const owner = openDatabase({ url: database.ownerUrl, role: 'owner', poolSize: 1 });
  const write = (by: string, over: string, passed: boolean) =>
    sql`insert into figure_set_release values (${figureSetId}, 'europol-1', ${over}, ${passed}, ${by}, 'x', now(), '{}')`.execute(
      owner,
    );
  await expect(write('europol-1', digest, true)).rejects.toThrow(/figure_release_second_officer/);
  await expect(write('europol-2', '0'.repeat(64), true)).rejects.toThrow(/foreign key/);
  await expect(write('europol-2', digest, false)).rejects.toThrow(/check constraint/);
  await write('europol-2', digest, true);
  await owner.destroy();
});

test.each([
  ['figure_set', 'kind'],
  ['figure', 'value'],
  ['figure_share', 'share'],
  ['figure_set_release', 'withheld'],
])('a frozen set cannot be edited: %s', async (table, column) => {
  await using database = await testDatabase();
  for (const statement of [
    `update ${table} set ${column} = ${column}`,
    `delete from ${table}`,
    `truncate ${table} cascade`,
  ]) {
    await expect(sql.raw(statement).execute(database.db)).rejects.toThrow(/permission denied/);
  }
});

test('a figure set whose rows were tampered with by the owner is not released', async () => {
  await using database = await testDatabase();
  await using node = await coordinatorNode(database);
  const { figureSetId, digest } = await computeFigureSet(node.ctx, coordinator, {
    operationId,
    kind: 'final',
  });
  const owner = openDatabase({ url: database.ownerUrl, role: 'owner', poolSize: 1 });
  await sql`update figure set value = 99 where figure_id = 'suspects-identified'`.execute(owner);
  await owner.destroy();
  await expect(releaseFigureSet(node.ctx, press, { figureSetId, digest })).rejects.toMatchObject({
    code: 'results/digest-differs',
  });
});

test('the history of a figure shows each set in the order of time', async () => {
  await using database = await testDatabase();
  await using node = await coordinatorNode(database);
  const outcomes: Outcome[] = [POSITIVE];
  const first = await reportFrom(node, 'DK', { sequence: 1, outcomes });
  await computeFigureSet(node.ctx, coordinator, { operationId, kind: 'provisional' });
  node.clock.advance(DAY_MS);
  await reportFrom(node, 'DK', { sequence: 2, outcomes: [POSITIVE, POSITIVE], after: first });
  await computeFigureSet(node.ctx, coordinator, { operationId, kind: 'final' });
  const { points } = await figuresHistory(node.ctx.db, operationId, 'suspects-identified');
  expect(points.map(({ kind, value }) => [kind, value])).toEqual([
    ['provisional', 1],
    ['final', 2],
  ]);
});
