/** What a real browser shows, and keeps, when a session ends and the node cannot be asked. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OfficerId } from '#core/ids.ts';
import { freePort } from '#platform/postgres-cluster.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { openBrowser } from './browser.ts';
import { axeComplaints } from './browser-axe.ts';
import { machineWithKey } from './browser-passkey.ts';
import { buildPages } from './browser-web.ts';

/** Shown on every page of the officer, and nowhere else. */
const NAME = 'Zq7183';

let browser: Browser;
beforeAll(async () => {
  await buildPages();
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
});

interface AtWork extends AsyncDisposable {
  readonly node: SignInNode;
  readonly officerId: OfficerId;
  readonly page: Page;
  readonly context: BrowserContext;
  /** The node is there no more. */
  stop(): Promise<void>;
}

/** An officer who looks at his account; the clock of his page is the test's. */
async function atWork(limits: { idleMinutes?: number; sessionHours?: number } = {}): Promise<AtWork> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const node = await signInNode({ origin, ...limits }, { port });
  const { officerId, code } = await node.officer(NAME);
  const { page, context } = await machineWithKey(browser, origin);
  await page.clock.install();
  await page.goto('/mt/account');
  await page.getByLabel('Enrolment code').fill(code);
  await page.getByLabel('Name of the passkey').fill('key on my ring');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByText('The passkey is made. Sign in with it now.').waitFor();
  await signIn(page);
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= Promise.resolve(node[Symbol.asyncDispose]()));
  return {
    stop,
    node,
    officerId,
    page,
    context,
    async [Symbol.asyncDispose]() {
      await context.close();
      await stop();
    },
  };
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with your passkey' }).click();
  await page.getByText(`${NAME}. What you sign in with`).waitFor();
}

/** Does the page's memory hold the text? */
async function remembers(page: Page, text: string): Promise<boolean> {
  const devtools = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await devtools.detach();
  return chunks.join('').includes(text);
}

test.each([
  {
    limits: { idleMinutes: 30, sessionHours: 12 },
    warning: 'Nothing was done here for a while: at',
    stay: 1,
    said: 'Nothing was done here for a while, so you are signed out, and what was shown is cleared.',
    minutes: 30,
  },
  {
    limits: { idleMinutes: 90, sessionHours: 1 },
    warning: 'your session is over, and what is not saved is lost.',
    stay: 0,
    said: 'Your session is over, and what was shown is cleared.',
    minutes: 60,
  },
])(
  'a node that is down keeps nothing on the screen beyond the session’s end: $said',
  async (one) => {
    await using work = await atWork(one.limits);
    const { page } = work;
    expect(await remembers(page, NAME)).toBe(true);
    await work.stop();
    await page.clock.fastForward((one.minutes - 4) * 60_000);
    await page.getByText('The node does not answer. What you see may be old').waitFor();
    expect(await page.getByText(NAME).count()).toBeGreaterThan(0);
    await page.clock.fastForward(2.5 * 60_000);
    await page.getByRole('alert').filter({ hasText: one.warning }).waitFor();
    expect(await page.getByRole('button', { name: 'Stay signed in' }).count()).toBe(one.stay);
    expect(await axeComplaints(page)).toEqual([]);
    await page.clock.fastForward(2 * 60_000);
    await page.getByText(one.said).waitFor();
    await page.getByRole('button', { name: 'Sign in with your passkey' }).waitFor();
    expect(await page.getByText(NAME).count()).toBe(0);
    expect(await remembers(page, NAME)).toBe(false);
    expect(await axeComplaints(page)).toEqual([]);
  },
  120_000,
);

test('whoever signs out while the node is out of reach sees nothing more, in no window; the node is told when it is back', async () => {
  await using work = await atWork();
  const { page, context, node, officerId } = work;
  const other = await context.newPage();
  await other.goto('/mt/account');
  await other.getByText(`${NAME}. What you sign in with`).waitFor();
  await context.setOffline(true);
  await page.getByRole('button', { name: /Malta national unit/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  for (const window of [page, other]) {
    await window.getByText('You are signed out here, and what was shown is cleared.').waitFor();
    expect(await window.getByText(NAME).count()).toBe(0);
  }
  const sessions = () =>
    node.ctx.db.selectFrom('session').select('id').where('officer_id', '=', officerId).execute();
  expect(await sessions()).toHaveLength(1);
  await context.setOffline(false);
  await page.clock.runFor(6000);
  await page.getByText('You are signed out.').waitFor();
  expect(await sessions()).toEqual([]);
  await signIn(page);
}, 120_000);

test('a page that nobody touches says so of what it looks up; its officer is warned, and stays by a touch', async () => {
  await using work = await atWork();
  const { page, node, officerId } = work;
  const asked = async () => {
    const answered = await page.waitForResponse((one) => one.url().endsWith('/api/session'));
    return answered.request().headers();
  };
  const [alone] = await Promise.all([asked(), page.clock.fastForward(3 * 60_000)]);
  expect(alone).toHaveProperty('x-unattended');
  await page.mouse.move(40, 40);
  await page.mouse.move(60, 60);
  const [touched] = await Promise.all([asked(), page.clock.runFor(61_000)]);
  expect(touched).not.toHaveProperty('x-unattended');
  const seen = () => node.ctx.db.selectFrom('session').select('seen_at').where('officer_id', '=', officerId);
  const almostOver = new Date(Date.now() - 28.5 * 60_000);
  await node.ctx.db.updateTable('session').set({ seen_at: almostOver }).execute();
  await page.clock.fastForward(3 * 60_000);
  const warning = page.getByText('Nothing was done here for a while: at');
  await warning.waitFor();
  expect(await seen().execute()).toEqual([{ seen_at: almostOver }]);
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  await warning.waitFor({ state: 'detached' });
  expect((await seen().executeTakeFirstOrThrow()).seen_at.getTime()).toBeGreaterThan(Date.now() - 60_000);
}, 120_000);

test('signing out clears what the browser keeps, but how the pages look', async () => {
  await using work = await atWork();
  const { page, node, officerId } = work;
  await page.getByRole('button', { name: /Switch to/ }).click();
  const looks = () => page.evaluate<string | null>("localStorage.getItem('mantine-color-scheme-value')");
  const chosen = await looks();
  expect(chosen).not.toBeNull();
  await page.evaluate("sessionStorage.setItem('of this session', 'case data')");
  await page.getByRole('button', { name: /Malta national unit/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
  expect(await looks()).toBe(chosen);
  expect(await page.evaluate<string | null>("sessionStorage.getItem('of this session')")).toBeNull();
  expect(
    await node.ctx.db.selectFrom('session').select('id').where('officer_id', '=', officerId).execute(),
  ).toEqual([]);
}, 120_000);
