/** Packages from the lead's desk to the desks of their countries, over real nodes. */
import { chmod, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationId, TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { deliveriesOf, deliveryOf } from '#exchange/deliveries.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { preservationsOf } from '#observations/retention/preservation-store.ts';
import { requireOperation } from '#operations/create.ts';
import { SYSTEM, type TestNode, testOfficer } from '#test/nodes.ts';
import { type PackageNet, POLISH_OPERATOR, packageNet } from '#test/packages.ts';
import { approveAll } from './approve.ts';
import { composePackages } from './compose.ts';
import { contentEntries, contentFolder, measureContent } from './folder.ts';
import type { RequestStandings } from './preservation-schemas.ts';
import { receivedPackages } from './received-store.ts';
import { receivedTargetById, receivedTargets } from './received-targets.ts';
import type { PackageList, ReceivedTargetList } from './schemas.ts';
import { sendPackages } from './send.ts';
import { type Package, packageById, packagesOf } from './store.ts';
import type { TargetDocument } from './types.ts';

/** One operation from its first package on; each test goes on where the one before it ended. */
let scene: PackageNet;
beforeAll(async () => {
  scene = await packageNet(['dk', 'europol', 'mt', 'pl']);
});
afterAll(() => scene[Symbol.asyncDispose]());

type Country = 'PL' | 'MT' | 'DK';

async function compose(countries: Country[], targetLimit = 200): Promise<Package[]> {
  const { lead, analyst, operationId } = scene;
  return composePackages(lead, analyst, { operationId, countries, targetLimit });
}

async function approved(country: Country, targetLimit?: number): Promise<Package> {
  const [one] = await approveAll(scene.lead, scene.approver, await compose([country], targetLimit));
  return one!;
}

const folderOf = (one: Package) => contentFolder(scene.lead.paths, one.packageId);
const dbOf = (agency: string) => scene.net.node(agency).ctx.db;

/** Sends a folder's content as a package message, whatever it says. Returns each recipient's answer. */
async function sendFolder(
  from: string,
  folder: string,
  to: string[],
): Promise<[string, string, string | null][]> {
  const { ctx } = scene.net.node(from);
  const recipients = to.map((id) => scene.net.node(id).agencyId);
  const entries = contentEntries(folder, await measureContent(folder));
  const sealed = await sealMessage(ctx, {
    kind: 'package',
    operationId: scene.operationId,
    to: recipients,
    entries,
  });
  await ctx.db.transaction().execute((tx) => postMessage(ctx, tx, sealed, { actor: SYSTEM }));
  ctx.jobs.nudge();
  await scene.net.settled();
  const answers = await deliveryOf(ctx.db, sealed.messageId, ctx.clock.now());
  return answers.map(({ recipient, state, code }) => [recipient, state, code]);
}

/** A copy of the content in which one file says something else. */
async function altered(one: Package, file: string, change: (text: string) => string): Promise<string> {
  const copy = join(scene.lead.paths.temporary, 'altered');
  await rm(copy, { recursive: true, force: true });
  await cp(folderOf(one), copy, { recursive: true });
  const place = join(copy, file);
  const text = await readFile(place, 'utf8');
  await rm(place);
  await writeFile(place, change(text));
  return copy;
}

test.each([
  ['a rank that is not the next', 'targets.json', '"rank":1,', '"rank":7,'],
  ['a target of another country', 'targets.json', '"country":"MT","rank"', '"country":"PL","rank"'],
  ['a dossier that is not there', 'targets.json', '"dossier":"dossiers/0001', '"dossier":"dossiers/0009'],
  ['another number of targets', 'contents.json', '"targets": 1,', '"targets": 2,'],
  ['an addressee of another country', 'contents.json', '"country": "MT"', '"country": "PL"'],
  [
    'data that is no exercise in an operation that is one',
    'contents.json',
    '"exercise": true',
    '"exercise": false',
  ],
  ['a lead that did not send it', 'operation.json', '"lead": "dk"', '"lead": "pl"'],
])(
  'a package that names %s is refused whole: no package, no target, no operation',
  async (_, file, told, untold) => {
    const [malta] = await compose(['MT']);
    const folder = await altered(malta!, file, (text) => text.replace(told, untold));
    const [answer] = await sendFolder('dk', folder, ['mt']);
    expect(answer).toEqual([
      'mt',
      'refused',
      file === 'operation.json' ? 'package/not-from-lead' : 'package/content-invalid',
    ]);
    const db = dbOf('mt');
    expect(await receivedPackages(db, scene.operationId)).toEqual([]);
    expect((await receivedTargets(db, { operationId: scene.operationId })).total).toBe(0);
    await expect(requireOperation(db, scene.operationId)).rejects.toMatchObject({
      code: 'operation/not-found',
    });
  },
);

test('a package for another country is refused by whoever else can open it', async () => {
  const [malta] = await compose(['MT']);
  expect(await sendFolder('dk', folderOf(malta!), ['pl'])).toEqual([['pl', 'refused', 'package/not-for-us']]);
  await expect(requireOperation(dbOf('pl'), scene.operationId)).rejects.toMatchObject({
    code: 'operation/not-found',
  });
});

test('a package is not sent before it is approved, and not while its frozen files are others', async () => {
  const { lead, analyst, operationId } = scene;
  const [composed] = await compose(['DK']);
  const request = { operationId, packageIds: [composed!.packageId] };
  await expect(sendPackages(lead, analyst, request)).rejects.toMatchObject({ code: 'package/not-approved' });
  await approveAll(lead, scene.approver, [composed!]);
  const place = join(folderOf(composed!), 'targets.json');
  const text = await readFile(place, 'utf8');
  await chmod(place, 0o600);
  await writeFile(place, `${text} `);
  await expect(sendPackages(lead, analyst, request)).rejects.toMatchObject({ code: 'package/altered' });
  await rm(place);
  await expect(sendPackages(lead, analyst, request)).rejects.toMatchObject({ code: 'package/altered' });
  expect(await packageById(lead.db, composed!.packageId)).toMatchObject({
    state: 'approved',
    messageId: null,
  });
  // Restored from a backup, it is the approved package again.
  await writeFile(place, text);
  expect((await sendPackages(lead, analyst, request)).sent).toMatchObject([{ country: 'DK', state: 'sent' }]);
});

test('approved packages reach their country and the coordinator, who acknowledge them; the clock stops', async () => {
  const { net, operationId, lead, analyst } = scene;
  const poland = await approved('PL');
  await approved('MT');
  const { sent } = await sendPackages(lead, analyst, { operationId });
  expect(sent.map(({ country, state }) => [country, state])).toEqual([
    ['MT', 'sent'],
    ['PL', 'sent'],
  ]);
  await net.settled();

  const messages = sent.flatMap(({ messageId }) => messageId ?? []);
  const stands = await deliveriesOf(lead.db, messages, net.clock.now());
  expect(stands.map(({ state, hoursLeft }) => [state, hoursLeft])).toEqual(
    Array(4).fill(['acknowledged', 24]),
  );
  expect(await receivedPackages(dbOf('europol'), operationId)).toHaveLength(3);
  // The lead takes part itself: its own package came back to its own desk.
  expect(await receivedPackages(lead.db, operationId)).toMatchObject([{ country: 'DK', from: 'dk' }]);
  expect(await receivedPackages(dbOf('pl'), operationId)).toMatchObject([
    { packageId: poland.packageId, digest: poland.digest, current: true, from: 'dk', targetCount: 2 },
  ]);
  const page = await receivedTargets(dbOf('pl'), { operationId });
  expect(page.total).toBe(2);
  expect(page.targets.map(({ rank, clientId, country }) => [rank, clientId, country])).toEqual([
    [1, 'client-aa01', 'PL'],
    [2, 'client-aa02', 'PL'],
  ]);
  expect((await receivedTargets(dbOf('europol'), { operationId, country: 'MT' })).total).toBe(1);
  const kinds = (await listEvents(dbOf('pl'), { operationId })).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['operation.adopted', 'package.received']));
});

test('the coordinator, who leads nothing here, cannot compose', async () => {
  const { ctx } = scene.net.node('europol');
  await expect(composePackages(ctx, scene.analyst, { operationId: scene.operationId })).rejects.toMatchObject(
    {
      code: 'package/not-lead',
    },
  );
});

test('the same package in another message changes nothing; other content under its name is refused', async () => {
  const [malta] = (await packagesOf(scene.lead.db, scene.operationId)).filter(
    ({ country }) => country === 'MT',
  );
  const before = await receivedPackages(dbOf('mt'), scene.operationId);
  expect(await sendFolder('dk', folderOf(malta!), ['mt'])).toEqual([['mt', 'acknowledged', null]]);
  const folder = await altered(malta!, 'addresses.csv', (text) => `${text}one more\r\n`);
  expect(await sendFolder('dk', folder, ['mt'])).toEqual([['mt', 'refused', 'package/contradicts']]);
  expect(await receivedPackages(dbOf('mt'), scene.operationId)).toEqual(before);
});

test('a package of an agency that does not lead the operation is refused', async () => {
  // Malta, which knows the operation now, passes its own package on as if it were the lead.
  const { ctx } = scene.net.node('mt');
  const [own] = await receivedPackages(ctx.db, scene.operationId);
  const answers = await sendFolder('mt', join(ctx.paths.opened, own!.folder), ['pl', 'europol']);
  expect(answers).toEqual([
    ['europol', 'refused', 'package/not-from-lead'],
    ['pl', 'refused', 'package/not-from-lead'],
  ]);
});

test('sent twice is sent once, also at the same time', async () => {
  const { net, operationId, lead, analyst } = scene;
  const malta = await approved('MT');
  const sealed = await readdir(lead.paths.outbox);
  const request = { operationId, packageIds: [malta.packageId] };
  const both = await Promise.all([
    sendPackages(lead, analyst, request),
    sendPackages(lead, analyst, request),
  ]);
  expect(both.flatMap(({ sent }) => sent)).toHaveLength(1);
  expect(await sendPackages(lead, analyst, request)).toEqual({ sent: [], alreadySent: [malta.packageId] });
  expect(await readdir(lead.paths.outbox)).toHaveLength(sealed.length + 1);
  await net.settled();
  expect(await receivedPackages(dbOf('mt'), operationId)).toHaveLength(2);
});

test('a later version stands beside the former one and takes its place in the list of targets', async () => {
  const { net, operationId, lead, analyst } = scene;
  const former = (await packagesOf(lead.db, operationId)).find(({ country }) => country === 'PL')!;
  const later = await approved('PL', 1);
  expect(later).toMatchObject({ version: former.version + 1, supersedes: former.packageId });
  await sendPackages(lead, analyst, { operationId });
  await net.settled();
  const db = dbOf('pl');
  expect((await receivedPackages(db, operationId)).map(({ version, current }) => [version, current])).toEqual(
    [
      [later.version, true],
      [former.version, false],
    ],
  );
  const { total, targets } = await receivedTargets(db, { operationId });
  expect([total, targets[0]?.packageId]).toEqual([1, later.packageId]);
  // A target that only the former version names can still be looked up: casework may have begun on it.
  const [, second] = JSON.parse(
    await readFile(join(folderOf(former), 'targets.json'), 'utf8'),
  ) as TargetDocument[];
  const found = await receivedTargetById(db, operationId, second!.targetId as TargetId);
  expect(found).toMatchObject({ packageId: former.packageId });
});

/** The receiving unit lists its requests, takes their files, and records that one was sent. */
async function preservationOverHttp(pl: TestNode, at: string): Promise<void> {
  const list = async () => (await pl.app.inject({ url: at })).json<RequestStandings>().requests;
  const [standing] = await list();
  expect(standing).toMatchObject({ request: { operator: POLISH_OPERATOR, targets: 2 }, sent: [] });
  const { name } = standing!.request;
  const file = await pl.app.inject({ url: `${at}/${name}/docx` });
  expect(file.headers['content-disposition']).toBe(`attachment; filename="PL-v3-preservation-${name}.docx"`);
  expect(file.rawPayload.subarray(0, 2).toString()).toBe('PK');
  expect((await pl.app.inject({ url: `${at}/${name}/exe` })).statusCode).toBe(400);
  expect((await pl.app.inject({ url: `${at}/other/pdf` })).statusCode).toBe(404);
  const send = (payload: object) => pl.app.inject({ method: 'POST', url: `${at}/${name}/sent`, payload });
  const sentAt = pl.ctx.clock.now().toISOString();
  expect((await send({ sentAt, until: '2012-09-01T00:00:00Z', note: '' })).statusCode).toBe(422);
  expect((await send({ sentAt, note: 'KWP 77/2011' })).json()).toMatchObject({ sentAt, note: 'KWP 77/2011' });
  expect((await list())[0]?.sent).toHaveLength(1);
  const { operationId } = scene;
  const [recorded] = await preservationsOf(pl.ctx.db, operationId);
  expect(recorded).toMatchObject({ holder: { operator: POLISH_OPERATOR }, targetIds: { length: 2 } });
  pl.signedIn = testOfficer('auditor', operationId);
  expect((await send({ sentAt, note: '' })).statusCode).toBe(403);
}

test('over HTTP: composed, approved, sent, listed with receipts, and its dossier downloaded; every reading logged', async () => {
  const { net, operationId } = scene;
  const [dk, pl] = [net.node('dk'), net.node('pl')];
  const at = `/nodes/dk/api/operations/${operationId}`;
  dk.signedIn = scene.analyst;
  const composed = await dk.app.inject({
    method: 'POST',
    url: `${at}/packages/compose`,
    payload: { countries: ['PL'], evaluation: { source: 'A', information: '1' } },
  });
  expect(composed.statusCode).toBe(200);
  const [one] = composed.json<PackageList>().packages;
  const approvals = [{ packageId: one!.packageId, digest: one!.digest }];
  expect(
    (await dk.app.inject({ method: 'POST', url: `${at}/packages/approve`, payload: { approvals } }))
      .statusCode,
  ).toBe(403);
  dk.signedIn = scene.approver;
  expect(
    (await dk.app.inject({ method: 'POST', url: `${at}/packages/approve`, payload: { approvals } }))
      .statusCode,
  ).toBe(200);
  dk.signedIn = scene.analyst;
  expect((await dk.app.inject({ method: 'POST', url: `${at}/packages/send`, payload: {} })).json()).toEqual({
    sent: [one!.packageId],
    alreadySent: [],
  });
  await net.settled();
  const listed = (await dk.app.inject({ url: `${at}/packages` })).json<PackageList>();
  expect(listed.packages.filter(({ packageId }) => packageId === one!.packageId)).toMatchObject([
    {
      state: 'acknowledged',
      hoursLeft: 24,
      overdue: false,
      receipts: [{ state: 'acknowledged' }, { state: 'acknowledged' }],
    },
  ]);
  expect(
    (await dk.app.inject({ url: `${at}/packages/${one!.packageId}/targets?limit=1` })).json(),
  ).toMatchObject({ total: 2, targets: [{ rank: 1 }] });
  expect((await dk.app.inject({ url: `${at}/packages/${one!.packageId}` })).json()).toMatchObject({
    contents: { evaluation: { source: 'A' } },
  });

  pl.signedIn = testOfficer('investigator', operationId);
  const there = `/nodes/pl/api/operations/${operationId}`;
  const targets = (
    await pl.app.inject({ url: `${there}/received-targets?sort=lastSeenAt&limit=1` })
  ).json<ReceivedTargetList>();
  expect(targets).toMatchObject({ total: 2, targets: [{ target: { clientId: 'client-aa02' } }] });
  const { targetId } = targets.targets[0]!.target;
  const dossier = await pl.app.inject({
    url: `${there}/received-packages/${one!.packageId}/dossiers/${targetId}`,
  });
  expect(dossier.headers['content-disposition']).toMatch(
    /^attachment; filename="PL-v3-dossier-0002-[0-9a-f]{12}\.pdf"$/,
  );
  expect(dossier.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  expect(await listEvents(pl.ctx.db, { subject: { kind: 'package', id: one!.packageId } })).toMatchObject([
    { kind: 'package.received' },
    { kind: 'package.document-read' },
  ]);

  await preservationOverHttp(pl, `${there}/received-packages/${one!.packageId}/preservation`);

  pl.signedIn = testOfficer('investigator', 'operation_00000000000000000000000009' as OperationId);
  expect(
    (await pl.app.inject({ url: `${there}/received-packages/${one!.packageId}/summary.pdf` })).statusCode,
  ).toBe(403);
  const sideways = `/nodes/pl/api/operations/operation_00000000000000000000000009/received-packages/${one!.packageId}`;
  for (const path of ['', '/summary.pdf', `/dossiers/${targetId}`])
    expect((await pl.app.inject({ url: sideways + path })).statusCode).toBe(404);
  pl.signedIn = undefined;
  expect((await pl.app.inject({ url: `${there}/received-targets` })).statusCode).toBe(401);
});
