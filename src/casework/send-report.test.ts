import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { deliveryOf } from '#exchange/deliveries.ts';
import { testDatabase } from '#test/database.ts';
import { acquaint, carry, officer, testNode, testOperation } from './fixtures.ts';
import { givenPackage, outcomeWith, POSITIVE, targetIds } from './fixtures-content.ts';
import { recordOutcome } from './record.ts';
import { reportById, reportHistory, reportsAsOf } from './report-store.ts';
import { previewReport, sendReport } from './send-report.ts';

const operation = testOperation();
const { operationId } = operation;
const targets = targetIds('MT', 2).map((targetId) => ({ targetId: targetId as TargetId }));
const [one, two] = targets.map(({ targetId }) => targetId) as [TargetId, TargetId];
const investigator = officer('mt-1', 'investigator', operation);

async function maltaAndEuropol(use: {
  databases: Awaited<ReturnType<typeof testDatabase>>[];
  atCoordinator?: boolean;
}) {
  const [home, centre] = use.databases;
  if (!home || !centre) throw new Error('two databases');
  const mt = await testNode(home, 'mt', operation);
  const europol = await testNode(centre, 'europol', operation);
  await acquaint(mt, europol);
  await givenPackage(home.db, operation, { country: 'MT', targets });
  await givenPackage(centre.db, operation, { country: 'MT', targets });
  const stack = new AsyncDisposableStack();
  stack.use(mt);
  stack.use(europol);
  return { mt, europol, stack };
}

test('a report states every target, goes sealed to the coordinator and stands there; notes stay at home', async () => {
  await using home = await testDatabase();
  await using centre = await testDatabase();
  const { mt, europol, stack } = await maltaAndEuropol({ databases: [home, centre] });
  await using _ = stack;
  await recordOutcome(mt.ctx, investigator, {
    operationId,
    targetId: one,
    ...POSITIVE,
    note: 'the neighbour opened',
  });
  const sent = await sendReport(mt.ctx, investigator, { operationId });
  expect(sent).toMatchObject({
    sequence: 1,
    supersedes: null,
    totals: { targets: 2, positive: 1, pending: 1, suspectsIdentified: 1 },
  });
  await carry(sent.messageId, mt, europol);
  const [standing] = await reportsAsOf(centre.db, operationId, europol.clock.now());
  expect(standing).toMatchObject({
    reportId: sent.reportId,
    statementDigest: sent.statementDigest,
    contentDigest: sent.contentDigest,
  });
  expect((await reportById(centre.db, sent.reportId))?.targets).toEqual(
    (await reportById(home.db, sent.reportId))?.targets,
  );
  const [folder] = await readdir(europol.ctx.paths.opened);
  const text = await readFile(join(europol.ctx.paths.opened, folder ?? '', 'report.json'), 'utf8');
  expect(text).not.toContain('neighbour');
  const [event] = await listEvents(home.db, { subject: { kind: 'report', id: sent.reportId } });
  expect(event).toMatchObject({ kind: 'report.sent', facts: { sequence: 1, message: sent.messageId } });
});

test('sends nothing twice: nothing new since the last report, nothing is sent', async () => {
  await using home = await testDatabase();
  await using centre = await testDatabase();
  const { mt, stack } = await maltaAndEuropol({ databases: [home, centre] });
  await using _ = stack;
  const clicks = await Promise.allSettled(
    [1, 2].map(() => sendReport(mt.ctx, investigator, { operationId })),
  );
  expect(clicks.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(sendReport(mt.ctx, investigator, { operationId })).rejects.toMatchObject({
    code: 'report/nothing-new',
  });
  expect(await reportHistory(home.db, operationId)).toHaveLength(1);
});

test('a correction supersedes the report before, and needs a reason', async () => {
  await using home = await testDatabase();
  await using centre = await testDatabase();
  const { mt, europol, stack } = await maltaAndEuropol({ databases: [home, centre] });
  await using _ = stack;
  await recordOutcome(mt.ctx, investigator, { operationId, targetId: one, ...POSITIVE });
  const first = await sendReport(mt.ctx, investigator, { operationId });
  const negative = outcomeWith({ outcome: 'negative', searchDone: true });
  await recordOutcome(mt.ctx, investigator, {
    operationId,
    targetId: one,
    ...negative,
    reason: 'wrong flat',
  });
  const draft = await previewReport(mt.ctx, investigator, operationId);
  expect(draft).toMatchObject({
    sequence: 2,
    nothingNew: false,
    needsReason: true,
    changed: [{ targetId: one, takesBack: true }],
  });
  await expect(sendReport(mt.ctx, investigator, { operationId })).rejects.toMatchObject({
    code: 'report/reason-required',
  });
  const second = await sendReport(mt.ctx, investigator, { operationId, reason: 'Wrong flat' });
  expect(second).toMatchObject({ sequence: 2, supersedes: first.reportId, reason: 'Wrong flat' });
  for (const { messageId } of [second, first]) await carry(messageId, mt, europol);
  expect(await reportsAsOf(centre.db, operationId, europol.clock.now())).toMatchObject([
    { sequence: 2, totals: { negative: 1 } },
  ]);
});

test('what was said in a refused report can be sent again', async () => {
  await using home = await testDatabase();
  await using centre = await testDatabase();
  const mt = await testNode(home, 'mt', operation);
  const europol = await testNode(centre, 'europol', operation);
  await using stack = new AsyncDisposableStack();
  stack.use(mt);
  stack.use(europol);
  await acquaint(mt, europol);
  await givenPackage(home.db, operation, { country: 'MT', targets });
  await givenPackage(centre.db, operation, { country: 'MT', targets: [{ targetId: one }] });
  const first = await sendReport(mt.ctx, investigator, { operationId });
  await carry(first.messageId, mt, europol);
  const [receipt] = await centre.db
    .selectFrom('outbox_message')
    .select('id')
    .where('kind', '=', 'receipt')
    .execute();
  await carry(receipt?.id as typeof first.messageId, europol, mt);
  expect(await deliveryOf(home.db, first.messageId, mt.clock.now())).toMatchObject([
    { state: 'refused', code: 'report/target-unknown' },
  ]);
  await givenPackage(centre.db, operation, { country: 'MT', targets, version: 2 });
  const again = await sendReport(mt.ctx, investigator, { operationId });
  await carry(again.messageId, mt, europol);
  expect(await reportHistory(centre.db, operationId)).toMatchObject([
    { reportId: again.reportId, sequence: 2, afterGap: true },
  ]);
});

test('a target that fell out of a later package is still reported once something was recorded about it', async () => {
  await using home = await testDatabase();
  await using centre = await testDatabase();
  const { mt, stack } = await maltaAndEuropol({ databases: [home, centre] });
  await using _ = stack;
  await recordOutcome(mt.ctx, investigator, { operationId, targetId: two, ...POSITIVE });
  await givenPackage(home.db, operation, { country: 'MT', targets: [{ targetId: one }], version: 2 });
  const sent = await sendReport(mt.ctx, investigator, { operationId });
  expect(sent.totals).toMatchObject({ targets: 2, positive: 1 });
});

test('an agency that takes no part, and one without a package, cannot report', async () => {
  await using home = await testDatabase();
  await using centre = await testDatabase();
  await using mt = await testNode(home, 'mt', operation);
  await using europol = await testNode(centre, 'europol', operation);
  await expect(sendReport(mt.ctx, investigator, { operationId })).rejects.toMatchObject({
    code: 'report/nothing-received',
  });
  await expect(sendReport(europol.ctx, investigator, { operationId })).rejects.toMatchObject({
    code: 'report/not-participant',
  });
});
