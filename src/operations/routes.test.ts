import { expect, test } from 'vitest';
import { type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import type { AgencyList, OperationList } from './schemas.ts';

async function get(node: TestNode, path: string): Promise<{ status: number; body: unknown }> {
  const answer = await node.app.inject({ url: `/nodes/${node.agencyId}/api${path}` });
  return { status: answer.statusCode, body: answer.json() };
}

test('an officer sees the operations he has a role on, and no others', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt']);
  const dk = net.node('dk');
  const mine = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const other = await net.operation({ lead: 'dk', coordinator: 'europol', participants: ['mt'] });
  expect(await get(dk, '/operations')).toMatchObject({ status: 401 });
  dk.signedIn = testOfficer('press', mine.operationId);
  const { operations } = (await get(dk, '/operations')).body as OperationList;
  expect(operations.map(({ operationId }) => operationId)).toEqual([mine.operationId]);
  expect(await get(dk, `/operations/${mine.operationId}`)).toEqual({ status: 200, body: operations[0] });
  expect(await get(dk, `/operations/${other.operationId}`)).toMatchObject({
    status: 403,
    body: { code: 'access/denied' },
  });
  expect(await get(dk, '/operations/operation_x')).toMatchObject({
    status: 400,
    body: { code: 'request/invalid' },
  });
});

test('agencies are listed with what two officers compare by telephone', async () => {
  await using net = await testNodes(['dk', 'europol']);
  const dk = net.node('dk');
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  dk.signedIn = testOfficer('press', operationId);
  expect(await get(dk, '/agencies')).toMatchObject({ status: 403 });
  dk.signedIn = testOfficer('liaison', operationId);
  const { agencies } = (await get(dk, '/agencies')).body as AgencyList;
  expect(agencies).toMatchObject([
    { agencyId: 'dk', own: true, country: 'DK', address: dk.address },
    {
      agencyId: 'europol',
      own: false,
      country: null,
      fingerprints: { signingKeys: [expect.stringMatching(/^SHA256:/)] },
    },
  ]);
});
