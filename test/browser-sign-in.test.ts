/** Signing in as a person does: a real browser, a real node, an authenticator that the browser plays. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askTerminal, takeTerminal } from '#access/command/terminal.ts';
import type { AgencyId, OfficerId, OperationId } from '#core/ids.ts';
import { createOperation } from '#operations/create.ts';
import { freePort } from '#platform/postgres-cluster.ts';
import { generateSigningKey } from '#seal/keys.ts';
import { fingerprint } from '#seal/public-key.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { openBrowser } from './browser.ts';
import { axeComplaints } from './browser-axe.ts';
import { machineWithKey } from './browser-passkey.ts';
import { buildPages } from './browser-web.ts';
import { SYSTEM } from './nodes.ts';

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

const machine = () => machineWithKey(browser, origin);

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

test('a private key never leaves the browser; a public one is listed, and revoked', async () => {
  const { code } = await node.officer('Officer with a key');
  const { page } = await machine();
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  await page.goto('/mt/account');
  await enrol(page, code);
  await signIn(page);
  const { privateKey, publicKey } = generateSigningKey('laptop');
  const form = page.getByRole('region', { name: 'Add a key for the command line' });
  await form.getByLabel('Name').fill('laptop');
  await form.getByLabel('Public key').fill(privateKey);
  await form.getByRole('button', { name: 'Add' }).click();
  await page.getByText('That is a private key: nobody may see it.').waitFor();
  expect(sent.join()).not.toContain('PRIVATE KEY');
  await form.getByLabel('Public key').fill(publicKey);
  await form.getByRole('button', { name: 'Add' }).click();
  const row = page.getByRole('row', { name: fingerprint(publicKey) });
  await row.waitFor();
  expect(await axeComplaints(page)).toEqual([]);
  await row.getByRole('button', { name: 'Revoke' }).click();
  await row.waitFor({ state: 'detached' });
});

test('a terminal is looked at first, then confirmed with the passkey', async () => {
  const { code } = await node.officer('at a terminal');
  const { page } = await machine();
  await page.goto('/mt/account');
  await enrol(page, code);
  await signIn(page);
  const asked = await askTerminal(node.ctx, 'maria@desk-7');
  await page.getByLabel('Code of the terminal').fill(asked.code);
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByText('maria@desk-7 asks to act in your name.').waitFor();
  expect(await axeComplaints(page)).toEqual([]);
  expect(await takeTerminal(node.ctx, { secret: asked.secret, hours: 1 })).toBeUndefined();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('The terminal is signed in.').waitFor();
  expect(await takeTerminal(node.ctx, { secret: asked.secret, hours: 1 })).toBeDefined();
});

test('a service account is made by one administrator, approved by another, and its owner draws the token', async () => {
  const owner = await node.officer('owner', [['lead-analyst', await operation()]]);
  const [one, two] = [
    await node.officer('first', [['administrator', null]]),
    await node.officer('second', [['administrator', null]]),
  ];
  const [making, approving, owning] = [await machine(), await machine(), await machine()];
  for (const [{ page }, { code }, path] of [
    [making, one, 'service-accounts'],
    [approving, two, 'service-accounts'],
    [owning, owner, 'account'],
  ] as const) {
    await page.goto(`/mt/${path}`);
    await enrol(page, code);
    await signIn(page);
  }
  await making.page.getByLabel('Name').fill('Nightly');
  await making.page.getByLabel('Who answers for it').selectOption(owner.officerId);
  await making.page.getByLabel('Purpose').fill('Counts targets every night');
  await making.page.getByLabel('targets.read', { exact: true }).check();
  await making.page.getByLabel('Icarus', { exact: true }).check();
  const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await making.page.getByLabel('Until').fill(inAMonth);
  await making.page.getByRole('button', { name: 'Make', exact: true }).click();
  await making.page.getByText('waits for a second administrator').first().waitFor();
  expect(await axeComplaints(making.page)).toEqual([]);
  await approving.page.reload();
  await approving.page.getByRole('button', { name: 'Approve' }).click();
  await approving.page.getByText('its token is not drawn yet').waitFor();
  await owning.page.reload();
  await owning.page.getByRole('button', { name: 'Draw the token' }).click();
  const token = await owning.page.getByRole('status').locator('output').innerText();
  expect(await axeComplaints(owning.page)).toEqual([]);
  const asked = await node.ask('/session', { headers: { authorization: `Bearer ${token}` } });
  expect(asked).toMatchObject({ status: 200, body: { name: 'Nightly' } });
});

async function operation(): Promise<OperationId> {
  const { operationId } = await createOperation(node.ctx, SYSTEM, {
    codeName: 'Icarus',
    lead: 'mt' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants: [{ agencyId: 'mt' as AgencyId, country: 'MT' }],
    startedAt: node.ctx.clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  return operationId;
}

/** As if the officer had last proved to be there long ago. */
async function forgetProof(officerId: OfficerId): Promise<void> {
  const long = new Date(Date.now() - 3_600_000);
  await node.ctx.db
    .updateTable('session')
    .set({ proved_at: long })
    .where('officer_id', '=', officerId)
    .execute();
}
