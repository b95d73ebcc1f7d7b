import { expect, test } from 'vitest';
import { testNodes, testOfficer } from '#test/nodes.ts';
import { registerReferralJobs } from './answer-claim.ts';
import { syntheticItems } from './fixtures.ts';
import { referralHandlers } from './handlers.ts';
import { ITEMS_HEADER, itemLine } from './item-file.ts';
import { referralRoutes } from './routes.ts';

test('a series and a request run over HTTP from the officer who prepares to the officer who sends', async () => {
  await using net = await testNodes(['dk', 'europol', 'interpol', 'eurojust'], {
    handlers: referralHandlers,
    jobs: registerReferralJobs,
    routes: referralRoutes,
  });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  const base = `/nodes/dk/api/operations/${operationId}/referrals`;
  const call = async (
    url: string,
    body?: object | string,
    role: 'investigator' | 'approver' = 'investigator',
  ) => {
    dk.signedIn = testOfficer(role, operationId);
    const response = await dk.app.inject({
      method: body === undefined ? 'GET' : 'POST',
      url: `${base}${url}`,
      ...(typeof body === 'string' && { headers: { 'content-type': 'text/csv' } }),
      ...(body !== undefined && { payload: body }),
    });
    return { status: response.statusCode, body: response.json() };
  };
  const upload = '/icse?name=Series%201&caseReference=DK-2011-1&handling=H1&handling=H2';
  const csv = `${[ITEMS_HEADER, ...syntheticItems(0, 12).map(itemLine)].join('\n')}\n`;
  expect(await call(upload, `${ITEMS_HEADER}\nnonsense\n`)).toMatchObject({
    status: 422,
    body: { code: 'referral/item-invalid' },
  });
  const { body: series } = await call(upload, csv);
  expect(series).toMatchObject({ state: 'prepared', itemCount: 12, handling: { codes: ['H1', 'H2'] } });
  const one = `/icse/${series.seriesId}`;
  expect(await call(`${one}/sending`, {})).toMatchObject({
    status: 409,
    body: { code: 'referral/not-approved' },
  });
  await call(`${one}/approval`, { digest: series.contentDigest }, 'approver');
  expect((await call(`${one}/claim`, {})).status).toBe(200);
  // The coordinator does not know this operation, so the claim stays without an answer.
  await net.settled();
  expect((await call(`${one}/items?limit=5`)).body.items).toHaveLength(5);
  expect((await call('/icse')).body.series).toMatchObject([{ state: 'claim-asked', approved: {} }]);

  const { body: request } = await call('/eurojust', {
    countries: ['DK', 'BE'],
    need: 'Coordination',
    legalBasis: 'Regulation (EU) 2018/1727 Art. 2',
    sources: [{ kind: 'case', id: 'DK-2011-1', provider: 'dk', handling: { codes: ['H1'], text: '' } }],
    deadlineAt: new Date(net.clock.now().getTime() + 86_400_000).toISOString(),
  });
  expect(request).toMatchObject({ state: 'draft', missingPermissions: [] });
  const ask = `/eurojust/${request.requestId}`;
  const approval = await call(`${ask}/approval`, { digest: request.contentDigest }, 'approver');
  expect(approval.body.state).toBe('released');
  expect((await call(`${ask}/sending`, {})).body.state).toBe('sent');
  expect((await call('/overdue')).body).toEqual({ overdue: [] });
  expect((await call('/permissions')).body).toEqual({ permissions: [] });
});
