import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testOfficer } from '#test/nodes.ts';
import { decideHit } from './decide.ts';
import {
  contribute,
  givenTargets,
  hitsOf,
  knownPersons,
  report,
  type Scene,
  scene,
  suspect,
} from './fixtures.ts';
import type { Hit, HitSide } from './hit.ts';
import { networks, networksOf } from './networks.ts';

async function decideAll(at: Scene, choose: (hit: Hit) => 'same' | 'not-same'): Promise<void> {
  for (const hit of await hitsOf(at))
    await decideHit(at.coordinator.ctx, testOfficer('coordinator', at.operationId), {
      operationId: at.operationId,
      hitId: hit.hitId,
      decision: choose(hit),
      reason: 'compared by hand',
      seenVersion: hit.current?.version ?? 0,
    });
}

const networksAt = (at: Scene) =>
  networks(at.coordinator.ctx.db, { operationId: at.operationId }, at.net.clock.now());

test('confirmed hits make known networks, new groups and singles; a decision taken back dissolves its network', async () => {
  await using at = await scene('se', 'fr');
  const nick = (value: string) => ({ selectors: [{ type: 'nickname' as const, value }] });
  await knownPersons(at, [
    { ref: 'P-1', nick: 'wolf', network: 'Boystown' },
    { ref: 'P-2', nick: 'fox' },
  ]);
  await contribute(at, 'se', [
    suspect('SE-1', nick('Wolf')),
    suspect('SE-2', nick('Fox')),
    suspect('SE-3', nick('Owl')),
  ]);
  await contribute(at, 'fr', [suspect('FR-1', nick('owl')), suspect('FR-2', nick('nobody else'))]);
  expect(await networksAt(at)).toEqual([]);
  await decideAll(at, () => 'same');
  const found = await networksAt(at);
  expect(found.map(({ kind, names, persons, countries }) => ({ kind, names, persons, countries }))).toEqual([
    { kind: 'known-network', names: ['Boystown'], persons: 1, countries: ['SE'] },
    { kind: 'new-group', names: [], persons: 2, countries: ['FR', 'SE'] },
    { kind: 'single', names: [], persons: 1, countries: ['SE'] },
  ]);
  expect(found[0]?.members.map(({ reference }) => reference).sort()).toEqual(['P-1', 'SE-1']);
  expect(found[0]?.hits).toHaveLength(1);
  await decideAll(at, ({ sides }) => (sides[1].kind === 'holding' ? 'same' : 'not-same'));
  expect((await networksAt(at)).map(({ kind }) => kind)).toEqual(['known-network', 'single']);
});

test('a suspect and the target whose user he is count as one', async () => {
  await using at = await scene('se', 'fr');
  for (const node of [at.coordinator, at.net.node('se')])
    await givenTargets(node.ctx, at.operation, {
      country: 'SE',
      targets: [{ targetId: 'target_se1', clientId: 'aa-1', addresses: [] }],
    });
  await givenTargets(at.coordinator.ctx, at.operation, {
    country: 'FR',
    targets: [{ targetId: 'target_fr1', clientId: 'aa-1', addresses: [] }],
  });
  await knownPersons(at, [{ ref: 'P-1', mail: 'known@example.org' }]);
  await contribute(at, 'se', [suspect('SE-1', { targetId: 'target_se1' })]);
  await report(at, 'SE', { target_se1: {} });
  await report(at, 'FR', { target_fr1: {} });
  await decideAll(at, () => 'same');
  const [network, ...others] = await networksAt(at);
  expect(others).toEqual([]);
  expect(network).toMatchObject({ kind: 'new-group', persons: 2, countries: ['FR', 'SE'] });
  expect(network?.members).toHaveLength(4);
});

/** Hits between numbered persons, of whom every fourth is a holding and every eighth of a named network. */
const anyHits = fc
  .array(fc.tuple(fc.nat(23), fc.nat(23)), { maxLength: 25 })
  .map((pairs) =>
    pairs
      .filter(([a, b]) => a < b && a % 4 !== 0)
      .map(([a, b]) => ({ sides: [numbered(a), numbered(b)] }) as unknown as Hit),
  );

function numbered(n: number): HitSide {
  const holding = n % 4 === 0;
  return {
    kind: holding ? 'holding' : 'suspect',
    id: holding ? `holding_${n}` : `subject_${String(n).padStart(2, '0')}`,
    network: n % 8 === 0 ? `network ${n}` : null,
    country: holding ? null : 'SE',
    targetId: null,
  } as unknown as HitSide;
}

test('every confirmed hit is in exactly one network, with both its sides, whatever the order of the hits', () => {
  fc.assert(
    fc.property(anyHits, (hits) => {
      const found = networksOf(hits);
      expect(found.flatMap((network) => network.hits)).toHaveLength(hits.length);
      for (const network of found) {
        const ids = new Set(network.members.map(({ id }) => id));
        for (const hit of network.hits) for (const { id } of hit.sides) expect(ids.has(id)).toBe(true);
        expect(network.kind === 'known-network').toBe(
          network.members.some((member) => member.network !== null),
        );
        expect(network.kind === 'single').toBe(network.persons === 1 && network.names.length === 0);
      }
      const outline = (all: readonly Hit[]) =>
        networksOf(all).map(({ networkId, kind, persons, members }) => [
          networkId,
          kind,
          persons,
          members.map(({ id }) => id).sort(),
        ]);
      expect(outline([...hits].reverse())).toEqual(outline(hits));
    }),
  );
});
