import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { adoptOperation } from '#operations/create.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { type TestNet, testNodes, testOfficer } from '#test/nodes.ts';
import { registerReferralJobs } from './answer-claim.ts';
import { answerEurojust, recordEurojustAnswer } from './answer-eurojust.ts';
import { givePermission } from './answer-permission.ts';
import { approveIcse } from './approve-icse.ts';
import { askPermission, recordPermission } from './ask-permission.ts';
import { claimIcse } from './claim-icse.ts';
import type { SourceDocument } from './documents.ts';
import {
  approveEurojust,
  closeEurojust,
  draftEurojust,
  requireRequest,
  reviseEurojust,
  sendEurojust,
} from './eurojust.ts';
import { type EurojustRequest, eurojustState } from './eurojust-types.ts';
import { officerOfBothRoles, syntheticItems } from './fixtures.ts';
import { referralHandlers } from './handlers.ts';
import { overdueReferrals } from './overdue.ts';
import { listPermissions } from './permission-store.ts';
import { prepareIcse } from './prepare-icse.ts';
import { listReceivedRequests } from './received-store.ts';
import { missingPermissions, referralRequirements } from './requirements.ts';
import { sendIcse } from './send-icse.ts';

const MT = 'mt' as AgencyId;
const BE = 'be' as AgencyId;

let net: TestNet;
beforeAll(async () => {
  net = await testNodes(['dk', 'europol', 'mt', 'be', 'eurojust', 'interpol'], {
    handlers: referralHandlers,
    jobs: registerReferralJobs,
  });
});
afterAll(() => net[Symbol.asyncDispose]());

/** An operation under H0, known to everyone who takes part; Malta asks, Belgium provides. */
async function stage() {
  const operation = await net.operation({ lead: 'dk', coordinator: 'europol', participants: ['mt', 'be'] });
  for (const id of ['europol', 'mt', 'be'])
    await net
      .node(id)
      .ctx.db.transaction()
      .execute((tx) => adoptOperation(tx, operation, { at: net.clock.now(), actor: 'system:test' }));
  const { operationId } = operation;
  const investigator = testOfficer('investigator', operationId);
  const approver = testOfficer('approver', operationId);
  const { ctx } = net.node('mt');
  const content = {
    countries: ['MT', 'BE'] as const,
    need: 'Coordination of two house searches at the same hour',
    legalBasis: 'Regulation (EU) 2018/1727 Art. 2',
    deadlineAt: hoursFromNow(72),
  };
  return {
    operationId,
    investigator,
    approver,
    ctx,
    content,
    draft: (...sources: SourceDocument[]) =>
      draftEurojust(ctx, investigator, { ...content, operationId, sources }),
    approve: (request: EurojustRequest) =>
      approveEurojust(ctx, approver, { ...request, digest: request.contentDigest }),
    send: (request: EurojustRequest) => sendEurojust(ctx, investigator, request),
    async state(request: EurojustRequest) {
      const { requestId } = request;
      const requirements = await referralRequirements(
        ctx.db,
        { operationId, kind: 'eurojust', referralId: requestId },
        MT,
      );
      const missing = await missingPermissions(ctx.db, {
        referralId: requestId,
        requirements,
        at: net.clock.now(),
      });
      return eurojustState(await requireRequest(ctx.db, request), missing);
    },
  };
}

function hoursFromNow(hours: number): Date {
  return new Date(net.clock.now().getTime() + hours * 3_600_000);
}

function source(provider: AgencyId, ...codes: SourceDocument['handling']['codes']): SourceDocument {
  return { kind: 'hit', id: `hit-of-${provider}`, provider, handling: { codes, text: '' } };
}

test('a source marked H1 blocks the request until its provider permits it; then it goes and is answered', async () => {
  const at = await stage();
  const { ctx, operationId, investigator } = at;
  const request = await at.draft(source(MT, 'H1'), source(BE, 'H0', 'H1'));
  expect(await at.state(request)).toBe('blocked');
  await at.approve(request);
  await expect(at.send(request)).rejects.toThrow(
    'be has not permitted that this goes to eurojust: it is marked H1',
  );
  await askPermission(ctx, investigator, {
    operationId,
    kind: 'eurojust',
    referralId: request.requestId,
    provider: BE,
    code: 'H1',
    purpose: 'Coordination at Eurojust',
    dueAt: hoursFromNow(24),
  });
  await net.settled();
  const belgium = net.node('be').ctx;
  const [asked] = await listPermissions(belgium.db, operationId);
  expect(asked).toMatchObject({
    direction: 'received',
    sources: [{ kind: 'hit', id: 'hit-of-be' }],
    code: 'H1',
  });
  const permissionId = asked?.permissionId ?? ('' as never);
  const answer = { operationId, permissionId, granted: true, reason: 'For this procedure only' };
  await expect(givePermission(belgium, investigator, answer)).rejects.toMatchObject({
    code: 'access/denied',
  });
  await givePermission(belgium, at.approver, answer);
  await net.settled();
  expect(await at.state(request)).toBe('released');
  await at.send(request);
  await expect(at.send(request)).rejects.toMatchObject({ code: 'referral/already-sent' });
  await net.settled();

  const eurojust = net.node('eurojust').ctx;
  expect(await listReceivedRequests(eurojust.db, operationId)).toMatchObject([
    { from: 'mt', contentDigest: request.contentDigest },
  ]);
  await answerEurojust(eurojust, investigator, { ...request, answer: 'Agreed.', reference: 'EJ 7/2011' });
  await net.settled();
  expect(await at.state(request)).toBe('answered');
  expect(await requireRequest(ctx.db, request)).toMatchObject({
    answered: { by: 'agency:eurojust', answer: 'Agreed.', reference: 'EJ 7/2011' },
  });
  await closeEurojust(ctx, investigator, { ...request, reason: 'Done' });
  expect(await at.state(request)).toBe('closed');
});

test('a restriction in its provider’s own words blocks the request until he permits it', async () => {
  const at = await stage();
  const handling = { codes: ['H3' as const], text: 'Not before the search of Friday' };
  const request = await at.draft({ ...source(BE), handling });
  await at.approve(request);
  await expect(at.send(request)).rejects.toMatchObject({ code: 'referral/permission-missing' });
  const { permissionId } = await askPermission(net.node('mt').ctx, at.investigator, {
    operationId: at.operationId,
    kind: 'eurojust',
    referralId: request.requestId,
    provider: BE,
    code: 'H3',
    purpose: 'Coordination at Eurojust',
    dueAt: hoursFromNow(24),
  });
  await net.settled();
  const answer = { operationId: at.operationId, permissionId, granted: true, reason: 'The search is over' };
  await givePermission(net.node('be').ctx, at.approver, answer);
  await net.settled();
  expect(await at.state(request)).toBe('released');
});

test('a permission that the provider takes back before the sending blocks again', async () => {
  const at = await stage();
  const { ctx, operationId, investigator } = at;
  const request = await at.draft(source(BE, 'H1'));
  await at.approve(request);
  const { permissionId } = await askPermission(ctx, investigator, {
    operationId,
    kind: 'eurojust',
    referralId: request.requestId,
    provider: BE,
    code: 'H1',
    purpose: 'Coordination at Eurojust',
    dueAt: hoursFromNow(24),
  });
  await net.settled();
  const belgium = net.node('be').ctx;
  await givePermission(belgium, at.approver, { operationId, permissionId, granted: true, reason: 'Yes' });
  await net.settled();
  expect(await at.state(request)).toBe('released');
  net.clock.advanceHours(1);
  await givePermission(belgium, at.approver, {
    operationId,
    permissionId,
    granted: false,
    reason: 'No longer',
  });
  await net.settled();
  expect(await at.state(request)).toBe('blocked');
  await expect(at.send(request)).rejects.toMatchObject({ code: 'referral/permission-missing' });
});

test('a permission covers the sources that the provider was shown, and no other', async () => {
  const at = await stage();
  const { ctx, operationId, investigator } = at;
  const request = await at.draft(source(BE, 'H1'));
  const question = {
    operationId,
    kind: 'eurojust',
    referralId: request.requestId,
    provider: BE,
    code: 'H1',
    purpose: 'Coordination at Eurojust',
    dueAt: hoursFromNow(24),
    way: 'otherwise',
  } as const;
  const { permissionId } = await askPermission(ctx, investigator, question);
  await expect(askPermission(ctx, investigator, question)).rejects.toMatchObject({
    code: 'referral/permission-pending',
  });
  const recorded = { operationId, permissionId, granted: true, reason: 'By telephone, desk BE-1' };
  await recordPermission(ctx, investigator, recorded);
  expect(await at.state(request)).toBe('draft');
  const revised = await reviseEurojust(ctx, investigator, {
    ...request,
    sources: [source(BE, 'H1'), { ...source(BE, 'H1'), id: 'another' }],
  });
  expect(await at.state(revised)).toBe('blocked');
  await expect(reviseEurojust(ctx, investigator, { ...request, sources: [] })).rejects.toMatchObject({
    code: 'referral/changed-meanwhile',
  });
});

test("what comes from the lead's packages carries the operation's codes, whatever the draft says", async () => {
  const at = await stage();
  await arrangeUnlogged(at.ctx.db, (tx) =>
    tx
      .updateTable('operation')
      .set({ handling_codes: ['H1'] })
      .where('id', '=', at.operationId)
      .execute(),
  );
  const request = await at.draft(source('dk' as AgencyId));
  expect(request.sources[0]?.handling.codes).toEqual(['H1']);
  expect(await at.state(request)).toBe('blocked');
});

test('a revision after the approval needs another approval, and nobody approves his own draft', async () => {
  const at = await stage();
  const both = officerOfBothRoles(at.operationId);
  const request = await draftEurojust(at.ctx, both, {
    ...at.content,
    operationId: at.operationId,
    sources: [],
  });
  await expect(at.send(request)).rejects.toMatchObject({ code: 'referral/not-approved' });
  const digest = request.contentDigest;
  await expect(approveEurojust(at.ctx, both, { ...request, digest })).rejects.toMatchObject({
    code: 'access/same-officer',
  });
  await at.approve(request);
  expect(await at.state(request)).toBe('released');
  const revised = await reviseEurojust(at.ctx, both, { ...request, need: 'Something else' });
  expect(await at.state(revised)).toBe('draft');
  await expect(at.send(revised)).rejects.toMatchObject({ code: 'referral/not-approved' });
});

test('what is owed and late is listed until it comes', async () => {
  const at = await stage();
  const request = await at.draft();
  await at.approve(request);
  await at.send(request);
  await net.settled();
  const overdue = (now: Date) =>
    overdueReferrals({ ...at.ctx, clock: { now: () => now } }, at.investigator, at.operationId);
  expect(await overdue(net.clock.now())).toEqual([]);
  expect(await overdue(hoursFromNow(74))).toMatchObject([
    { awaited: 'eurojust-answer', id: request.requestId, from: 'eurojust', hoursOver: 2 },
  ]);
  await recordEurojustAnswer(at.ctx, at.investigator, { ...request, answer: 'By letter: agreed.' });
  expect(await overdue(hoursFromNow(74))).toEqual([]);
  await expect(
    recordEurojustAnswer(at.ctx, at.investigator, { ...request, answer: 'Again' }),
  ).rejects.toMatchObject({ code: 'referral/answered-already' });
});

test("another country's material marked H2 goes to ICSE only with that country's permission", async () => {
  const at = await stage();
  const { operationId } = at;
  const { ctx } = net.node('europol');
  const coordinator = testOfficer('coordinator', operationId);
  const series = await prepareIcse(ctx, coordinator, {
    operationId,
    name: 'Series 1',
    caseReference: 'BE-2011-3',
    onBehalfOf: BE,
    handling: { codes: ['H2'], text: '' },
    items: syntheticItems(0, 3),
  });
  await approveIcse(ctx, at.approver, { ...series, digest: series.contentDigest });
  await claimIcse(ctx, coordinator, series);
  await expect(sendIcse(ctx, coordinator, series)).rejects.toMatchObject({
    code: 'referral/permission-missing',
  });
  const { permissionId } = await askPermission(ctx, coordinator, {
    operationId,
    kind: 'icse',
    referralId: series.seriesId,
    provider: BE,
    code: 'H2',
    purpose: 'Submission to ICSE',
    dueAt: hoursFromNow(24),
  });
  await net.settled();
  const answer = { operationId, permissionId, granted: true, reason: 'Yes' };
  await givePermission(net.node('be').ctx, at.approver, answer);
  await net.settled();
  expect((await sendIcse(ctx, coordinator, series)).sent).not.toBeNull();
});

test('a permission that ends before the sending blocks again, and one for another act never helps', async () => {
  const at = await stage();
  const { ctx, operationId, investigator } = at;
  const request = await at.draft({ ...source(BE), pap: 'RED' });
  await at.approve(request);
  expect(await at.state(request), 'its level forbids it').toBe('blocked');
  const ask = () =>
    askPermission(ctx, investigator, {
      operationId,
      kind: 'eurojust',
      referralId: request.requestId,
      provider: BE,
      code: 'PAP',
      purpose: 'Coordination at Eurojust',
      dueAt: hoursFromNow(24),
    });
  const { permissionId } = await ask();
  await net.settled();
  const conditions = { text: '', until: hoursFromNow(5).toISOString(), onlyTo: null, onlyFor: null };
  const answer = { operationId, permissionId, granted: true, reason: 'For this procedure' };
  const give = async (more: object) => {
    await givePermission(net.node('be').ctx, at.approver, { ...answer, ...more });
    await net.settled();
    return at.state(request);
  };
  expect(await give({ conditions: { ...conditions, onlyFor: ['icse'] } })).toBe('blocked');
  expect(await give({ conditions: { ...conditions, onlyTo: ['interpol'] } })).toBe('blocked');
  expect(await give({ conditions })).toBe('released');
  net.clock.advanceHours(6);
  expect(await at.state(request)).toBe('blocked');
  await expect(at.send(request)).rejects.toMatchObject({ code: 'referral/permission-missing' });
  expect((await ask()).permissionId, 'it is asked for anew').not.toBe(permissionId);
});
