import { expect, test } from 'vitest';
import { type TestNode, testOfficer } from '#test/nodes.ts';
import { contribute, HEADER, knownPersons, MAPPING, person, type Scene, scene, suspect } from './fixtures.ts';
import type {
  HitDetail,
  HitsPage,
  HoldingsDetail,
  HoldingsPage,
  NetworkDetail,
  NetworksPage,
} from './schemas.ts';

type Method = 'GET' | 'POST';

async function ask<T>(
  node: TestNode,
  method: Method,
  path: string,
  body?: object,
): Promise<{ status: number; body: T }> {
  const url = `/nodes/${node.agencyId}/api${path}`;
  const response = await node.app.inject({ method, url, ...(body && { payload: body }) });
  return { status: response.statusCode, body: response.json<T>() };
}

function asCoordinator(at: Scene): TestNode {
  at.coordinator.signedIn = testOfficer('coordinator', at.operationId);
  return at.coordinator;
}

test('a holdings file is uploaded by a mapping that was added before, and its refusals are listed', async () => {
  await using at = await scene();
  const node = asCoordinator(at);
  const added = await ask<{ mappingId: string }>(node, 'POST', '/crossmatch/mappings', MAPPING);
  expect(added.status).toBe(200);
  const upload = (mappingId: string, payload: string) => {
    const query = new URLSearchParams([
      ['mappingId', mappingId],
      ['fileName', 'persons.csv'],
      ['source', 'Case system'],
      ['evaluationSource', 'B'],
      ['evaluationInformation', '2'],
      ['handlingCodes', 'H1'],
      ['handlingCodes', 'H2'],
      ['dataSubjectCategory', 'suspect'],
    ]);
    return node.app.inject({
      method: 'POST',
      url: `/nodes/europol/api/crossmatch/holdings?${query.toString()}`,
      headers: { 'content-type': 'text/csv' },
      payload,
    });
  };
  const csv = `${[HEADER, person({ ref: 'P-1', nick: 'wolf' }), person({ ref: 'P-2', phone: 'x' })].join('\n')}\n`;
  const uploaded = await upload(added.body.mappingId, csv);
  expect(uploaded.json()).toMatchObject({
    alreadyImported: false,
    import: { fileName: 'persons.csv', holdings: 1, rowsRefused: 1, handling: { codes: ['H1', 'H2'] } },
  });
  expect((await upload(added.body.mappingId, csv)).json()).toMatchObject({ alreadyImported: true });
  const other = await upload('mapping_none', csv);
  expect([other.statusCode, other.json<{ code: string }>().code]).toEqual([
    404,
    'crossmatch/mapping-not-found',
  ]);
  const list = await ask<HoldingsPage>(node, 'GET', '/crossmatch/holdings');
  expect(list.body.rows).toHaveLength(1);
  const detail = await ask<HoldingsDetail>(
    node,
    'GET',
    `/crossmatch/holdings/${list.body.rows[0]?.importId}`,
  );
  expect(detail.body.refusals).toEqual([
    { line: 3, column: 'phone', reason: 'it is not a telephone number' },
  ]);
});

test('a hit is listed, opened, decided and found in its network', async () => {
  await using at = await scene('se');
  const node = asCoordinator(at);
  await knownPersons(at, [{ ref: 'P-1', mail: 'known@example.org', network: 'Boystown' }], {
    handling: { codes: ['H2'], text: '' },
  });
  await contribute(at, 'se', [suspect('SE-1')]);
  const base = `/operations/${at.operationId}/crossmatch`;
  const list = await ask<HitsPage>(
    node,
    'GET',
    `${base}/hits?state=undecided&standing=known&country=SE&selectorType=e-mail&sort=selectors`,
  );
  expect(list.body).toMatchObject({ total: 1, withheld: 0, rows: [{ standing: 'known', current: null }] });
  const hitId = list.body.rows[0]?.hitId;
  for (const filter of ['state=same', 'standing=new', 'country=FR', 'selectorType=phone'])
    expect((await ask<HitsPage>(node, 'GET', `${base}/hits?${filter}`)).body.total).toBe(0);
  for (const sort of ['found', 'decided', 'country'])
    expect((await ask<HitsPage>(node, 'GET', `${base}/hits?sort=${sort}`)).body.rows).toHaveLength(1);
  expect((await ask(node, 'GET', `${base}/hits?sort=value`)).status).toBe(400);
  const decide = { decision: 'same', reason: 'compared by hand', seenVersion: 0 };
  expect((await ask(node, 'POST', `${base}/hits/${hitId}/decisions`, decide)).body).toMatchObject({
    version: 1,
  });
  const second = await ask<{ code: string }>(node, 'POST', `${base}/hits/${hitId}/decisions`, {
    ...decide,
    decision: 'unsure',
  });
  expect([second.status, second.body.code]).toEqual([409, 'crossmatch/decided-meanwhile']);
  const detail = await ask<HitDetail>(node, 'GET', `${base}/hits/${hitId}`);
  expect(detail.body).toMatchObject({
    sides: [{ reference: 'SE-1' }, { reference: 'P-1' }],
    history: [{ version: 1, decision: 'same' }],
    dissemination: { allowed: false, sides: [{ allowed: true }, { allowed: false }] },
  });
  const all = await ask<NetworksPage>(node, 'GET', `${base}/networks`);
  expect(all.body.rows).toMatchObject([{ kind: 'known-network', names: ['Boystown'], members: 2, hits: 1 }]);
  const network = await ask<NetworkDetail>(node, 'GET', `${base}/networks/${all.body.rows[0]?.networkId}`);
  expect(network.body).toMatchObject({ members: [{}, {}], hits: [{ hitId }] });
  expect((await ask(node, 'GET', `${base}/networks/network_0`)).status).toBe(404);
});

test('a national unit sends selectors from its own node; nobody else reads or sends', async () => {
  await using at = await scene('se');
  const unit = at.net.node('se');
  const base = `/operations/${at.operationId}/crossmatch`;
  unit.signedIn = testOfficer('liaison', at.operationId);
  const { selectors, ...rest } = suspect('SE-1');
  const body = {
    suspects: [
      { ...rest, selectors: [...selectors, { type: 'phone', value: '070 123 45 67', defaultCountry: 'SE' }] },
    ],
  };
  expect((await ask(unit, 'POST', `${base}/selectors`, body)).body).toMatchObject({
    suspects: 1,
    selectors: 2,
  });
  expect((await ask(unit, 'GET', `${base}/hits`)).status).toBe(403);
  expect((await ask(unit, 'GET', `${base}/networks`)).status).toBe(403);
  expect((await ask(unit, 'GET', '/crossmatch/holdings')).status).toBe(403);
  unit.signedIn = undefined;
  expect((await ask(unit, 'POST', `${base}/selectors`, body)).status).toBe(401);
  await at.net.settled();
  const rows = await at.coordinator.ctx.db
    .selectFrom('subject_selector')
    .select('value')
    .orderBy('value')
    .execute();
  expect(rows.map(({ value }) => value)).toEqual(['+46701234567', 'known@example.org']);
});
