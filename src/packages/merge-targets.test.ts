import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TargetId } from '#core/ids.ts';
import { mergesOf } from '#observations/links/merge-store.ts';
import { suggestLinks } from '#observations/links/suggest.ts';
import { testOfficer } from '#test/nodes.ts';
import { type PackageNet, packageNet } from '#test/packages.ts';
import { approvePackage } from './approve.ts';
import { composePackages } from './compose.ts';
import { readTargets } from './content.ts';
import { contentFolder } from './folder.ts';
import { mergeTargets, splitTargets } from './merge-targets.ts';
import type { Package } from './store.ts';
import type { TargetDocument } from './types.ts';

/** Poland has two targets with evidence, client-aa01 and client-aa02, and Malta one. */
let scene: PackageNet;
let poland: Package;
let ids: Record<string, TargetId>;
beforeAll(async () => {
  scene = await packageNet();
  await suggestLinks(scene.lead, scene.analyst, { operationId: scene.operationId });
  poland = await compose();
  ids = Object.fromEntries((await targetsOf(poland)).map((one) => [one.clientId, one.targetId as TargetId]));
});
afterAll(() => scene[Symbol.asyncDispose]());

async function compose(): Promise<Package> {
  const { lead, analyst, operationId } = scene;
  const [only] = await composePackages(lead, analyst, { operationId, countries: ['PL'] });
  return only!;
}

async function targetsOf({ packageId }: Package): Promise<TargetDocument[]> {
  const targets: TargetDocument[] = [];
  for await (const one of readTargets(contentFolder(scene.lead.paths, packageId))) targets.push(one);
  return targets;
}

const merge = (packagesSeen: boolean) =>
  mergeTargets(scene.lead, scene.analyst, {
    operationId: scene.operationId,
    targetIds: [ids['client-aa01']!, ids['client-aa02']!],
    reason: 'one account',
    packagesSeen,
  });

test('a package that nobody approved is no hindrance, and composed again it carries the merge', async () => {
  const merged = await merge(false);
  expect(merged.frozenPackages).toEqual([]);
  poland = await compose();
  const [first] = await targetsOf(poland);
  expect(first?.merge).toEqual({
    mergeId: merged.mergeId,
    clientIds: ['client-aa01', 'client-aa02'],
    reason: 'one account',
    by: 'officer_officer-lead-analyst',
    at: merged.at.toISOString(),
  });
  expect(first?.activity.map(({ observations }) => observations)).toEqual([1, 2]);
});

test('what a frozen package holds is split or merged only by an officer who was told; the package stays', async () => {
  const { lead, analyst, approver, operationId } = scene;
  await approvePackage(lead, approver, { packageId: poland.packageId, digest: poland.digest });
  const [standing] = await mergesOf(lead.db, operationId);
  const before = await targetsOf(poland);
  const split = (packagesSeen: boolean) =>
    splitTargets(lead, analyst, {
      operationId,
      mergeId: standing!.mergeId,
      reason: 'two accounts',
      packagesSeen,
    });
  await expect(split(false)).rejects.toMatchObject({
    code: 'links/in-frozen-package',
    message: expect.stringContaining('PL version 2'),
  });
  await split(true);
  expect(await mergesOf(lead.db, operationId)).toEqual([]);
  await expect(merge(false)).rejects.toMatchObject({ code: 'links/in-frozen-package' });
  expect((await merge(true)).frozenPackages).toEqual([poland.packageId]);
  expect(await targetsOf(poland)).toEqual(before);
});

test('over HTTP: by role, with a reason, and a merge that a frozen package forbids says which', async () => {
  const { operationId, analyst } = scene;
  const dk = scene.net.node('dk');
  const at = `/nodes/dk/api/operations/${operationId}`;
  const [standing] = await mergesOf(dk.ctx.db, operationId);
  const split = async (payload: object) =>
    dk.app.inject({ method: 'POST', url: `${at}/merges/${standing!.mergeId}/split`, payload });
  dk.signedIn = testOfficer('investigator', operationId);
  expect((await split({ reason: 'why' })).statusCode).toBe(403);
  dk.signedIn = analyst;
  expect((await split({})).statusCode).toBe(400);
  const told = await split({ reason: 'why' });
  expect([told.statusCode, told.json<{ code: string }>().code]).toEqual([409, 'links/in-frozen-package']);
  const done = await split({ reason: 'why', packagesSeen: true });
  expect(done.json()).toMatchObject({ mergeId: standing!.mergeId, stands: false, split: { reason: 'why' } });
  const payload = { targetIds: [ids['client-aa01'], ids['client-aa02']], reason: 'one', packagesSeen: true };
  const merged = await dk.app.inject({ method: 'POST', url: `${at}/merges`, payload });
  expect(merged.json()).toMatchObject({ targetId: ids['client-aa01'], stands: true, countries: ['PL'] });
  const history = (await dk.app.inject({ url: `${at}/links/history?targetId=${ids['client-aa02']}` })).json();
  expect(history).toMatchObject({
    merges: [{ stands: true }, { stands: false }, { stands: false }],
    decisions: [],
  });
  const links = await dk.app.inject({ url: `${at}/links?targetId=${ids['client-aa01']}` });
  expect(links.json()).toMatchObject({ run: { rules: 'links-1' }, total: 0, rows: [] });
  const decided = {
    targetIds: [ids['client-aa01'], ids['client-aa02']],
    decision: 'reopened',
    reason: 'why',
  };
  const refused = await dk.app.inject({ method: 'POST', url: `${at}/links/decisions`, payload: decided });
  expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([409, 'links/not-dismissed']);
});
