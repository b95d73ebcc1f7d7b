import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import type { App } from '#access/http.ts';
import type { Actor } from '#access/policy.ts';
import { noteKnown } from '#observations/targets/prior-knowledge.ts';
import { listTargets } from '#observations/targets/target-reader.ts';
import { approvePackage } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { mergeTargets } from '#packages/merge-targets.ts';
import { inTransaction } from '#platform/context.ts';
import { testOfficer } from '#test/nodes.ts';
import { packageNet } from '#test/packages.ts';
import { targetHistoryRoute } from './target-history.ts';

test('the history of a target has what was done with it, with its merge and with packages that hold it, and no more', async () => {
  await using scene = await packageNet();
  const { lead, analyst, approver, operationId } = scene;
  const targets = await listTargets(lead, { operationId });
  const idOf = (clientId: string) => targets.find((one) => one.clientId === clientId)!.targetId;
  const [poland, other, malta] = [idOf('client-aa01'), idOf('client-aa02'), idOf('client-bb01')];
  await inTransaction(lead, (tx) =>
    noteKnown(lead, tx, analyst, { operationId, targetId: poland, reason: 'letter' }),
  );
  await inTransaction(lead, (tx) =>
    noteKnown(lead, tx, analyst, { operationId, targetId: malta, reason: 'letter' }),
  );
  const [packed] = await composePackages(lead, analyst, { operationId, countries: ['PL'] });
  await approvePackage(lead, approver, { packageId: packed!.packageId, digest: packed!.digest });
  const merged = await mergeTargets(lead, analyst, {
    operationId,
    targetIds: [poland, other],
    reason: 'one account',
    packagesSeen: true,
  });

  const app = fastify() as unknown as App;
  let actor: Actor = analyst;
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.actor = actor;
  });
  targetHistoryRoute(app, lead);
  const kinds = async (targetId: string, query = '') =>
    (await app.inject(`/operations/${operationId}/targets/${targetId}/history${query}`))
      .json<{ kind: string }[]>()
      .map(({ kind }) => kind);
  expect(merged.targetId).toBe(poland);
  const whole = ['target.known-noted', 'package.composed', 'package.approved', 'target.merged'];
  expect(await kinds(poland)).toEqual(whole);
  expect(await kinds(poland, '?limit=1')).toEqual(whole.slice(0, 1));
  expect(await kinds(malta)).toEqual(['target.known-noted']);
  actor = testOfficer('press', operationId);
  const refused = await app.inject(`/operations/${operationId}/targets/${poland}/history`);
  expect(refused.json()).toMatchObject({ code: 'access/denied' });
  await app.close();
});
