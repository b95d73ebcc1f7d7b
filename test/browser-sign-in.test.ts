/** Signing in as a person does: a real browser, a real node, an authenticator that the browser plays. */
import { createServer } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OfficerId } from '#core/ids.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { openBrowser } from './browser.ts';
import { axeComplaints } from './browser-axe.ts';
import { buildPages } from './browser-web.ts';

let node: SignInNode;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  await buildPages();
  const port = await freePort();
  origin = `http://localhost:${port}`;
  node = await signInNode({ origin }, { port });
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await node?.[Symbol.asyncDispose]();
});

/** A window on a machine with a security key of its own. */
async function machine(): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 720 } });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { page, context };
}

async function enrol(page: Page, code: string): Promise<void> {
  await page.getByLabel('Enrolment code').fill(code);
  await page.getByLabel('Name of the passkey').fill('key on my ring');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByText('The passkey is made. Sign in with it now.').waitFor();
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with your passkey' }).click();
}

test('an officer enrols, signs in, and is led to the page that he had asked for', async () => {
  const { code } = await node.officer('Officer MT-1');
  const { page, context } = await machine();
  await page.goto('/mt/account');
  await page.getByRole('heading', { level: 1, name: 'Malta national unit' }).waitFor();
  expect(await axeComplaints(page)).toEqual([]);
  await enrol(page, code);
  await signIn(page);
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  await page.getByRole('cell', { name: 'key on my ring' }).waitFor();
  expect(await axeComplaints(page)).toEqual([]);
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
  await page.getByRole('button', { name: /Malta national unit/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in with your passkey' }).waitFor();
});

test('text becomes no part of a page, and a style without the nonce of the page does not count', async () => {
  const { page } = await machine();
  const broken: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) broken.push(message.text());
  });
  await page.goto('/mt/board');
  await page.getByLabel('Enrolment code').waitFor();
  expect(broken).toEqual([]);
  const tried = await page.evaluate<string[]>(`(() => {
    const tries = {
      html: () => { document.body.lastElementChild.innerHTML = '<img src=x onerror=alert(1)>'; },
      script: () => { document.createElement('script').src = '/assets/x.js'; },
      text: () => { document.createElement('script').text = '1'; },
      style: () => {
        const style = document.createElement('style');
        style.textContent = 'body { margin-top: 77px }';
        document.head.append(style);
        if (getComputedStyle(document.body).marginTop !== '77px') throw new Error('no style');
      },
    };
    return Object.entries(tries).flatMap(([name, attempt]) => {
      try { attempt(); return []; } catch { return [name]; }
    });
  })()`);
  expect(tried).toEqual(['html', 'script', 'text', 'style']);
});

test('a wrong code is told in a sentence, and what was typed stays', async () => {
  const { page } = await machine();
  await page.goto('/mt/board');
  await page.getByLabel('Enrolment code').fill('7K2M-9QXA-0000-0000-0000');
  await page.getByLabel('Name of the passkey').fill('mine');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByText('That code is wrong, was used, or is over.').waitFor();
  expect(await page.getByLabel('Name of the passkey').inputValue()).toBe('mine');
});

test('an administrator adds an officer, who enrols; a grave act asks for the passkey by itself', async () => {
  const { code, officerId } = await node.officer('Chief', [['administrator', null]]);
  const { page } = await machine();
  await page.goto('/mt/officers');
  await enrol(page, code);
  await signIn(page);
  await page.getByRole('heading', { level: 1, name: 'Officers' }).waitFor();
  expect(await axeComplaints(page)).toEqual([]);
  await forgetProof(officerId);
  await page.getByLabel('Name', { exact: false }).first().fill('Officer MT-2');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Officer MT-2' }).waitFor();
  await page.getByRole('button', { name: 'Make a code' }).click();
  const shown = await page.getByRole('status').locator('output').innerText();
  const other = await machine();
  await other.page.goto('/mt/account');
  await enrol(other.page, shown);
  await signIn(other.page);
  await other.page.getByText('Officer MT-2. What you sign in with').waitFor();
  const proofs = await node.ctx.db
    .selectFrom('custody_event')
    .select('actor')
    .where('kind', '=', 'officer.presence-proved')
    .execute();
  expect(proofs).toEqual([{ actor: officerId }]);
});

/** As if the officer had last proved to be there long ago. */
async function forgetProof(officerId: OfficerId): Promise<void> {
  const long = new Date(Date.now() - 3_600_000);
  await node.ctx.db
    .updateTable('session')
    .set({ proved_at: long })
    .where('officer_id', '=', officerId)
    .execute();
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
