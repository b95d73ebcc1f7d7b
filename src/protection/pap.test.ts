/** Levels (PAP) of packages and letters, over real nodes: what they forbid, and leave with conditions. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgencyId, MessageId, TargetId } from '#core/ids.ts';
import { forwardLetter } from '#correspondence/forward.ts';
import { answerQuery } from '#correspondence/queries.ts';
import { sendLetter } from '#correspondence/send.ts';
import { letterById } from '#correspondence/store.ts';
import { registerCrossmatchJobs } from '#crossmatch/jobs.ts';
import { sendSelectors } from '#crossmatch/send-selectors.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { askForLeave, papOf } from '#packages/pap.ts';
import { recordRequestSent, requestsOfPackage } from '#packages/preservation.ts';
import { receivedPackages } from '#packages/received-store.ts';
import { receivedTargets } from '#packages/received-targets.ts';
import { sendPackages } from '#packages/send.ts';
import { SYSTEM, testOfficer } from '#test/nodes.ts';
import { type PackageNet, packageNet } from '#test/packages.ts';

let scene: PackageNet;
const pl = () => scene.net.node('pl').ctx;
const officer = (role: Parameters<typeof testOfficer>[0]) => testOfficer(role, scene.operationId);
const H0 = { codes: ['H0' as const], text: '' };

beforeAll(async () => {
  scene = await packageNet(['dk', 'europol', 'pl'], { jobs: registerCrossmatchJobs });
  const { lead, analyst, operationId, net } = scene;
  const composed = await composePackages(lead, analyst, { operationId, countries: ['PL'], pap: 'RED' });
  await approveAll(lead, scene.approver, composed);
  await sendPackages(lead, analyst, { operationId });
  await net.settled();
}, 180_000);
afterAll(() => scene[Symbol.asyncDispose]());

const received = async () => (await receivedPackages(pl().db, scene.operationId))[0]!;

async function contribute() {
  const { operationId } = scene;
  const { targets } = await receivedTargets(pl().db, {
    operationId,
    country: 'PL' as never,
    offset: 0,
    limit: 1,
  });
  return sendSelectors(pl(), officer('liaison'), {
    operationId,
    suspects: [
      {
        suspectRef: 'PL-1',
        targetId: targets[0]!.targetId as TargetId,
        category: 'suspect',
        minor: false,
        evaluation: { source: 'B', information: '2' },
        handling: H0,
        selectors: [{ type: 'e-mail', value: 'a@example.org' }],
      },
    ],
  });
}

async function preserve() {
  const one = await received();
  const asked = { operationId: scene.operationId, packageId: one.packageId };
  const [standing] = await requestsOfPackage(pl(), officer('investigator'), asked);
  return recordRequestSent(pl(), officer('investigator'), {
    ...asked,
    name: standing!.request.name,
    sentAt: pl().clock.now(),
    note: '',
  });
}

const BLOCKED = { code: 'handling/pap-blocks' };

/** Asks for an act, and has the lead's approving officer answer. */
async function leave(
  act: 'selectors' | 'preservation',
  answer: {
    granted: boolean;
    conditions?: { until?: string; onlyFor?: ('selectors' | 'preservation')[]; text?: string };
  },
) {
  const { operationId, net, lead } = scene;
  const { messageId } = await received();
  const query = await askForLeave(pl(), officer('liaison'), {
    operationId,
    messageId,
    act,
    purpose: 'Needed before Friday',
    deadline: 'urgent-direct',
  });
  await net.settled();
  const { conditions } = answer;
  await answerQuery(lead, scene.approver, {
    operationId,
    messageId: query.messageId,
    text: '',
    handling: H0,
    granted: answer.granted,
    conditions: conditions
      ? {
          text: conditions.text ?? '',
          until: conditions.until ?? null,
          onlyTo: null,
          onlyFor: conditions.onlyFor ?? null,
        }
      : null,
  });
  await net.settled();
}

test('under PAP:RED no selector leaves and no operator is asked, and the page says so', async () => {
  await expect(contribute()).rejects.toMatchObject(BLOCKED);
  await expect(preserve()).rejects.toMatchObject(BLOCKED);
  const { messageId } = await received();
  const standing = await papOf(pl(), officer('investigator'), { operationId: scene.operationId, messageId });
  expect(standing).toMatchObject({ pap: 'RED', provider: 'dk' });
  expect(standing.acts.map(({ allowed }) => allowed)).toEqual([false, false, false, false]);
});

test('its provider’s own leave lifts it for that act alone; when its day is over, it blocks again', async () => {
  const until = new Date(scene.net.clock.now().getTime() + 2 * 3_600_000).toISOString();
  await leave('selectors', { granted: true, conditions: { until, text: 'Tell us what you find' } });
  expect(await contribute()).toMatchObject({ suspects: 1 });
  await expect(preserve(), 'asked for selectors only').rejects.toMatchObject(BLOCKED);
  scene.net.clock.advanceHours(2);
  await expect(contribute(), 'the leave has ended').rejects.toMatchObject(BLOCKED);
  await leave('preservation', { granted: true, conditions: { onlyFor: ['selectors'] } });
  await expect(preserve(), 'a condition that is not met').rejects.toMatchObject(BLOCKED);
  await leave('preservation', { granted: false });
  await expect(preserve()).rejects.toMatchObject(BLOCKED);
  await leave('preservation', { granted: true });
  expect((await preserve()).preservationId).toBeDefined();
});

test('conditions go with a yes, and end in the future', async () => {
  await expect(leave('selectors', { granted: false, conditions: { text: 'Never' } })).rejects.toMatchObject({
    code: 'letter/conditions-invalid',
  });
  await expect(
    leave('selectors', { granted: true, conditions: { until: '2011-01-01T00:00:00.000Z' } }),
  ).rejects.toMatchObject({ code: 'letter/conditions-invalid' });
});

test('a receiver cannot change the level of a package or a letter, not even past this program', async () => {
  await expect(
    sql`update received_package set contents = jsonb_set(contents, '{pap}', '"CLEAR"')`.execute(pl().db),
  ).rejects.toThrow('provider');
  const { operationId, lead, net } = scene;
  const { messageId } = await sendLetter(lead, SYSTEM, {
    operationId,
    kind: 'message',
    to: ['pl' as AgencyId],
    subject: 'Watch only',
    text: 'Do not approach.',
    handling: H0,
    pap: 'RED',
  });
  await net.settled();
  await expect(
    sql`update letter set pap = 'CLEAR' where message_id = ${messageId}`.execute(pl().db),
  ).rejects.toThrow('provider');
  // Passed on, it stays as strict as it was.
  const passedOn = await forwardLetter(pl(), officer('liaison'), {
    operationId,
    messageId: messageId as MessageId,
    to: ['europol' as AgencyId],
    text: '',
  });
  await net.settled();
  expect((await letterById(net.node('europol').ctx.db, passedOn.messageId))?.pap).toBe('RED');
});

test('what says nothing of a level was given to be acted on', async () => {
  const { lead, analyst, operationId, net } = scene;
  const again = await composePackages(lead, analyst, { operationId, countries: ['PL'] });
  expect(again[0]!.contents.pap).toBe('GREEN');
  await approveAll(lead, scene.approver, again);
  await sendPackages(lead, analyst, { operationId });
  await net.settled();
  // The standing version binds, the one that it replaced does not.
  expect(await contribute()).toMatchObject({ suspects: 1 });
});
