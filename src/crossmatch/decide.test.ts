import { expect, test } from 'vitest';
import { listEvents } from '#custody/record.ts';
import { testOfficer } from '#test/nodes.ts';
import { decideHit } from './decide.ts';
import { contribute, hitsOf, knownPersons, type Scene, scene, suspect } from './fixtures.ts';
import type { Decision, Hit } from './hit.ts';
import { countHits, decisionsOf } from './hit-store.ts';
import type { HitId } from './types.ts';

async function oneHit(at: Scene): Promise<Hit> {
  await knownPersons(at, [{ ref: 'P-1', mail: 'known@example.org', nick: 'wolf' }]);
  await contribute(at, 'se', [suspect('SE-1')]);
  const [hit] = await hitsOf(at);
  if (!hit) throw new Error('no hit');
  return hit;
}

function decision(at: Scene, hitId: HitId) {
  return (name: string, what: Decision, seenVersion: number, reason = `because ${what}`) =>
    decideHit(at.coordinator.ctx, testOfficer('coordinator', at.operationId, name), {
      operationId: at.operationId,
      hitId,
      decision: what,
      reason,
      seenVersion,
    });
}

test('a decision is a version with its reason; taking it back is another, and none is lost', async () => {
  await using at = await scene('se');
  const { hitId } = await oneHit(at);
  const decide = decision(at, hitId);
  await decide('Ada', 'same', 0);
  await decide('Bo', 'not-same', 1);
  expect(await decide('Ada', 'unsure', 2)).toMatchObject({
    version: 3,
    decision: 'unsure',
    decidedBy: 'officer_ada',
  });
  const history = await decisionsOf(at.coordinator.ctx.db, hitId);
  expect(history.map(({ decision: one }) => one)).toEqual(['unsure', 'not-same', 'same']);
  const events = await listEvents(at.coordinator.ctx.db, { subject: { kind: 'hit', id: hitId } });
  expect(events.map(({ kind, facts }) => [kind, facts.decision, facts.before ?? null])).toEqual([
    ['hit.decided', 'same', null],
    ['hit.decided', 'not-same', 'same'],
    ['hit.decided', 'unsure', 'not-same'],
  ]);
  expect((await hitsOf(at))[0]?.current).toEqual(history[0]);
});

test('nobody overrules a decision that he has not seen, not even at the same moment; a second click changes nothing', async () => {
  await using at = await scene('se');
  const { hitId } = await oneHit(at);
  const decide = decision(at, hitId);
  const both = await Promise.allSettled([decide('Ada', 'same', 0), decide('Bo', 'not-same', 0)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [standing] = await decisionsOf(at.coordinator.ctx.db, hitId);
  const late = both.find(({ status }) => status === 'rejected');
  expect(late && 'reason' in late ? String(late.reason) : '').toContain('stands at version 1');
  const again = standing?.decision === 'same' ? decide('Ada', 'same', 0) : decide('Bo', 'not-same', 0);
  expect(await again).toEqual(standing);
  expect(await decisionsOf(at.coordinator.ctx.db, hitId)).toHaveLength(1);
});

test('a decision needs a role, a reason and a hit', async () => {
  await using at = await scene('se');
  const { hitId } = await oneHit(at);
  const input = {
    operationId: at.operationId,
    hitId,
    decision: 'same' as const,
    reason: 'x',
    seenVersion: 0,
  };
  const { ctx } = at.coordinator;
  await expect(decideHit(ctx, testOfficer('auditor', at.operationId), input)).rejects.toThrow(
    'crossmatch.decide',
  );
  await expect(decision(at, hitId)('Ada', 'same', 0, ' ')).rejects.toThrow('its reason');
  await expect(decision(at, 'hit_0' as HitId)('Ada', 'same', 0)).rejects.toThrow('no hit');
});

test('a selector that matches after the decision asks for another look', async () => {
  await using at = await scene('se');
  const { hitId } = await oneHit(at);
  await decision(at, hitId)('Ada', 'not-same', 0);
  expect((await hitsOf(at))[0]).toMatchObject({ grownSince: false });
  at.net.clock.advanceHours(1);
  await contribute(at, 'se', [suspect('SE-1', { selectors: [{ type: 'nickname', value: 'Wolf' }] })]);
  expect((await hitsOf(at))[0]).toMatchObject({ grownSince: true, current: { decision: 'not-same' } });
});

test('a minor is hit or no hit: counted, never shown, not decided; from the 18th birthday on it is shown', async () => {
  await using at = await scene('se');
  await knownPersons(at, [
    { ref: 'P-1', mail: 'known@example.org', minor: 'yes' },
    { ref: 'P-2', mail: 'known@example.org', name: 'Anna Jensen', born: '1993-09-22' },
  ]);
  await contribute(at, 'se', [suspect('SE-1')]);
  const { ctx } = at.coordinator;
  const { operationId } = at;
  expect(await hitsOf(at)).toEqual([]);
  expect(await countHits(ctx.db, { operationId }, ctx.clock.now())).toEqual({ shown: 0, withheld: 2 });
  const { id } = await ctx.db.selectFrom('hit').select('id').executeTakeFirstOrThrow();
  await expect(decision(at, id as HitId)('Ada', 'same', 0)).rejects.toThrow('no hit');
  at.net.clock.advanceHours(24);
  expect((await hitsOf(at)).map(({ sides }) => sides[1].reference)).toEqual(['P-2']);
  expect(await countHits(ctx.db, { operationId }, ctx.clock.now())).toEqual({ shown: 1, withheld: 1 });
});
