import { expect, test } from 'vitest';
import { listTargets } from '#observations/targets/target-reader.ts';
import { requireOperation } from '#operations/create.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { receivedTargets } from '#packages/received-targets.ts';
import { sendPackages } from '#packages/send.ts';
import { packagesOf } from '#packages/store.ts';
import { board } from '#results/board.ts';
import { testOfficer } from '#test/nodes.ts';
import { packageNet } from '#test/packages.ts';
import { caseTargetRows } from './outcome-store.ts';
import { sayRisk } from './risk-alarm.ts';
import { riskHistory, standingRisks } from './risk-alarm-store.ts';

async function sentToPoland() {
  const packages = await packageNet(['dk', 'europol', 'pl', 'mt']);
  const { net, lead, analyst, approver, operationId } = packages;
  await composePackages(lead, analyst, { operationId });
  await approveAll(lead, approver, await packagesOf(lead.db, operationId));
  await sendPackages(lead, analyst, { operationId });
  await net.settled();
  const { targets } = await receivedTargets(net.node('pl').ctx.db, {
    operationId,
    country: 'PL',
    sort: 'rank',
    offset: 0,
    limit: 10,
  });
  const last = targets.at(-1);
  if (!last) throw new Error('Poland has no targets');
  return {
    ...packages,
    net,
    operationId,
    target: last.targetId,
    [Symbol.asyncDispose]: () => packages[Symbol.asyncDispose](),
  };
}

const page = { sort: 'urgency' as const, offset: 0, limit: 10 };

test('an alarm raised by the lead reaches the country and the coordinator at once and orders every list', async () => {
  await using story = await sentToPoland();
  const { net, lead, operationId, target, analyst } = story;
  const poland = net.node('pl').ctx;
  const reason = 'A meeting is planned for tonight.';
  await sayRisk(lead, analyst, { operationId, targetId: target, state: 'raised', reason });
  await net.settled();
  for (const agency of ['dk', 'europol', 'pl']) {
    const risks = await standingRisks(net.node(agency).ctx.db, operationId);
    expect(
      risks.map(({ targetId, reason: words }) => [targetId, words]),
      agency,
    ).toEqual([[target, reason]]);
  }
  expect(await standingRisks(net.node('mt').ctx.db, operationId)).toEqual([]);
  const [first] = await caseTargetRows(poland.db, { operationId, country: 'PL' }, page);
  expect(first?.targetId).toBe(target);
  const targets = await listTargets(lead, { operationId, sort: 'urgency', offset: 0, limit: 10 });
  expect(targets[0]?.targetId).toBe(target);
  const europol = net.node('europol').ctx;
  const { alerts } = await board(
    europol.db,
    await requireOperation(europol.db, operationId),
    europol.clock.now(),
  );
  expect(alerts[0]).toMatchObject({
    kind: 'imminent-risk',
    country: 'PL',
    opens: { page: 'target', id: target },
  });
});

test('an alarm raised in the country alarms lead and coordinator, and a clearing word takes it back without erasing it', async () => {
  await using story = await sentToPoland();
  const { net, operationId, target } = story;
  const investigator = testOfficer('investigator', operationId);
  const poland = net.node('pl').ctx;
  await sayRisk(poland, investigator, {
    operationId,
    targetId: target,
    state: 'raised',
    reason: 'Contact with a child.',
  });
  await sayRisk(poland, investigator, {
    operationId,
    targetId: target,
    state: 'raised',
    reason: 'Clicked twice.',
  });
  await net.settled();
  expect(await standingRisks(net.node('dk').ctx.db, operationId)).toHaveLength(1);
  net.clock.advanceHours(1);
  await sayRisk(poland, investigator, {
    operationId,
    targetId: target,
    state: 'cleared',
    reason: 'Arrested before the meeting.',
  });
  await net.settled();
  expect(await standingRisks(net.node('europol').ctx.db, operationId)).toEqual([]);
  const words = await riskHistory(net.node('europol').ctx.db, operationId, target);
  expect(words.map(({ state }) => state)).toEqual(['cleared', 'raised']);
});

test('an alarm needs a reason, a known target and a role', async () => {
  await using story = await packageNet(['dk']);
  const { lead, analyst, operationId } = story;
  const [any] = await listTargets(lead, { operationId, sort: 'urgency', offset: 0, limit: 1 });
  const input = {
    operationId,
    targetId: any?.targetId as never,
    state: 'raised' as const,
    reason: 'Danger.',
  };
  await expect(sayRisk(lead, analyst, { ...input, reason: '  ' })).rejects.toThrow(
    expect.objectContaining({ code: 'risk/reason-missing' }),
  );
  await expect(sayRisk(lead, analyst, { ...input, targetId: 'target_none' as never })).rejects.toThrow(
    expect.objectContaining({ code: 'target/not-found' }),
  );
  await expect(sayRisk(lead, testOfficer('press', operationId), input)).rejects.toThrow(
    expect.objectContaining({ code: 'access/denied' }),
  );
});
