import { expect, test } from 'vitest';
import type { Actor } from '#access/policy.ts';
import { insertPersonCategory } from '#casework/person-store.ts';
import { type AgencyId, newId, type TargetId } from '#core/ids.ts';
import { decideHit } from '#crossmatch/decide.ts';
import { contribute, givenTargets, hitsOf, knownPersons, scene, suspect } from '#crossmatch/fixtures.ts';
import { networks } from '#crossmatch/networks.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { testOfficer } from '#test/nodes.ts';
import { recordEurojustAnswer } from './answer-eurojust.ts';
import { withoutClosed } from './closed-sources.ts';
import { closeEurojust, draftEurojust, reviseEurojust, sendEurojust } from './eurojust.ts';
import { listRequests } from './eurojust-store.ts';
import { overdueReferrals } from './overdue.ts';
import { requirementsOf } from './permission-types.ts';

test('a hit is blocked by what its provider marked, though the draft leaves the code out', async () => {
  await using at = await scene('se');
  const { ctx } = at.coordinator;
  const { operationId } = at;
  await knownPersons(at, [{ ref: 'P-1', mail: 'known@example.org' }]);
  await contribute(at, 'se', [suspect('SE-1', { handling: { codes: ['H1'], text: '' } })]);
  const [hit] = await hitsOf(at);
  const coordinator = testOfficer('coordinator', operationId);
  const request = await draftEurojust(ctx, coordinator, {
    operationId,
    countries: ['SE'],
    need: 'Coordination',
    legalBasis: 'Regulation (EU) 2018/1727 Art. 2',
    sources: [
      {
        kind: 'hit',
        id: hit?.hitId ?? '',
        provider: 'europol' as AgencyId,
        handling: { codes: [], text: '' },
      },
    ],
    deadlineAt: new Date(at.net.clock.now().getTime() + 86_400_000),
  });
  expect(request.sources).toEqual([
    expect.objectContaining({ provider: 'europol', handling: { codes: ['H0'], text: '' } }),
    expect.objectContaining({ provider: 'se', handling: { codes: ['H1'], text: '' } }),
  ]);
  expect(requirementsOf('eurojust', request.sources, 'europol' as AgencyId)).toMatchObject([
    { provider: 'se', code: 'H1' },
  ]);
  await expect(sendEurojust(ctx, coordinator, request)).rejects.toMatchObject({
    code: 'referral/not-approved',
  });
});

test('who drafts names nobody who is closed to him, by target, hit or network, and sees no request that does', async () => {
  await using at = await scene('se');
  const { ctx } = at.coordinator;
  const { operationId } = at;
  const targetId = newId<TargetId>('target', at.net.clock.now());
  for (const node of ['se', 'europol'])
    await givenTargets(at.net.node(node).ctx, at.operation, {
      country: 'SE',
      targets: [{ targetId, clientId: 'client-1' }],
    });
  await knownPersons(at, [{ ref: 'P-1', mail: 'known@example.org' }]);
  await contribute(at, 'se', [suspect('SE-1', { targetId })]);
  const [hit] = await hitsOf(at);
  const coordinator = testOfficer('coordinator', operationId);
  const investigator = testOfficer('investigator', operationId);
  const hitId = hit!.hitId;
  await decideHit(ctx, coordinator, { operationId, hitId, decision: 'same', reason: 'One', seenVersion: 0 });
  const [network] = await networks(ctx.db, { operationId }, at.net.clock.now());
  const content = {
    operationId,
    countries: ['SE'] as const,
    need: 'Coordination',
    legalBasis: 'Regulation (EU) 2018/1727 Art. 2',
    deadlineAt: new Date(at.net.clock.now().getTime() + 86_400_000),
  };
  const named = [
    ['target', targetId],
    ['hit', hitId],
    ['network', network!.networkId],
  ] as const;
  const on = (kind: 'target' | 'hit' | 'network', id: string) => ({
    ...content,
    sources: [{ kind, id, provider: 'se' as AgencyId, handling: { codes: [], text: '' } }],
  });
  const before = await draftEurojust(ctx, coordinator, on('hit', hitId));
  const owed = await draftEurojust(ctx, coordinator, on('target', targetId));
  await arrangeUnlogged(ctx.db, (tx) =>
    tx
      .updateTable('eurojust_request')
      .set({
        approved_at: content.deadlineAt,
        approved_by: 'approver',
        approved_digest: owed.contentDigest,
        sent_at: content.deadlineAt,
        sent_by: 'coordinator',
        message_id: 'message_owed',
      })
      .where('id', '=', owed.requestId)
      .execute(),
  );
  const seen = async (actor: Actor) => {
    const all = await listRequests(ctx.db, operationId);
    return withoutClosed(ctx, actor, operationId, { all, sourcesOf: ({ sources }) => sources });
  };
  expect(await seen(coordinator)).toHaveLength(2);
  await arrangeUnlogged(ctx.db, (tx) =>
    insertPersonCategory(tx, {
      operationId,
      targetId,
      statedBy: 'se' as AgencyId,
      version: 1,
      category: 'victim',
      minor: false,
      strictlyNecessary: false,
      necessity: '',
      reason: 'Found in the material that was seized',
      approvedBy: null,
      recordedBy: 'se-investigator',
      recordedAt: at.net.clock.now(),
    }),
  );
  const closed = { code: 'access/person-closed' };
  for (const [kind, id] of named)
    await expect(draftEurojust(ctx, coordinator, on(kind, id)), kind).rejects.toMatchObject(closed);
  expect(await seen(coordinator)).toEqual([]);
  expect(await seen(investigator)).toHaveLength(2);
  for (const act of [
    () => reviseEurojust(ctx, coordinator, { ...before, ...content, sources: [] }),
    () => sendEurojust(ctx, coordinator, before),
    () => closeEurojust(ctx, coordinator, { ...before, reason: 'Given up' }),
    () => recordEurojustAnswer(ctx, coordinator, { ...before, answer: 'Agreed' }),
  ])
    await expect(act()).rejects.toMatchObject(closed);
  await closeEurojust(ctx, investigator, { ...before, reason: 'Given up' });
  const later = { ...ctx, clock: { now: () => new Date(content.deadlineAt.getTime() + 86_400_000) } };
  expect(await overdueReferrals(later, coordinator, operationId)).toEqual([]);
  expect(await overdueReferrals(later, investigator, operationId)).toMatchObject([{ id: owed.requestId }]);
});
