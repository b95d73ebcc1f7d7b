import { expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { contribute, hitsOf, knownPersons, scene, suspect } from '#crossmatch/fixtures.ts';
import { testOfficer } from '#test/nodes.ts';
import { draftEurojust, sendEurojust } from './eurojust.ts';
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
