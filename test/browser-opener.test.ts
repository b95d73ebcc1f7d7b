/**
 * The page that checks and opens a sealed file, in a real Chromium: as a file from a stick, where the browser
 * gives it nothing but memory, and as a node serves it, where content waits in the browser's own folder.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fastify } from 'fastify';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '#access/http.ts';
import { writeCard } from '#seal/card.ts';
import { party, sealed } from '#seal/fixtures.ts';
import { openerRoutes } from '#server/opener-page.ts';
import { openBrowser } from './browser.ts';
import { axeComplaints } from './browser-axe.ts';
import { buildPages } from './browser-web.ts';

const PROJECT = resolve(import.meta.dirname, '..');
const FROM_A_STICK = pathToFileURL(join(PROJECT, 'dist/opener/icarus-open.html')).href;
const vector = (name: string, file: string) => join(PROJECT, 'vectors/sealed-package', name, file);

let browser: Browser;
let context: BrowserContext;
let served: App;
let fromANode: string;

beforeAll(async () => {
  await buildPages();
  served = fastify() as unknown as App;
  openerRoutes(served);
  fromANode = `${await served.listen({ port: 0, host: '127.0.0.1' })}/icarus-open.html`;
  browser = await openBrowser();
  context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1000, height: 1100 } });
  context.setDefaultTimeout(20_000);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

interface Desk {
  readonly page: Page;
  /** Everything that the page asked for or complained of, beside itself. */
  readonly heard: readonly string[];
}

async function at(address: string): Promise<Desk> {
  const page = await context.newPage();
  const heard: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== address && !/^(data|blob):/.test(request.url())) heard.push(request.url());
  });
  page.on('pageerror', ({ message }) => heard.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') heard.push(message.text());
  });
  await page.goto(address);
  return { page, heard };
}

async function check(page: Page, name: string, card = name): Promise<void> {
  await page.getByLabel('Sealed file').setInputFiles(vector(name, 'package.icarus'));
  await page.getByLabel('Card of the sender').setInputFiles(vector(card, 'sender.card.json'));
  await page.getByRole('button', { name: 'Check', exact: true }).click();
}

async function open(page: Page, identity: string): Promise<void> {
  await page.getByLabel('Your agency', { exact: false }).first().selectOption('mt');
  await page.getByLabel('key file').setInputFiles(vector(identity, 'identity.txt'));
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

async function saved(page: Page, path: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Save ${path}`, exact: true }).click(),
  ]);
  return readFile(await download.path(), 'utf8');
}

test.each([
  ['a stick', () => FROM_A_STICK],
  ['a node', () => fromANode],
])(
  'from %s, a good file is checked, opened and saved, and the page asks nobody anything',
  async (_, address) => {
    const { page, heard } = await at(address());
    await check(page, 'opens');
    await page.getByRole('heading', { name: 'The file is whole, and sealed by Agency dk (dk).' }).waitFor();
    await page.getByText('SHA256:').waitFor();
    await open(page, 'opens');
    await page.getByRole('heading', { name: 'Opened: 2 files, not a bit changed.' }).waitFor();
    expect(await saved(page, 'summary.json')).toBe('{"targets":1}\n');
    expect(await saved(page, 'dossiers/MT-0001.txt')).toBe('synthetic\n');
    expect(await axeComplaints(page)).toEqual([]);
    const sent = await page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'not sent')");
    expect(sent).toBe('not sent');
    expect(heard.filter((line) => !line.includes('Content Security Policy'))).toEqual([]);
    await page.close();
  },
);

test.each([
  ['a stick', () => FROM_A_STICK],
  ['a node', () => fromANode],
])(
  'from %s, text becomes no part of the page, and nobody makes a rule by which it would',
  async (_, address) => {
    const { page } = await at(address());
    const refused = await page.evaluate<string[]>(`(() => {
    const tries = {
      html: () => { document.body.lastElementChild.innerHTML = '<img src=x>'; },
      text: () => { document.createElement('script').text = '1'; },
      script: () => { document.createElement('script').src = 'data:text/javascript,1'; },
      worker: () => { new Worker('data:text/javascript,1'); },
      evaluated: () => { setTimeout('1'); },
      rule: () => { trustedTypes.createPolicy('default', { createHTML: (text) => text }); },
    };
    return Object.entries(tries).flatMap(([name, attempt]) => {
      try { attempt(); return []; } catch { return [name]; }
    });
  })()`);
    expect(refused).toEqual(['html', 'text', 'script', 'worker', 'evaluated', 'rule']);
    await page.close();
  },
);

test('a damaged file is refused with its code and what to do, and cannot be opened', async () => {
  const { page } = await at(FROM_A_STICK);
  await check(page, 'ciphertext-altered');
  await page.getByRole('heading', { name: 'Refused.' }).waitFor();
  await page.getByText('seal/ciphertext-altered').waitFor();
  await page.getByText('ask the sender to send it again').waitFor();
  expect(await page.getByRole('button', { name: 'Open', exact: true }).isVisible()).toBe(false);
  await page.close();
});

test('a wrong key and altered content are refused, and nothing of it stays in the browser', async () => {
  const { page } = await at(fromANode);
  await check(page, 'opens');
  await open(page, 'no-identity');
  await page.getByText('seal/no-identity').waitFor();
  await check(page, 'content-altered');
  await open(page, 'content-altered');
  await page.getByText('seal/content-altered').waitFor();
  const left = await page.evaluate<string[]>(
    '(async () => { const names = []; for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name); return names; })()',
  );
  expect(left).toEqual([]);
  await page.close();
});

test('reading shows how far it is, and stops when it is cancelled', async () => {
  const dk = await party('dk');
  const { bytes } = await sealed(dk, [await party('mt')], { 'observations.csv': new Uint8Array(24_000_000) });
  const { page } = await at(FROM_A_STICK);
  const large = { name: 'large.icarus', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
  await page.getByLabel('Sealed file').setInputFiles(large);
  const card = await writeCard(dk.card, dk.signer);
  const cardFile = { name: 'dk.card.json', mimeType: 'application/json', buffer: Buffer.from(card) };
  await page.getByLabel('Card of the sender').setInputFiles(cardFile);
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('of 24 MB').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('progressbar').waitFor({ state: 'hidden' });
  expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
    '1 Who sealed it, and is it whole?',
  ]);
  await page.close();
});

test('another file takes the verdict on the one before it away', async () => {
  const { page } = await at(FROM_A_STICK);
  await check(page, 'opens');
  await page.getByRole('heading', { name: /^The file is whole/ }).waitFor();
  await page.getByLabel('Sealed file').setInputFiles(vector('truncated', 'package.icarus'));
  await page.getByRole('heading', { name: /^The file is whole/ }).waitFor({ state: 'hidden' });
  await page.close();
});
