import { expect, test } from 'vitest';
import { testNodes, testOfficer } from '#test/nodes.ts';
import { registerCurveJobs } from './freeze-curve.ts';
import { retentionRoutes } from './routes.ts';
import type { CurveView, RuleList, RuleView } from './schemas.ts';

test('over HTTP: a table is loaded, a rule entered, changed, withdrawn and exported; the curve says what it lacks', async () => {
  await using net = await testNodes(['pl'], { routes: retentionRoutes, jobs: registerCurveJobs });
  const { operationId } = await net.operation({ lead: 'pl', coordinator: 'europol', participants: ['pl'] });
  const pl = net.node('pl');
  const at = `/nodes/pl/api/operations/${operationId}`;
  const post = (path: string, payload: object) =>
    pl.app.inject({ method: 'POST', url: `${at}${path}`, payload });
  expect((await pl.app.inject({ url: `${at}/retention/rules` })).statusCode).toBe(401);

  pl.signedIn = testOfficer('investigator', operationId);
  const csv = 'country,months_kept,legal_reference,source\nPL,24,Act,letter\n';
  const loaded = await post('/retention/load', { name: 'own.csv', csv, reason: 'our own' });
  expect(loaded.json()).toEqual({ added: 1, revised: 0, unchanged: 0 });
  const content = {
    country: 'PL',
    operator: 'Sieć',
    asn: null,
    dataClass: 'address-assignment',
    daysKept: 90,
    inForceFrom: '2011-01-01',
    inForceUntil: null,
    legalReference: 'practice',
    source: 'letter',
    verifiedBy: null,
    verifiedOn: null,
  };
  const { ruleId } = (await post('/retention/rules', { content, reason: 'told' })).json<RuleView>();
  const revises = { ruleId, version: 1 };
  const changed = await post('/retention/rules', {
    content: { ...content, daysKept: 60 },
    reason: 'told',
    revises,
  });
  expect(changed.json()).toMatchObject({ ruleId, version: 2, daysKept: 60, inForceFrom: '2011-01-01' });
  expect((await post('/retention/withdraw', { ...revises, reason: 'gone' })).statusCode).toBe(409);
  expect((await post('/retention/withdraw', { ruleId, version: 2, reason: 'gone' })).statusCode).toBe(204);
  const versions = (await pl.app.inject({ url: `${at}/retention/rules/${ruleId}/versions` })).json();
  expect(versions.versions).toMatchObject([{ withdrawn: false }, { withdrawn: false }, { withdrawn: true }]);
  const { rules } = (await pl.app.inject({ url: `${at}/retention/rules` })).json<RuleList>();
  expect(rules).toMatchObject([{ country: 'PL', daysKept: 730, verifiedOn: null }]);
  const file = await pl.app.inject({ url: `${at}/retention/rules.csv` });
  expect(file.body).toContain('PL,,,address-assignment,730,,,Act,letter,,');

  expect((await pl.app.inject({ url: `${at}/freeze-curve` })).json<CurveView>()).toEqual({
    transitDays: 1,
    work: null,
    curve: null,
  });
  expect((await post('/freeze-curve', { transitDays: 1 })).statusCode).toBe(403);
  pl.signedIn = testOfficer('lead-analyst', operationId);
  expect((await post('/freeze-curve', { transitDays: 1 })).json()).toMatchObject({
    code: 'observations/nothing-imported',
  });
  pl.signedIn = testOfficer('press', operationId);
  expect((await pl.app.inject({ url: `${at}/retention/rules` })).statusCode).toBe(403);
});
