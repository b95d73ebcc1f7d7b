/** What is erased at the lead is asked to be erased wherever it was sent, over real nodes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordOutcome } from '#casework/record.ts';
import type { AgencyId, MessageId, TargetId } from '#core/ids.ts';
import { sendLetter } from '#correspondence/send.ts';
import { letterById } from '#correspondence/store.ts';
import { listEvents } from '#custody/record.ts';
import { decideErasure } from '#exchange/erasure/decide.ts';
import { listErasures } from '#exchange/erasure/store.ts';
import { listTargets } from '#observations/targets/target-reader.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { receivedPackages } from '#packages/received-store.ts';
import { sendPackages } from '#packages/send.ts';
import { SYSTEM, testOfficer } from '#test/nodes.ts';
import { type PackageNet, packageNet } from '#test/packages.ts';
import { whereSaid } from '#test/where-said.ts';
import { approveErasure, askErasure } from './ask-erasure.ts';
import { holdsOn, placeHold, releaseHold } from './holds.ts';
import { registerProtectionJobs } from './jobs.ts';
import { askedRecipients } from './recipients.ts';
import { erasureById } from './store.ts';
import type { RecordKind } from './types.ts';

let scene: PackageNet;
let targets: { targetId: TargetId; clientId: string }[];

const pl = () => scene.net.node('pl').ctx;
const officer = (role: Parameters<typeof testOfficer>[0]) => testOfficer(role, scene.operationId);

beforeAll(async () => {
  scene = await packageNet(['dk', 'europol', 'pl'], { jobs: registerProtectionJobs });
  const { lead, analyst, operationId, net } = scene;
  const composed = await composePackages(lead, analyst, { operationId, countries: ['PL'], targetLimit: 10 });
  await approveAll(lead, scene.approver, composed);
  await sendPackages(lead, analyst, { operationId });
  await net.settled();
  targets = (await listTargets(lead, { operationId })).filter(({ country }) => country === 'PL');
}, 60_000);
afterAll(() => scene[Symbol.asyncDispose]());

async function eraseAtLead(kind: RecordKind, recordId: string) {
  const { lead, operationId } = scene;
  const asked = await askErasure(lead, scene.analyst, {
    operationId,
    kind,
    recordId,
    because: 'data-subject',
    legalBasis: 'Request\nDS-7',
  });
  const { erasureId, digest } = asked;
  await approveErasure(lead, scene.approver, { operationId, erasureId, digest });
  await scene.net.settled();
  const done = await erasureById(lead.db, erasureId);
  expect(done?.doneAt).not.toBeNull();
  return done!;
}

const standing = async (requestIds: readonly string[]) =>
  (
    await askedRecipients(
      scene.lead.db,
      { operationId: scene.operationId, requestIds },
      scene.net.clock.now(),
    )
  ).map(({ agency, state }) => `${agency} ${state}`);

/** The newest request that came to an agency. */
async function decideAt(agency: string): Promise<void> {
  const { ctx } = scene.net.node(agency);
  const { operationId } = scene;
  const open = (await listErasures(ctx.db, operationId)).find(({ decidedAt }) => decidedAt === null);
  await decideErasure(ctx, SYSTEM, { operationId, requestId: open!.requestId, keep: [], remains: [] });
  await scene.net.settled();
}

test('of a package only the erased target goes at its recipients, with all that was unpacked of it', async () => {
  const [gone, stays] = targets;
  const done = await eraseAtLead('target', gone!.targetId);
  expect(await standing(done.requestIds)).toEqual(expect.arrayContaining(['pl open', 'europol open']));
  expect(
    (await listEvents(scene.lead.db, { subject: { kind: 'target', id: gone!.targetId } })).map(
      ({ kind }) => kind,
    ),
  ).toContain('protection.recipients-asked');
  await decideAt('pl');
  await decideAt('europol');
  expect((await standing(done.requestIds)).sort()).toEqual(['europol erased', 'pl erased']);
  for (const agency of ['pl', 'europol']) {
    const { ctx } = scene.net.node(agency);
    expect(await whereSaid(ctx, gone!.clientId), agency).toEqual([]);
    expect(await whereSaid(ctx, stays!.clientId), agency).toContain('public.received_target');
    const [received] = await receivedPackages(ctx.db, scene.operationId);
    const opened = join(ctx.paths.opened, received!.folder);
    expect(await readFile(join(opened, 'targets.json'), 'utf8')).toContain(stays!.clientId);
    const sealed = (await readdir(ctx.paths.inbox)).filter((name) => name.includes(received!.messageId));
    expect(sealed, 'the sealed file cannot be reduced').toEqual([]);
  }
});

test('a recipient that worked the target keeps it, says why, and what is late shows', async () => {
  const [, worked] = targets;
  await recordOutcome(pl(), officer('investigator'), {
    operationId: scene.operationId,
    targetId: worked!.targetId,
    outcome: 'positive',
    subscriberIdentified: true,
    searchDone: true,
    suspectsIdentified: 1,
    suspectsArrested: 0,
    victimsSafeguarded: 0,
    devicesSeized: 0,
    bytesSeized: 0,
    flags: [],
  });
  // The lead has composed its next version, which alone still holds the target there.
  const { lead, analyst, operationId } = scene;
  const again = await composePackages(lead, analyst, { operationId, countries: ['PL'], targetLimit: 10 });
  await approveAll(lead, scene.approver, again);
  await sendPackages(lead, analyst, { operationId });
  await scene.net.settled();
  const done = await eraseAtLead('target', worked!.targetId);
  await decideAt('pl');
  scene.net.clock.advanceHours(31 * 24);
  expect((await standing(done.requestIds)).sort()).toEqual(['europol overdue', 'pl kept']);
  const recipients = await askedRecipients(lead.db, done, scene.net.clock.now());
  expect(recipients.find(({ agency }) => agency === 'pl')?.reasons).toEqual([
    expect.stringContaining('was worked here'),
  ]);
  expect(await whereSaid(pl(), worked!.clientId)).toContain('public.received_target');
});

test('a hold at the recipient keeps what its sender has erased, until it is released', async () => {
  const { lead, operationId, net } = scene;
  const write = async (text: string): Promise<MessageId> =>
    (
      await sendLetter(lead, SYSTEM, {
        operationId,
        kind: 'message',
        to: ['pl' as AgencyId],
        subject: text,
        text,
        handling: { codes: ['H0'], text: '' },
      })
    ).messageId;
  const messageId = await write('kept by a hold');
  await net.settled();
  const record = { operationId, kind: 'message' as const, recordId: messageId };
  const until = new Date(net.clock.now().getTime() + 90 * 86_400_000);
  const holdId = await placeHold(pl(), officer('investigator'), { ...record, reason: 'Appeal', until });
  // Whoever opens the letter, the exhibit or the target sees it.
  expect(await holdsOn(pl(), officer('examiner'), record)).toMatchObject([{ holdId, reason: 'Appeal' }]);
  await expect(holdsOn(pl(), officer('press'), record)).rejects.toThrow('holds.read needs the role');
  const done = await eraseAtLead('message', messageId);
  await decideAt('pl');
  expect(await standing(done.requestIds)).toContain('pl kept');
  expect((await letterById(pl().db, messageId))?.text).toBe('kept by a hold');
  await releaseHold(pl(), officer('investigator'), { operationId, holdId, reason: 'Withdrawn' });
  expect(await holdsOn(pl(), officer('examiner'), record)).toEqual([]);
  const freely = await eraseAtLead(
    'message',
    await write('kept by nobody').then(async (id) => (await net.settled(), id)),
  );
  await decideAt('pl');
  expect(await standing(freely.requestIds)).toContain('pl erased');
  expect(await whereSaid(pl(), 'kept by nobody')).toEqual([]);
});
