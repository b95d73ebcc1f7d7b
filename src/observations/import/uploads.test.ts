import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addOfficer, grantRole } from '#access/officers.ts';
import type { OfficerId } from '#core/ids.ts';
import { HEADER, line, PROFILE } from '#observations/fixtures.ts';
import { observationRoutes } from '#observations/routes.ts';
import { importsOf } from '#observations/store.ts';
import type { Operation } from '#operations/types.ts';
import { SYSTEM, type TestNet, type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import type { ProfileList, SavedProfileResult, UploadList, UploadRow } from './schemas.ts';
import { registerUploadJobs } from './upload-job.ts';
import { sweepUploads } from './uploads.ts';

interface Desk extends AsyncDisposable {
  readonly net: TestNet;
  readonly node: TestNode;
  readonly operation: Operation;
  readonly uploads: string;
  /** Signs the analyst in, again after a restart of the node. */
  signIn(): void;
}

async function desk(): Promise<Desk> {
  const net = await testNodes(['dk', 'europol'], { jobs: registerUploadJobs, routes: observationRoutes });
  const operation = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const node = net.node('dk');
  const analyst = testOfficer('lead-analyst', operation.operationId);
  const officerId = (analyst.kind === 'officer' ? analyst.officerId : '') as OfficerId;
  await addOfficer(node.ctx, SYSTEM, { officerId, name: 'Analyst' });
  await grantRole(node.ctx, SYSTEM, {
    officerId,
    role: 'lead-analyst',
    operationId: operation.operationId,
  });
  const signIn = () => {
    node.signedIn = analyst;
  };
  signIn();
  return {
    net,
    node,
    operation,
    uploads: `/operations/${operation.operationId}/observations/uploads`,
    signIn,
    [Symbol.asyncDispose]: () => net[Symbol.asyncDispose](),
  };
}

async function ask<T>(node: TestNode, method: 'GET' | 'POST', path: string, body?: object) {
  const url = `/nodes/${node.agencyId}/api${path}`;
  const response = await node.app.inject({ method, url, ...(body && { payload: body }) });
  return { status: response.statusCode, body: response.json<T>() };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function begin({ node, uploads }: Desk, content: Buffer, fileName = 'july.csv') {
  const headSha256 = sha256(content.subarray(0, 1024 ** 2));
  const { body } = await ask<UploadRow>(node, 'POST', uploads, {
    fileName,
    fileBytes: content.length,
    headSha256,
  });
  return body;
}

async function send(at: Desk, upload: UploadRow, bytes: Buffer, part: { offset: number; sha256?: string }) {
  const query = new URLSearchParams({ offset: String(part.offset), sha256: part.sha256 ?? sha256(bytes) });
  const response = await at.node.app.inject({
    method: 'PUT',
    url: `/nodes/dk/api${at.uploads}/${upload.uploadId}/parts?${query.toString()}`,
    headers: { 'content-type': 'application/octet-stream' },
    payload: bytes,
  });
  return { status: response.statusCode, body: response.json<UploadRow & { code?: string }>() };
}

function log(rows: number): Buffer {
  return Buffer.from(
    [HEADER, ...Array.from({ length: rows }, (_, n) => line({ guid: n.toString(16) }))].join('\n'),
  );
}

async function uploadedFiles({ node }: Desk): Promise<string[]> {
  return readdir(join(node.ctx.paths.lake, 'uploads')).catch(() => []);
}

test('a log comes in parts, is looked into meanwhile, and is imported when all are there', async () => {
  await using at = await desk();
  const content = log(5000);
  const half = Math.floor(content.length / 2);
  const upload = await begin(at, content);
  expect(upload).toMatchObject({ state: 'receiving', receivedBytes: 0, fileBytes: content.length });
  const one = `${at.uploads}/${upload.uploadId}`;
  expect((await send(at, upload, content.subarray(0, half), { offset: 0 })).body.receivedBytes).toBe(half);
  expect((await ask(at.node, 'GET', `${one}/head`)).body).toMatchObject({
    format: 'csv',
    columns: HEADER.split(','),
  });
  const preview = await ask(at.node, 'POST', `${one}/preview`, { profile: PROFILE });
  expect(preview.body).toMatchObject({ accepted: 100, refused: 0, more: true });
  const started = await ask<UploadRow>(at.node, 'POST', `${one}/start`, { profile: PROFILE });
  expect(started.body).toMatchObject({ state: 'receiving', profile: { name: 'test-tool', version: 1 } });
  const last = await send(at, upload, content.subarray(half), { offset: half });
  expect(last.body).toMatchObject({ state: 'importing', receivedBytes: content.length });
  await at.net.settled();
  const { body: done } = await ask<UploadRow>(at.node, 'GET', one);
  expect(done).toMatchObject({ state: 'imported', readRows: 5000, readBytes: content.length });
  const [row] = await importsOf(at.node.ctx.db, at.operation.operationId);
  expect(row).toMatchObject({
    importId: done.importId,
    fileName: 'july.csv',
    fileSha256: sha256(content),
    importedBy: 'officer_officer-lead-analyst',
    accepted: 5000,
  });
  expect(await uploadedFiles(at)).toEqual([]);
});

test('after a restart the upload of the same file goes on from the last byte that counts', async () => {
  await using at = await desk();
  const content = log(3000);
  const upload = await begin(at, content);
  await send(at, upload, content.subarray(0, 1000), { offset: 0 });
  await at.node.stop();
  await at.node.start();
  at.signIn();
  await sweepUploads(at.node.ctx);
  const again = await begin(at, content);
  expect(again).toMatchObject({ uploadId: upload.uploadId, receivedBytes: 1000 });
  expect((await begin(at, log(3001))).uploadId).not.toBe(upload.uploadId);
  await ask(at.node, 'POST', `${at.uploads}/${upload.uploadId}/start`, { profile: PROFILE });
  await send(at, upload, content.subarray(1000), { offset: 1000 });
  await at.net.settled();
  const [row] = await importsOf(at.node.ctx.db, at.operation.operationId);
  expect(row).toMatchObject({ fileSha256: sha256(content), accepted: 3000 });
});

test('a part that is damaged, at the wrong byte or too long does not count', async () => {
  await using at = await desk();
  const content = log(100);
  const upload = await begin(at, content);
  const part = content.subarray(0, 500);
  expect((await send(at, upload, part, { offset: 0, sha256: sha256(content) })).body.code).toBe(
    'observations/upload-damaged',
  );
  expect((await send(at, upload, part, { offset: 10 })).body.code).toBe('observations/upload-offset');
  expect((await send(at, upload, part, { offset: 0 })).status).toBe(200);
  expect((await send(at, upload, part, { offset: 0 })).body).toMatchObject({
    code: 'observations/upload-offset',
    message: expect.stringContaining('has 500 bytes'),
  });
  const tooMuch = Buffer.alloc(content.length);
  expect((await send(at, upload, tooMuch, { offset: 500 })).body.code).toBe('observations/upload-offset');
  const both = await Promise.all([
    send(at, upload, content.subarray(500, 600), { offset: 500 }),
    send(at, upload, content.subarray(500, 700), { offset: 500 }),
  ]);
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  const { size } = await stat(join(at.node.ctx.paths.lake, 'uploads', upload.uploadId));
  expect(size).toBeLessThan(content.length);
});

test('a log that cannot be imported fails with its sentence, and its bytes are gone', async () => {
  await using at = await desk();
  const content = Buffer.from('time;ip;guid\n1;2;3\n');
  const upload = await begin(at, content);
  await send(at, upload, content, { offset: 0 });
  const preview = await ask<{ code: string }>(at.node, 'POST', `${at.uploads}/${upload.uploadId}/preview`, {
    profile: PROFILE,
  });
  expect(preview).toMatchObject({ status: 422, body: { code: 'observations/delimiter-wrong' } });
  await ask(at.node, 'POST', `${at.uploads}/${upload.uploadId}/start`, { profile: PROFILE });
  await at.net.settled();
  const { body } = await ask<UploadList>(at.node, 'GET', at.uploads);
  expect(body.uploads).toMatchObject([
    {
      state: 'failed',
      failureCode: 'observations/delimiter-wrong',
      failure: expect.stringContaining('semicolons'),
    },
  ]);
  expect(await uploadedFiles(at)).toEqual([]);
});

test('a cancelled upload takes no more, leaves no bytes and is imported no more', async () => {
  await using at = await desk();
  const content = log(100);
  const upload = await begin(at, content);
  const one = `${at.uploads}/${upload.uploadId}`;
  await send(at, upload, content.subarray(0, 100), { offset: 0 });
  expect((await ask<UploadRow>(at.node, 'POST', `${one}/cancel`)).body.state).toBe('cancelled');
  expect(await uploadedFiles(at)).toEqual([]);
  expect((await send(at, upload, content.subarray(100), { offset: 100 })).body.code).toBe(
    'observations/upload-state',
  );
  expect((await ask(at.node, 'POST', `${one}/cancel`)).status).toBe(409);
  expect((await ask(at.node, 'POST', `${one}/start`, { profile: PROFILE })).status).toBe(409);
});

test('an import that is cancelled while it runs leaves nothing in the lake', async () => {
  await using at = await desk();
  const content = log(60_000);
  const upload = await begin(at, content);
  const one = `${at.uploads}/${upload.uploadId}`;
  await ask(at.node, 'POST', `${one}/start`, { profile: PROFILE });
  await send(at, upload, content, { offset: 0 });
  expect((await ask<UploadRow>(at.node, 'POST', `${one}/cancel`)).body.state).toBe('cancelled');
  await at.net.settled();
  expect((await ask<UploadRow>(at.node, 'GET', one)).body).toMatchObject({
    state: 'cancelled',
    importId: null,
  });
  expect(await importsOf(at.node.ctx.db, at.operation.operationId)).toEqual([]);
  expect(await uploadedFiles(at)).toEqual([]);
});

test('profiles are saved as versions, listed with the examples, and never changed', async () => {
  await using at = await desk();
  const path = `/operations/${at.operation.operationId}/observations/profiles`;
  const save = (profile: object) => ask<SavedProfileResult>(at.node, 'POST', path, { profile });
  expect((await save(PROFILE)).body).toMatchObject({ isNew: true, profile: { version: 1 } });
  expect((await save({ ...PROFILE, version: 7 })).body).toMatchObject({
    isNew: false,
    profile: { version: 1 },
  });
  const changed = { ...PROFILE, delimiter: ';' };
  expect((await save(changed)).body).toMatchObject({ isNew: true, profile: { version: 2, delimiter: ';' } });
  expect((await save({ ...PROFILE, time: { format: 'iso', zone: 'Europe/Nowhere' } })).body).toMatchObject({
    code: 'observations/profile-invalid',
  });
  const { body } = await ask<ProfileList>(at.node, 'GET', path);
  expect(body.profiles.map(({ profile }) => profile.version)).toEqual([2, 1]);
  expect(body.examples.map(({ name }) => name)).toEqual(['gnutella', 'emule', 'bittorrent']);
  await expect(at.node.ctx.db.deleteFrom('import_profile').execute()).rejects.toThrow('is not changed');
});

test('an officer without the role neither uploads nor reads of it', async () => {
  await using at = await desk();
  at.node.signedIn = testOfficer('press', at.operation.operationId);
  expect((await ask(at.node, 'GET', at.uploads)).status).toBe(403);
  expect(
    (await ask(at.node, 'POST', at.uploads, { fileName: 'x', fileBytes: 1, headSha256: '0'.repeat(64) }))
      .status,
  ).toBe(403);
});
