import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#access/policy.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { deliveryOf } from '#exchange/deliveries.ts';
import { adoptOperation } from '#operations/create.ts';
import type { Operation } from '#operations/types.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { type TestNet, type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { registerReferralJobs } from './answer-claim.ts';
import { approveIcse } from './approve-icse.ts';
import { claimIcse, withdrawClaim } from './claim-icse.ts';
import { listClaims, overlapsPage } from './claim-store.ts';
import { confirmIcse } from './confirm-icse.ts';
import { syntheticItems as items, officerOfBothRoles, syntheticItem } from './fixtures.ts';
import { referralHandlers } from './handlers.ts';
import { prepareIcse, prepareRemainder, requireSeries } from './prepare-icse.ts';
import { confirmReceived } from './receive-icse.ts';
import { listReceivedSeries } from './received-store.ts';
import { sendIcse } from './send-icse.ts';
import { type IcseItem, type IcseSeries, seriesState } from './types.ts';

const MT = 'mt' as AgencyId;

interface Stage {
  readonly mt: TestNode;
  readonly europol: TestNode;
  readonly interpol: TestNode;
  readonly operationId: OperationId;
  readonly investigator: Actor;
  readonly coordinator: Actor;
  readonly approver: Actor;
}

let net: TestNet;
beforeAll(async () => {
  net = await testNodes(['dk', 'europol', 'mt', 'interpol'], {
    handlers: referralHandlers,
    jobs: registerReferralJobs,
  });
});
afterAll(() => net[Symbol.asyncDispose]());

/** An operation of its own: one register of claims. */
async function stage(): Promise<Stage> {
  const operation: Operation = await net.operation({
    lead: 'dk',
    coordinator: 'europol',
    participants: ['mt', 'be'],
  });
  const [mt, europol, interpol] = [net.node('mt'), net.node('europol'), net.node('interpol')];
  for (const { ctx } of [mt, europol])
    await ctx.db
      .transaction()
      .execute((tx) => adoptOperation(tx, operation, { at: net.clock.now(), actor: 'system:test' }));
  const { operationId } = operation;
  return {
    mt,
    europol,
    interpol,
    operationId,
    investigator: testOfficer('investigator', operationId),
    coordinator: testOfficer('coordinator', operationId),
    approver: testOfficer('approver', operationId),
  };
}

/** A series prepared and approved: at the coordinator's node on behalf of Malta. */
async function approved(at: Stage, node: TestNode, files: readonly IcseItem[]): Promise<IcseSeries> {
  const own = node.agencyId === MT;
  const series = await prepareIcse(node.ctx, own ? at.investigator : at.coordinator, {
    operationId: at.operationId,
    name: 'Series 1',
    caseReference: 'MT-2011-7',
    ...(own ? {} : { onBehalfOf: MT }),
    items: files,
  });
  return approveIcse(node.ctx, at.approver, { ...series, digest: series.contentDigest });
}

async function standing(node: TestNode, series: IcseSeries): Promise<string> {
  return seriesState(await requireSeries(node.ctx.db, series));
}

test('a series is prepared, approved, claimed, sent to Interpol and confirmed', async () => {
  const at = await stage();
  const { mt, europol, interpol, operationId, investigator } = at;
  const series = await approved(at, mt, items(0, 30));
  await claimIcse(mt.ctx, investigator, series);
  expect(await standing(mt, series)).toBe('claim-asked');
  await net.settled();
  expect(await standing(mt, series)).toBe('claim-granted');
  const sent = await sendIcse(mt.ctx, investigator, series);
  await net.settled();
  const messageId = sent.sent?.messageId ?? ('' as never);
  expect(await deliveryOf(mt.ctx.db, messageId, net.clock.now())).toMatchObject([
    { recipient: 'interpol', nextHop: 'europol', state: 'acknowledged' },
  ]);
  expect(await listReceivedSeries(interpol.ctx.db, operationId)).toMatchObject([
    { seriesId: series.seriesId, from: 'mt', itemCount: 30, contentDigest: series.contentDigest },
  ]);
  await confirmReceived(interpol.ctx, investigator, { ...series, icseReference: 'ICSE-1' });
  await net.settled();
  expect(await requireSeries(mt.ctx.db, series)).toMatchObject({
    confirmed: { by: 'agency:interpol', icseReference: 'ICSE-1' },
  });
  expect(await listClaims(europol.ctx.db, operationId)).toMatchObject([{ agencyId: 'mt', state: 'granted' }]);
});

test('whoever claims first refers: the coordinator is refused what the country claimed', async () => {
  const at = await stage();
  const { mt, europol, coordinator } = at;
  const own = await approved(at, mt, items(0, 20));
  await claimIcse(mt.ctx, at.investigator, own);
  await net.settled();
  const again = await approved(at, europol, items(0, 20));
  await claimIcse(europol.ctx, coordinator, again);
  await expect(sendIcse(europol.ctx, coordinator, again)).rejects.toThrow(
    '20 of 20 files were already referred by mt at 2011-09-21T10:00:00.000Z',
  );
  await expect(prepareRemainder(europol.ctx, coordinator, again)).rejects.toMatchObject({
    code: 'referral/nothing-left',
  });
  expect((await sendIcse(mt.ctx, at.investigator, own)).sent).not.toBeNull();
});

test('whoever claims first refers: the country is refused what the coordinator claimed for it', async () => {
  const at = await stage();
  const { mt, europol, coordinator } = at;
  await claimIcse(europol.ctx, coordinator, await approved(at, europol, items(0, 20)));
  const own = await approved(at, mt, items(0, 20));
  await claimIcse(mt.ctx, at.investigator, own);
  await net.settled();
  await expect(sendIcse(mt.ctx, at.investigator, own)).rejects.toThrow(
    'already referred by europol on behalf of mt at',
  );
});

test('country and coordinator at once: one of the two is granted, whatever the order', async () => {
  const at = await stage();
  const { mt, europol } = at;
  for (let round = 0; round < 5; round++) {
    const files = items(round * 100, round * 100 + 50);
    const [own, forMalta] = [await approved(at, mt, files), await approved(at, europol, files)];
    await claimIcse(mt.ctx, at.investigator, own);
    await Promise.all([net.settled(), claimIcse(europol.ctx, at.coordinator, forMalta)]);
    await net.settled();
    expect([await standing(mt, own), await standing(europol, forMalta)].sort()).toEqual([
      'claim-granted',
      'claim-refused',
    ]);
  }
});

test('of many claims on the register at once, with files in common, one holds each file', async () => {
  const at = await stage();
  const { europol, coordinator } = at;
  const series: IcseSeries[] = [];
  for (let n = 0; n < 6; n++)
    series.push(await approved(at, europol, [...items(n, n + 10), syntheticItem(500)]));
  await Promise.all(series.map((one) => claimIcse(europol.ctx, coordinator, one)));
  const states = await Promise.all(series.map((one) => standing(europol, one)));
  expect(states.filter((state) => state === 'claim-granted')).toHaveLength(1);
  expect(states.filter((state) => state === 'claim-refused')).toHaveLength(5);
});

test('the register itself has no room for a second holder of a file', async () => {
  const at = await stage();
  const { db } = at.europol.ctx;
  await claimIcse(at.europol.ctx, at.coordinator, await approved(at, at.europol, items(0, 3)));
  const [held] = await db
    .selectFrom('icse_claim_item')
    .selectAll()
    .where('operation_id', '=', at.operationId)
    .execute();
  expect(held).toBeDefined();
  if (held)
    await expect(db.insertInto('icse_claim_item').values(held).execute()).rejects.toThrow('duplicate key');
});

test('files that others referred are listed, and only the remainder may be sent', async () => {
  const at = await stage();
  const { mt, europol, investigator, operationId } = at;
  await claimIcse(europol.ctx, at.coordinator, await approved(at, europol, items(0, 10)));
  const own = await approved(at, mt, items(6, 16));
  await claimIcse(mt.ctx, investigator, own);
  await net.settled();
  const refused = await requireSeries(mt.ctx.db, own);
  expect(refused).toMatchObject({ overlapCount: 4, claim: { state: 'refused' } });
  const listed = await overlapsPage(mt.ctx.db, refused.claim?.claimId ?? ('' as never), {
    offset: 0,
    limit: 10,
  });
  expect(listed.map(({ sha1 }) => sha1)).toEqual(
    items(6, 10)
      .map(({ sha1 }) => sha1)
      .sort(),
  );
  const rest = await prepareRemainder(mt.ctx, investigator, own);
  expect(rest).toMatchObject({ itemCount: 6, remainderOf: own.seriesId });
  await approveIcse(mt.ctx, at.approver, {
    operationId,
    seriesId: rest.seriesId,
    digest: rest.contentDigest,
  });
  await claimIcse(mt.ctx, investigator, rest);
  await net.settled();
  expect((await sendIcse(mt.ctx, investigator, rest)).sent).not.toBeNull();
});

test('refuses a series that nobody approved, and the officer who prepared it as approver', async () => {
  const at = await stage();
  const { ctx } = at.mt;
  const both = officerOfBothRoles(at.operationId);
  const series = await prepareIcse(ctx, both, {
    operationId: at.operationId,
    name: 'Series 1',
    caseReference: 'MT-2011-7',
    items: items(0, 3),
  });
  await expect(claimIcse(ctx, both, series)).rejects.toMatchObject({ code: 'referral/not-approved' });
  await expect(sendIcse(ctx, both, series)).rejects.toMatchObject({ code: 'referral/not-approved' });
  const digest = series.contentDigest;
  await expect(approveIcse(ctx, both, { ...series, digest })).rejects.toMatchObject({
    code: 'access/same-officer',
  });
  await expect(approveIcse(ctx, at.approver, { ...series, digest: '0'.repeat(64) })).rejects.toMatchObject({
    code: 'referral/other-digest',
  });
  const bySql = (values: object) =>
    ctx.db.updateTable('icse_series').set(values).where('id', '=', series.seriesId).execute();
  const byHand = { approved_at: new Date(), approved_by: series.prepared.by, approved_digest: digest };
  await expect(bySql(byHand)).rejects.toThrow('icse_second_officer');
  const unapproved = { sent_at: new Date(), sent_by: 'x', message_id: 'y' };
  await expect(bySql(unapproved)).rejects.toThrow('icse_sending_allowed');
  expect(seriesState(await requireSeries(ctx.db, series))).toBe('prepared');
});

test('a series goes out once, however many officers send it at once', async () => {
  const at = await stage();
  const { ctx } = at.mt;
  const series = await approved(at, at.mt, items(0, 5));
  await claimIcse(ctx, at.investigator, series);
  await net.settled();
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => sendIcse(ctx, at.investigator, series)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes.filter(({ status }) => status === 'rejected'))
    expect(outcome).toMatchObject({ reason: { code: 'referral/already-sent' } });
  await net.settled();
  expect(await listReceivedSeries(at.interpol.ctx.db, at.operationId)).toHaveLength(1);
  await confirmIcse(ctx, at.investigator, { ...series, icseReference: 'ICSE-1' });
  await expect(
    confirmIcse(ctx, at.investigator, { ...series, icseReference: 'ICSE-2' }),
  ).rejects.toMatchObject({ code: 'referral/confirmed-otherwise' });
});

test('refuses to send under a claim that was withdrawn; claimed again, the series goes', async () => {
  const at = await stage();
  const { mt, europol, investigator } = at;
  const series = await approved(at, mt, items(0, 5));
  await expect(sendIcse(mt.ctx, investigator, series)).rejects.toMatchObject({
    code: 'referral/not-claimed',
  });
  await claimIcse(mt.ctx, investigator, series);
  await net.settled();
  await withdrawClaim(mt.ctx, investigator, { ...series, reason: 'Europol does it' });
  await expect(sendIcse(mt.ctx, investigator, series)).rejects.toMatchObject({
    code: 'referral/claim-withdrawn',
  });
  await net.settled();
  const forMalta = await approved(at, europol, items(0, 5));
  await claimIcse(europol.ctx, at.coordinator, forMalta);
  expect(await standing(europol, forMalta)).toBe('claim-granted');
  await withdrawClaim(europol.ctx, at.coordinator, { ...forMalta, reason: 'Malta does it after all' });
  await claimIcse(mt.ctx, investigator, series);
  await net.settled();
  expect((await sendIcse(mt.ctx, investigator, series)).sent).not.toBeNull();
  await expect(withdrawClaim(mt.ctx, investigator, { ...series, reason: 'no' })).rejects.toMatchObject({
    code: 'referral/already-sent',
  });
});

test('nothing is sent before the answer to the claim has come', async () => {
  const at = await stage();
  await at.europol.goOffline();
  const series = await approved(at, at.mt, items(0, 5));
  await claimIcse(at.mt.ctx, at.investigator, series);
  await expect(sendIcse(at.mt.ctx, at.investigator, series)).rejects.toMatchObject({
    code: 'referral/claim-waiting',
  });
  await at.europol.goOnline();
  await net.settled();
  expect(await standing(at.mt, series)).toBe('claim-granted');
});

test('a series whose files were changed after its approval is not sent, and the database forbids its change', async () => {
  const at = await stage();
  const { ctx } = at.mt;
  const series = await approved(at, at.mt, items(0, 5));
  await expect(
    ctx.db.updateTable('icse_series').set({ name: 'Other' }).where('id', '=', series.seriesId).execute(),
  ).rejects.toThrow('an approved series cannot be changed');
  const setCategory = (category: string) =>
    arrangeUnlogged(ctx.db, (tx) =>
      tx.updateTable('icse_item').set({ category }).where('series_id', '=', series.seriesId).execute(),
    );
  await claimIcse(ctx, at.investigator, series);
  await net.settled();
  await setCategory('B');
  await expect(sendIcse(ctx, at.investigator, series)).rejects.toMatchObject({ code: 'referral/altered' });
  await setCategory('BB');
  await expect(sendIcse(ctx, at.investigator, series)).rejects.toMatchObject({ code: 'referral/altered' });
  await setCategory('A');
  expect((await sendIcse(ctx, at.investigator, series)).sent).not.toBeNull();
});
