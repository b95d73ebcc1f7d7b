import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Actor } from '#access/policy.ts';
import { listEvents } from '#custody/record.ts';
import { strictApp } from '#server/requests/strict-app.ts';
import { type EvidenceNode, evidenceNode } from './fixtures.ts';
import { evidenceRoutes } from './routes.ts';
import type {
  ExhibitDetail,
  ExhibitListRow,
  ExhibitRow,
  FilesPage,
  InventoryRow,
  ListPreview,
  ReportRow,
  Summary,
} from './schemas.ts';
import type { InventoryId } from './types.ts';

async function served(node: EvidenceNode) {
  const app = strictApp({ log: node.ctx.log });
  let actor: Actor = node.examiner;
  app.addHook('onRequest', async (request) => {
    request.actor = actor;
  });
  evidenceRoutes(app, node.ctx);
  await app.ready();
  return {
    as: (next: Actor) => {
      actor = next;
    },
    get: (path: string) => app.inject({ method: 'GET', url: `/operations/${node.operationId}${path}` }),
    post: (path: string, body?: object) =>
      app.inject({
        method: 'POST',
        url: `/operations/${node.operationId}${path}`,
        ...(body ? { payload: body } : {}),
      }),
    upload: (path: string, content: string) =>
      app.inject({
        method: 'POST',
        url: `/operations/${node.operationId}${path}`,
        headers: { 'content-type': 'application/octet-stream' },
        payload: content,
      }),
    [Symbol.asyncDispose]: async () => {
      await app.close();
    },
  };
}

const EXHIBIT = {
  reference: '2011/9',
  kind: 'computer',
  seizedAt: '2011-09-20T06:00:00Z',
  seizedWhere: 'a house in Mdina',
  seizedBy: 'Officer 1',
  sealNumber: 'S-1',
};

test('goes from the exhibit over list and inventory to files, summary and a report that names its digests', async () => {
  await using node = await evidenceNode({ work: true });
  await using http = await served(node);
  await node.fill({ '=cmd.txt': 'known', 'b,"c".txt': 'new' });
  await symlink('nowhere', join(node.folder, 'link'));
  const hash = createHash('sha1').update('known').digest('hex');
  const list = `sha1,category\n${hash},2\nabc,2\n`;
  const preview = await http.upload('/hash-lists/preview', list);
  expect(preview.json<ListPreview>()).toMatchObject({
    rowsTaken: 1,
    skipped: [{ position: 3, reason: 'wrong-length' }],
  });
  const imported = await http.upload(
    '/hash-lists?name=National&source=test&version=1&meaning=benign&meanings=2:known',
    list,
  );
  expect(imported.json()).toMatchObject({
    alreadyHere: false,
    list: { meanings: { 2: 'known' }, rowsSkipped: 1 },
  });

  const { exhibitId } = (await http.post('/exhibits', EXHIBIT)).json<ExhibitRow>();
  const started = (
    await http.post(`/exhibits/${exhibitId}/inventories`, { folder: node.folder })
  ).json<InventoryRow>();
  await node.until(started.inventoryId as InventoryId, 'done');
  const place = `/exhibits/${exhibitId}/inventories/${started.inventoryId}`;
  expect((await http.get(place)).json<InventoryRow>()).toMatchObject({
    state: 'done',
    filesSeen: 3,
    filesHashed: 2,
    filesNotExamined: 1,
    bytesRead: 8,
  });
  const known = (await http.get(`${place}/files?verdict=known`)).json<FilesPage>();
  expect(known).toMatchObject({
    total: 1,
    rows: [{ path: '=cmd.txt', matches: [{ listName: 'National', category: '2', algorithms: ['sha1'] }] }],
  });
  expect((await http.get(`/exhibits/${exhibitId}/summary`)).json<Summary>().inventory).toMatchObject({
    lists: 1,
    totals: { known: { files: 1 }, notExamined: 1 },
  });

  const report = (await http.post(`/exhibits/${exhibitId}/report`)).json<ReportRow>();
  const pdf = await http.get(`/exhibits/${exhibitId}/report.pdf`);
  const csv = await http.get(`/exhibits/${exhibitId}/report.csv`);
  expect(createHash('sha256').update(pdf.rawPayload).digest('hex')).toBe(report.pdfSha256);
  expect(createHash('sha256').update(csv.rawPayload).digest('hex')).toBe(report.csvSha256);
  expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  expect(csv.body.split('\r\n')[1]).toMatch(
    /^1,\.\/=cmd\.txt,,hashed,.*,known,National \[2\] known by sha1$/,
  );
  expect(csv.body).toContain('"./b,""c"".txt"');
  expect(csv.body).toContain('./link,,not examined,link');
  expect((await http.get('/exhibits')).json<ExhibitListRow[]>()).toMatchObject([
    { exhibitId, inventory: { inventoryId: started.inventoryId, state: 'done' } },
  ]);
  const detail = (await http.get(`/exhibits/${exhibitId}`)).json<ExhibitDetail>();
  expect(detail).toMatchObject({ chain: [{ kind: 'seized' }], report: { reportId: report.reportId } });
  const events = await listEvents(node.ctx.db, { subject: { kind: 'exhibit', id: exhibitId } });
  expect(events.map(({ kind }) => kind).slice(-3)).toEqual([
    'exhibit.reported',
    'exhibit.report-read',
    'exhibit.report-read',
  ]);
});

test('lets an investigator and an auditor read, and only an examiner examine', async () => {
  await using node = await evidenceNode();
  await using http = await served(node);
  http.as(node.auditor);
  expect((await http.get('/exhibits')).statusCode).toBe(200);
  expect((await http.post('/exhibits', EXHIBIT)).statusCode).toBe(403);
  http.as(node.investigator);
  const { exhibitId } = (await http.post('/exhibits', EXHIBIT)).json<ExhibitRow>();
  expect((await http.post(`/exhibits/${exhibitId}/inventories`, { folder: node.folder })).statusCode).toBe(
    403,
  );
  expect((await http.upload('/hash-lists/preview', 'x')).statusCode).toBe(403);
  http.as({ kind: 'officer', officerId: 'stranger' as never, name: 'Stranger', grants: [] });
  for (const path of [
    '/exhibits',
    `/exhibits/${exhibitId}`,
    `/exhibits/${exhibitId}/summary`,
    `/exhibits/${exhibitId}/report.pdf`,
    '/hash-lists',
  ]) {
    expect((await http.get(path)).statusCode, path).toBe(403);
  }
});

test('hides an exhibit from another operation, and says clearly what is wrong with a list', async () => {
  await using node = await evidenceNode();
  await using http = await served(node);
  const { exhibitId } = await node.exhibit();
  expect((await http.get('/exhibits/exhibit_none')).json()).toMatchObject({
    code: 'evidence/exhibit-not-found',
  });
  expect((await http.get(`/exhibits/${exhibitId}/report.pdf`)).json()).toMatchObject({
    code: 'evidence/report-not-found',
  });
  expect((await http.post(`/exhibits/${exhibitId}/report`)).json()).toMatchObject({
    code: 'evidence/inventory-unfinished',
  });
  const cut = await http.upload('/hash-lists?name=a&source=b&version=1&meaning=known', '{"value":[{"MD5":"');
  expect(cut.statusCode).toBe(422);
  expect(cut.json()).toMatchObject({
    code: 'evidence/list-cut',
    message: expect.stringContaining('nothing was imported'),
  });
  expect((await http.get('/hash-lists')).json()).toEqual([]);
});
