/** Two agencies of an exercise in this process, with what the pages of the secure channel have to show. */
import type { Browser } from 'playwright-core';
import { addOfficer, grantRole } from '#access/officers.ts';
import type { Role } from '#access/policy.ts';
import type { MessageId, OfficerId } from '#core/ids.ts';
import { sourceOf } from '#correspondence/fixtures.ts';
import { type LetterDraft, sendLetter } from '#correspondence/send.ts';
import { signCheckpoint } from '#custody/checkpoint.ts';
import { recordFork } from '#custody/record-fork.ts';
import { recallMessage } from '#exchange/recall/recall.ts';
import { noteHanded } from '#exchange/transfer-store.ts';
import type { ExerciseControl, StoryState } from '#exercise/control.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { receivedPackages } from '#packages/received-store.ts';
import { sendPackages } from '#packages/send.ts';
import { createLog } from '#platform/log.ts';
import { buildHostApp } from '#server/app.ts';
import { openBrowser, sitDown, type Window } from './browser.ts';
import { buildPages } from './browser-web.ts';
import { SYSTEM } from './nodes.ts';
import { type PackageNet, packageNet } from './packages.ts';

export interface BrowserChannel extends AsyncDisposable {
  readonly scene: PackageNet;
  /** Malta has it, and Denmark took it back. */
  readonly recalledPackageId: string;
  readonly recalledLetterId: MessageId;
  /** Its bytes are on their way to Europol, which does not answer. */
  readonly largeLetterId: MessageId;
  /** The window of an officer. */
  desk(officerId: string): Promise<Window>;
}

const DESKS: readonly [agency: string, desk: string, role: Role][] = [
  ['dk', 'analyst', 'lead-analyst'],
  ['dk', 'administrator', 'administrator'],
  ['mt', 'investigator', 'investigator'],
];

export async function startBrowserChannel(): Promise<BrowserChannel> {
  await buildPages();
  const scene = await packageNet(['dk', 'europol', 'mt']);
  const host = await buildHostApp({ log: createLog({ level: 'silent' }), exercise: control(scene) });
  for (const agency of ['dk', 'mt']) {
    const { ctx, exchange, officers } = scene.net.node(agency);
    await host.add({ ctx, exchange, officers, close: async () => {} });
  }
  for (const [agency, desk, role] of DESKS) await addDesk(scene, { agency, desk, role });
  const shown = await fill(scene);
  const url = await host.app.listen({ host: '127.0.0.1', port: 0 });
  const browser = await openBrowser();
  return { scene, ...shown, desk: seats(browser, url), [Symbol.asyncDispose]: end };

  async function end(): Promise<void> {
    await browser.close();
    await host.close();
    await scene[Symbol.asyncDispose]();
  }
}

function seats(browser: Browser, url: string): BrowserChannel['desk'] {
  const windows = new Map<string, Promise<Window>>();
  return (officerId) => {
    const window = windows.get(officerId) ?? sitDown(browser, url, officerId);
    windows.set(officerId, window);
    return window;
  };
}

/** An exercise whose story is over. */
function control({ net }: PackageNet): ExerciseControl {
  const state = (): StoryState => ({
    state: 'finished',
    now: net.clock.now().toISOString(),
    steps: [],
    observations: 0,
    signedIn: false,
    seed: 'channel',
    notice: 'EXERCISE: synthetic data',
    failure: null,
  });
  return { state, pause() {}, resume() {}, step() {}, reset: async () => {}, subscribe: () => () => {} };
}

async function addDesk(
  { net, operationId }: PackageNet,
  { agency, desk, role }: { agency: string; desk: string; role: Role },
): Promise<void> {
  const { ctx } = net.node(agency);
  const officerId = `${agency}-${desk}` as OfficerId;
  await addOfficer(ctx, SYSTEM, { officerId, name: `Officer ${desk}` });
  const onOperation = role === 'administrator' ? null : operationId;
  await grantRole(ctx, SYSTEM, { officerId, role, operationId: onOperation });
}

async function fill(scene: PackageNet) {
  const { net, operationId, lead } = scene;
  const recall = { operationId, reasonCode: 'wrong-content', reason: 'Wrong times.' } as const;
  const dk = net.node('dk').exchange;
  const draft: LetterDraft = {
    operationId,
    kind: 'message',
    to: [net.node('mt').agencyId],
    subject: 'Thursday at nine',
    text: 'The times of the joint action.',
    handling: { codes: ['H1'], text: '' },
  };
  const { messageId: recalledLetterId } = await sendLetter(lead, SYSTEM, draft);
  await sendLetter(lead, SYSTEM, { ...draft, kind: 'query', subject: 'A subscriber', deadline: 'ordinary' });
  const composed = await composePackages(lead, scene.analyst, {
    operationId,
    countries: ['MT'],
    targetLimit: 10,
  });
  await approveAll(lead, scene.approver, composed);
  await sendPackages(lead, scene.analyst, { operationId });
  await net.settled();
  const [received] = await receivedPackages(net.node('mt').ctx.db, operationId);
  if (!received) throw new Error('Malta has no package');
  await recallMessage(dk, SYSTEM, { ...recall, messageId: recalledLetterId });
  await recallMessage(dk, SYSTEM, { ...recall, messageId: received.messageId });
  await net.settled();
  await addForkAlarm(scene);
  const largeLetterId = await beginLargeTransfer(scene, draft);
  return { recalledPackageId: received.packageId, recalledLetterId, largeLetterId };
}

/** Malta's log contradicts itself, as Denmark sees it. */
async function addForkAlarm({ net, lead }: PackageNet): Promise<void> {
  const { log } = net.node('mt').ctx.keys;
  const at = net.clock.now();
  const seen = (byte: number) => {
    const head = { size: 7, root: Buffer.alloc(32, byte) };
    return { ...head, signedAt: at, note: signCheckpoint(log, head, at) };
  };
  const fork = { origin: log.name, kind: 'same-size', first: seen(1), second: seen(2) } as const;
  await lead.db.transaction().execute((tx) => recordFork(lead, tx, { ...fork, reportedBy: null }));
}

async function beginLargeTransfer({ net, lead }: PackageNet, draft: LetterDraft): Promise<MessageId> {
  const europol = net.node('europol');
  await europol.goOffline();
  const { messageId } = await sendLetter(lead, SYSTEM, {
    ...draft,
    subject: 'A film',
    attachments: [sourceOf('film.bin', Buffer.alloc(6_000_000, 7))],
  });
  for (const bytes of [0, 3_000_000]) await noteHanded(lead.db, { messageId, hop: europol.agencyId }, bytes);
  return messageId;
}
