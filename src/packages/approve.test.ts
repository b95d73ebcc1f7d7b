import { appendFile, chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OfficerId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { SYSTEM, testOfficer } from '#test/nodes.ts';
import { type PackageNet, packageNet } from '#test/packages.ts';
import { approveAll, approvePackage } from './approve.ts';
import { composePackages } from './compose.ts';
import { contentFolder } from './folder.ts';
import { type Package, packageById, packagesOf } from './store.ts';

/** First nothing is approved; the test that approves many comes before those that look at an approved one. */
let scene: PackageNet;
beforeAll(async () => {
  scene = await packageNet();
});
afterAll(() => scene[Symbol.asyncDispose]());

async function composed(): Promise<Package[]> {
  return composePackages(scene.lead, scene.analyst, { operationId: scene.operationId });
}

test('the officer who composed a package cannot approve it, whatever roles he holds', async () => {
  const both = {
    ...testOfficer('lead-analyst', scene.operationId),
    kind: 'officer' as const,
    officerId: 'officer_both' as OfficerId,
    name: 'Both',
    grants: [
      { role: 'lead-analyst' as const, operationId: scene.operationId },
      { role: 'approver' as const, operationId: scene.operationId },
    ],
  };
  const [first] = await composePackages(scene.lead, both, { operationId: scene.operationId });
  await expect(approvePackage(scene.lead, both, first!)).rejects.toMatchObject({
    code: 'access/same-officer',
  });
  await expect(approvePackage(scene.lead, scene.analyst, first!)).rejects.toMatchObject({
    code: 'access/denied',
  });
  await expect(approvePackage(scene.lead, SYSTEM, first!)).rejects.toMatchObject({ code: 'access/denied' });
});

test('the database itself refuses an approval by the composer, one of another content, and half of one', async () => {
  const [first] = await composed();
  const approve = (by: string, digest: string) =>
    sql`update package set state = 'approved', approved_at = now(), approved_by = ${by}, approved_digest = ${digest} where id = ${first!.packageId}`.execute(
      scene.lead.db,
    );
  await expect(approve(first!.composedBy, first!.digest)).rejects.toThrow(/package_second_officer/);
  await expect(approve('officer_other', 'f'.repeat(64))).rejects.toThrow(/package_approved_content/);
  await expect(sql`update package set state = 'approved'`.execute(scene.lead.db)).rejects.toThrow(
    /package_approval_whole/,
  );
});

test('an approval of a digest that is not the package’s is refused: it was composed anew meanwhile', async () => {
  const [first] = await composed();
  const seen = { packageId: first!.packageId, digest: '0'.repeat(64) };
  await expect(approvePackage(scene.lead, scene.approver, seen)).rejects.toMatchObject({
    code: 'package/other-digest',
  });
});

test('a package whose files were changed since it was composed is not approved', async () => {
  const [first] = await composed();
  await appendFile(join(contentFolder(scene.lead.paths, first!.packageId), 'targets.csv'), 'one more\r\n');
  await expect(approvePackage(scene.lead, scene.approver, first!)).rejects.toMatchObject({
    code: 'package/altered',
  });
});

test('many are approved at once: all of them, or none when one was changed', async () => {
  const packages = await composed();
  const place = join(contentFolder(scene.lead.paths, packages[2]!.packageId), 'summary.pdf');
  const { mode } = await stat(place);
  await appendFile(place, 'x');
  await expect(approveAll(scene.lead, scene.approver, packages)).rejects.toMatchObject({
    code: 'package/altered',
  });
  for (const { packageId } of packages)
    expect(await packageById(scene.lead.db, packageId)).toMatchObject({ state: 'composed' });
  await chmod(place, mode);
  const sound = packages.slice(0, 2);
  expect((await approveAll(scene.lead, scene.approver, sound)).map(({ state }) => state)).toEqual([
    'approved',
    'approved',
  ]);
});

test('a second officer approves a package, by its digest, and its files become read-only', async () => {
  const [first] = await composed();
  expect(await approvePackage(scene.lead, scene.approver, first!)).toMatchObject({
    state: 'approved',
    approvedBy: 'officer_officer-approver',
    digest: first!.digest,
  });
  const folder = contentFolder(scene.lead.paths, first!.packageId);
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const { mode } = await stat(join(file.parentPath, file.name));
    expect(file.isDirectory() || (mode & 0o777) === 0o400).toBe(true);
  }
  const events = await listEvents(scene.lead.db, { subject: { kind: 'package', id: first!.packageId } });
  expect(events.at(-1)).toMatchObject({
    kind: 'package.approved',
    actor: 'officer_officer-approver',
    facts: { digest: first!.digest },
  });
});

test('the database refuses to change or delete an approved package', async () => {
  const [first] = await packagesOf(scene.lead.db, scene.operationId);
  for (const statement of [
    `update package set target_count = 9`,
    `update package set contents = '{}'`,
    `update package set approved_by = 'officer_third'`,
    `update package set state = 'composed', approved_at = null, approved_by = null, approved_digest = null`,
    `delete from package`,
  ]) {
    await expect(
      sql.raw(`${statement} where id = '${first!.packageId}'`).execute(scene.lead.db),
    ).rejects.toThrow(/approved package cannot be/);
  }
});

test('approving the same content again changes nothing; a third officer cannot approve it once more', async () => {
  const [approved] = await packagesOf(scene.lead.db, scene.operationId);
  expect(await approvePackage(scene.lead, scene.approver, approved!)).toEqual(approved);
  const third = testOfficer('approver', scene.operationId, 'Third');
  await expect(approvePackage(scene.lead, third, approved!)).rejects.toMatchObject({
    code: 'package/frozen',
  });
});
