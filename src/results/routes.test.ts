import { expect, test } from 'vitest';
import type { Actor } from '#access/policy.ts';
import { officer, type TestNode, testNode } from '#casework/fixtures.ts';
import { givenPackage, POSITIVE, targetIds } from '#casework/fixtures-content.ts';
import { caseworkRoutes } from '#casework/routes.ts';
import type { CaseTargetDetail, CaseTargetsPage, ReportDetail, ReportsPage } from '#casework/schemas.ts';
import { strictApp } from '#server/requests/strict-app.ts';
import { testDatabase } from '#test/database.ts';
import { coordinator, coordinatorNode, operation, press, reportFrom } from './fixtures.ts';
import { resultRoutes } from './routes.ts';
import type { Board, FigureSetDetail, FigureSetRow, PressNote } from './schemas.ts';

/** Both rooms' routes, asked by the officer that `as` names. */
async function appOf(node: TestNode) {
  const app = strictApp({ log: node.ctx.log });
  let actor: Actor | undefined;
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.actor = actor;
  });
  caseworkRoutes(app, node.ctx);
  resultRoutes(app, node.ctx);
  await app.ready();
  const base = `/operations/${operation.operationId}`;
  return {
    as: (next: Actor | undefined) => {
      actor = next;
    },
    get: async <T>(path: string) => (await app.inject({ url: base + path })).json<T>(),
    code: async (path: string) => (await app.inject({ url: base + path })).json<{ code?: string }>().code,
    post: async <T>(path: string, payload: object) =>
      (await app.inject({ method: 'POST', url: base + path, payload })).json<T>(),
    raw: (path: string) => app.inject({ url: base + path }),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

test('the coordinator reads reports, computes figures, and a press officer releases and prints them', async () => {
  await using database = await testDatabase();
  await using node = await coordinatorNode(database);
  await using app = await appOf(node);
  const dk = await reportFrom(node, 'DK', { sequence: 1, outcomes: [POSITIVE] });
  app.as(coordinator);
  const { reports, contradictions } = await app.get<ReportsPage>('/reports');
  expect([reports.map(({ reportId, standing }) => [reportId, standing]), contradictions]).toEqual([
    [[dk.reportId, true]],
    [],
  ]);
  expect((await app.get<ReportDetail>(`/reports/${dk.reportId}`)).targets).toEqual(dk.targets);
  expect((await app.get<Board>('/board')).totals.suspectsIdentified).toBe(1);
  const { figureSetId, digest } = await app.post<FigureSetRow>('/figures', { kind: 'final' });
  app.as(press);
  const row = await app.post<FigureSetRow>(`/figures/${figureSetId}/release`, {
    digest,
    withhold: ['bytes-seized'],
  });
  expect(row.release).toMatchObject({ releasedBy: 'europol-2', withheld: ['bytes-seized'] });
  const detail = await app.get<FigureSetDetail>(`/figures/${figureSetId}`);
  expect(detail.figures.find(({ figureId }) => figureId === 'suspects-identified')?.shares).toEqual([
    { country: 'DK', reportId: dk.reportId, share: 1 },
  ]);
  const note = await app.get<PressNote>(`/figures/${figureSetId}/press-note`);
  expect(note.lists.every(({ agrees }) => agrees)).toBe(true);
  const pdf = await app.raw(`/figures/${figureSetId}/press-note.pdf`);
  expect([pdf.headers['content-type'], pdf.rawPayload.subarray(0, 5).toString()]).toEqual([
    'application/pdf',
    '%PDF-',
  ]);
  const docx = await app.raw(`/figures/${figureSetId}/press-note.docx`);
  expect([docx.headers['content-disposition'], docx.rawPayload.subarray(0, 2).toString()]).toEqual([
    'attachment; filename="press-note-final-2011-09-21.docx"',
    'PK',
  ]);
});

test('an investigator works targets: list, record, history, report to look at', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database, 'mt', operation);
  const [one] = targetIds('MT', 1) as [string];
  await givenPackage(node.ctx.db, operation, {
    country: 'MT',
    targets: [{ targetId: one, flags: ['imminent-risk'] }],
  });
  await using app = await appOf(node);
  app.as(officer('mt-1', 'investigator', operation));
  expect(await app.get<CaseTargetsPage>('/casework/targets?flag=imminent-risk')).toMatchObject({
    total: 1,
    rows: [{ targetId: one, current: null, leadFlags: ['imminent-risk'] }],
    totals: { pending: 1 },
  });
  expect(
    await app.post(`/casework/targets/${one}/outcomes`, { ...POSITIVE, note: 'n', seenVersion: 0 }),
  ).toMatchObject({ version: 1, note: 'n' });
  expect(
    await app.post(`/casework/targets/${one}/outcomes`, { ...POSITIVE, suspectsArrested: 7 }),
  ).toMatchObject({
    code: 'casework/outcome-invalid',
  });
  expect(
    await app.post(`/casework/targets/${one}/outcomes`, { ...POSITIVE, name: 'of a suspect' }),
  ).toMatchObject({
    code: 'request/invalid',
  });
  const detail = await app.get<CaseTargetDetail>(`/casework/targets/${one}`);
  expect([detail.history.map(({ version }) => version), detail.document.targetId]).toEqual([[1], one]);
  expect(await app.get('/casework/report')).toMatchObject({
    sequence: 1,
    nothingNew: false,
    needsReason: false,
    changed: [{ targetId: one, before: null }],
  });
  expect(await app.code('/casework/targets/target_zz')).toBe('casework/target-unknown');
});

test.each([
  '/casework/targets',
  '/casework/report',
  '/reports',
  '/reports/report_x',
  '/board',
  '/figures',
  '/figures/figures_x',
  '/figure-history/searches',
  '/figures/figures_x/press-note',
  '/figures/figures_x/press-note.pdf',
])('nobody reads %s without signing in or without a role on the operation', async (path) => {
  await using database = await testDatabase();
  await using node = await testNode(database, 'mt', operation);
  await using app = await appOf(node);
  app.as(undefined);
  expect(await app.code(path)).toBe('access/sign-in-required');
  app.as({ ...press, grants: [{ role: 'administrator', operationId: null }] });
  expect(await app.code(path)).toBe('access/denied');
});
