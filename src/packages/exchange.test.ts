/** Packages from the lead's desk to the desks of their countries, over real nodes. */
import { appendFile, chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { deliveries } from '#exchange/deliveries.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import { SYSTEM, testOfficer } from '#test/nodes.ts';
import { type PackageNet, packageNet } from '#test/packages.ts';
import { approveAll } from './approve.ts';
import { composePackages } from './compose.ts';
import { contentEntries, contentFolder, measureContent } from './folder.ts';
import type { PackageList, ReceivedTargetList } from './schemas.ts';
import { sendPackages } from './send.ts';
import { type Package, packageById, receivedPackages, receivedTargetById, receivedTargets } from './store.ts';

const ALL = ['dk', 'europol', 'mt', 'pl'];

async function approved(scene: PackageNet, countries: ('PL' | 'MT' | 'DK')[]): Promise<Package[]> {
  const packages = await composePackages(scene.lead, scene.analyst, {
    operationId: scene.operationId,
    countries,
  });
  return approveAll(scene.lead, scene.approver, packages);
}

const refusalsOf = async (scene: PackageNet) =>
  (await deliveries(scene.lead.db, scene.operationId, scene.lead.clock.now())).map(
    ({ recipient, state, code }) => [recipient, state, code],
  );

test('approved packages reach their country and the coordinator, who acknowledge them; the clock stops', async () => {
  await using scene = await packageNet(ALL);
  const { net, operationId, lead, analyst } = scene;
  const packages = await approved(scene, ['DK', 'MT', 'PL']);
  const { sent } = await sendPackages(lead, analyst, { operationId });
  expect(sent.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
  await net.settled();

  const stands = await deliveries(lead.db, operationId, net.clock.now());
  expect(stands.every(({ state, hoursLeft }) => state === 'acknowledged' && hoursLeft === 24)).toBe(true);
  expect(await receivedPackages(net.node('europol').ctx.db, operationId)).toHaveLength(3);
  const [poland] = await receivedPackages(net.node('pl').ctx.db, operationId);
  const composed = packages.find(({ country }) => country === 'PL')!;
  expect(poland).toMatchObject({
    packageId: composed.packageId,
    digest: composed.digest,
    current: true,
    from: 'dk',
    targetCount: 2,
  });

  const page = await receivedTargets(net.node('pl').ctx.db, { operationId });
  expect(page.targets.map(({ rank, clientId, country }) => [rank, clientId, country])).toEqual([
    [1, 'aa01', 'PL'],
    [2, 'aa02', 'PL'],
  ]);
  expect(page.total).toBe(2);
  expect((await receivedTargets(net.node('europol').ctx.db, { operationId, country: 'MT' })).total).toBe(1);
  const events = await listEvents(net.node('pl').ctx.db, { operationId });
  expect(events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['operation.adopted', 'package.received']),
  );

  // The lead alone composes, and what came is no package of one's own.
  const elsewhere = composePackages(net.node('europol').ctx, analyst, { operationId });
  await expect(elsewhere).rejects.toMatchObject({ code: 'package/not-lead' });
});

test('sent twice is sent once, also at the same time', async () => {
  await using scene = await packageNet(ALL);
  const { net, operationId, lead, analyst } = scene;
  const [malta] = await approved(scene, ['MT']);
  const request = { operationId, packageIds: [malta!.packageId] };
  const both = await Promise.all([
    sendPackages(lead, analyst, request),
    sendPackages(lead, analyst, request),
  ]);
  expect(both.flatMap(({ sent }) => sent)).toHaveLength(1);
  expect(await sendPackages(lead, analyst, request)).toEqual({ sent: [], alreadySent: [malta!.packageId] });
  await net.settled();
  expect(await receivedPackages(net.node('mt').ctx.db, operationId)).toHaveLength(1);
  expect(await readdir(lead.paths.outbox)).toHaveLength(1);
});

test('a package is not sent before it is approved, and not when its frozen files were changed', async () => {
  await using scene = await packageNet(ALL);
  const { operationId, lead, analyst } = scene;
  const [composed] = await composePackages(lead, analyst, { operationId, countries: ['MT'] });
  const request = { operationId, packageIds: [composed!.packageId] };
  await expect(sendPackages(lead, analyst, request)).rejects.toMatchObject({ code: 'package/not-approved' });
  await approveAll(lead, scene.approver, [composed!]);
  const place = join(contentFolder(lead.paths, composed!.packageId), 'targets.json');
  await chmod(place, 0o600);
  await appendFile(place, ' ');
  await expect(sendPackages(lead, analyst, request)).rejects.toMatchObject({ code: 'package/altered' });
  await rm(place);
  await expect(sendPackages(lead, analyst, request)).rejects.toMatchObject({ code: 'package/altered' });
  expect(await packageById(lead.db, composed!.packageId)).toMatchObject({
    state: 'approved',
    messageId: null,
  });
  expect(await readdir(lead.paths.outbox)).toEqual([]);
});

test('a package of an agency that does not lead the operation is refused, and nothing of it is kept', async () => {
  await using scene = await packageNet(ALL);
  const { net, operationId, lead } = scene;
  await approved(scene, ['PL', 'MT']);
  await sendPackages(lead, scene.analyst, { operationId });
  await net.settled();
  // Malta, which knows the operation now, passes its own package on to Poland as if it were the lead.
  const { ctx } = net.node('mt');
  const [own] = await receivedPackages(ctx.db, operationId);
  await resend(scene, { from: 'mt', folder: join(ctx.paths.opened, own!.folder), to: ['pl', 'europol'] });
  await net.settled();
  const answers = await deliveries(ctx.db, operationId, net.clock.now());
  expect(answers.filter(({ role }) => role === 'sender')).toMatchObject([
    { recipient: 'europol', state: 'refused', code: 'package/not-from-lead' },
    { recipient: 'pl', state: 'refused', code: 'package/not-from-lead' },
  ]);
  expect(await receivedPackages(net.node('pl').ctx.db, operationId)).toHaveLength(1);
});

async function resend(
  scene: PackageNet,
  { from, folder, to }: { from: string; folder: string; to: string[] },
): Promise<void> {
  const { ctx } = scene.net.node(from);
  const { operationId } = await requireOperation(ctx.db, scene.operationId);
  const recipients = to.map((id) => scene.net.node(id).agencyId);
  const entries = contentEntries(folder, await measureContent(folder));
  const sealed = await sealMessage(ctx, { kind: 'package', operationId, to: recipients, entries });
  await ctx.db.transaction().execute((tx) => postMessage(ctx, tx, sealed, { actor: SYSTEM }));
  ctx.jobs.nudge();
}

test('the same package in another message changes nothing; other content under its name is refused', async () => {
  await using scene = await packageNet(ALL);
  const { net, operationId, lead } = scene;
  const [malta] = await approved(scene, ['MT']);
  await sendPackages(lead, scene.analyst, { operationId });
  await net.settled();
  const before = await receivedPackages(net.node('mt').ctx.db, operationId);
  const folder = contentFolder(lead.paths, malta!.packageId);
  await resend(scene, { from: 'dk', folder, to: ['mt'] });
  await net.settled();
  expect(await receivedPackages(net.node('mt').ctx.db, operationId)).toEqual(before);
  expect(await refusalsOf(scene)).toContainEqual(['mt', 'acknowledged', null]);

  const place = join(folder, 'addresses.csv');
  await chmod(place, 0o600);
  await appendFile(place, 'x');
  await resend(scene, { from: 'dk', folder, to: ['mt'] });
  await net.settled();
  expect(await refusalsOf(scene)).toContainEqual(['mt', 'refused', 'package/contradicts']);
  expect(await receivedPackages(net.node('mt').ctx.db, operationId)).toEqual(before);
});

test('a package that says what cannot be is refused whole: no package, no target, no operation', async () => {
  await using scene = await packageNet(ALL);
  const { net, operationId, lead } = scene;
  const [malta] = await approved(scene, ['MT']);
  const folder = contentFolder(lead.paths, malta!.packageId);
  const place = join(folder, 'targets.json');
  await chmod(place, 0o600);
  const text = await readFile(place, 'utf8');
  await rm(place);
  await appendFile(place, text.replace('"rank":1,', '"rank":7,'));
  await resend(scene, { from: 'dk', folder, to: ['mt'] });
  await net.settled();
  expect(await refusalsOf(scene)).toEqual([['mt', 'refused', 'package/content-invalid']]);
  const { db } = net.node('mt').ctx;
  expect(await receivedPackages(db, operationId)).toEqual([]);
  expect((await receivedTargets(db, { operationId })).total).toBe(0);
  await expect(requireOperation(db, operationId)).rejects.toMatchObject({ code: 'operation/not-found' });
});

test('a package for another country is refused by whoever else can open it', async () => {
  await using scene = await packageNet(ALL);
  const [malta] = await approved(scene, ['MT']);
  await resend(scene, {
    from: 'dk',
    folder: contentFolder(scene.lead.paths, malta!.packageId),
    to: ['mt', 'pl'],
  });
  await scene.net.settled();
  expect(await refusalsOf(scene)).toEqual([
    ['mt', 'acknowledged', null],
    ['pl', 'refused', 'package/not-for-us'],
  ]);
});

test('a later version stands beside the former one and takes its place in the list of targets', async () => {
  await using scene = await packageNet(ALL);
  const { net, operationId, lead } = scene;
  const [first] = await approved(scene, ['PL']);
  await sendPackages(lead, scene.analyst, { operationId });
  const later = await composePackages(lead, scene.analyst, {
    operationId,
    countries: ['PL'],
    targetLimit: 1,
  });
  expect(later).toMatchObject([{ version: 2, supersedes: first!.packageId }]);
  await approveAll(lead, scene.approver, later);
  await sendPackages(lead, scene.analyst, { operationId });
  await net.settled();
  const { db } = net.node('pl').ctx;
  expect((await receivedPackages(db, operationId)).map(({ version, current }) => [version, current])).toEqual(
    [
      [2, true],
      [1, false],
    ],
  );
  const { total, targets } = await receivedTargets(db, { operationId });
  expect([total, targets[0]?.packageId]).toEqual([1, later[0]!.packageId]);
  const former = await receivedTargets(net.node('pl').ctx.db, { operationId, country: 'PL' });
  expect(former.total).toBe(1);
  // A target that only the former version names can still be looked up: casework may have begun on it.
  const second = JSON.parse(
    await readFile(join(contentFolder(lead.paths, first!.packageId), 'targets.json'), 'utf8'),
  )[1];
  expect(await receivedTargetById(db, operationId, second.targetId)).toMatchObject({
    packageId: first!.packageId,
  });
});

test('over HTTP: composed, approved, sent, listed with receipts, and its dossier downloaded; every reading logged', async () => {
  await using scene = await packageNet(ALL);
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
  expect(listed.packages).toMatchObject([
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
  expect(targets).toMatchObject({ total: 2, targets: [{ target: { clientId: 'aa02' } }] });
  const { targetId } = targets.targets[0]!.target;
  const dossier = await pl.app.inject({
    url: `${there}/received-packages/${one!.packageId}/dossiers/${targetId}`,
  });
  expect(dossier.headers['content-disposition']).toMatch(
    /^attachment; filename="PL-v1-dossier-0002-[0-9a-f]{12}\.pdf"$/,
  );
  expect(dossier.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  expect(await listEvents(pl.ctx.db, { subject: { kind: 'package', id: one!.packageId } })).toMatchObject([
    { kind: 'package.received' },
    { kind: 'package.document-read' },
  ]);

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
