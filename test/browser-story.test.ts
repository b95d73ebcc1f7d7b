/**
 * The story as its officers see it: one exercise, played once from the newcomer's first page to the press note,
 * in a real Chromium at the smallest screen. Every page that is visited is held to what every page promises.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openWindow, sitDown, tabTo, type Window } from './browser.ts';
import { keepScreen } from './browser-screens.ts';
import { buildPages } from './browser-web.ts';
import { type RunningExercise, startExercise } from './exercise.ts';

const OBSERVATIONS = 5_000;
const PATIENCE = { timeout: 30_000 };

let exercise: RunningExercise;
let browser: Browser;
/** One window an officer; opened when he first sits down. */
const windows = new Map<string, Promise<Window>>();

beforeAll(async () => {
  await buildPages();
  exercise = await startExercise({ observations: OBSERVATIONS });
  browser = await openBrowser();
  while (!(await exercise.story().catch(() => undefined))) await sleep(100);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await exercise?.[Symbol.asyncDispose]();
}, 60_000);

function desk(officerId: string): Promise<Window> {
  const window = windows.get(officerId) ?? sitDown(browser, exercise.url, officerId);
  windows.set(officerId, window);
  return window;
}

/** Opens a page at a desk and holds it to what every page promises. */
async function open(officerId: string, address: string, heading: string | RegExp): Promise<Window> {
  const window = await desk(officerId);
  await window.visit(address, heading);
  expect(await window.brokenPromises()).toEqual([]);
  return window;
}

async function control(what: 'pause' | 'resume' | 'step'): Promise<void> {
  await fetch(`${exercise.url}/api/exercise/${what}`, { method: 'POST' });
}

/** Plays a paused story until a step is done, and leaves it paused. */
async function playTo(stepId: string): Promise<void> {
  for (;;) {
    const { state, steps } = await exercise.story();
    if (state === 'paused' && steps.find(({ id }) => id === stepId)?.state === 'done') return;
    if (state === 'paused') await control('step');
    await sleep(100);
  }
}

async function stepsDone(): Promise<number> {
  return (await exercise.story()).steps.filter(({ state }) => state === 'done').length;
}

function rowsOf(page: Page, table: string): Locator {
  return page
    .getByRole('table', { name: table })
    .getByRole('row')
    .filter({ has: page.getByRole('cell') });
}

test('a newcomer watches the story step by step, holds it, lets it go on, and sits down at a desk', async () => {
  const window = await openWindow(browser, exercise.url);
  const { page } = window;
  await page.goto('/');
  const story = page.getByRole('region', { name: 'What is happening' });
  const done = story.getByRole('listitem').filter({ hasText: 'Done' });
  await story.getByRole('button', { name: 'Pause' }).click();
  await story.getByRole('button', { name: 'Continue' }).waitFor();
  const resting = async () => {
    const { state, steps } = await exercise.story();
    return state === 'paused' && steps.every((step) => step.state !== 'running');
  };
  await expect.poll(resting, PATIENCE).toBe(true);
  const before = await stepsDone();
  await expect.poll(() => done.count(), PATIENCE).toBe(before);
  await story.getByRole('button', { name: 'One step' }).click();
  await expect.poll(() => done.count(), PATIENCE).toBe(before + 1);
  await expect.poll(resting, PATIENCE).toBe(true);
  await story.getByRole('button', { name: 'Continue' }).click();
  await expect.poll(() => done.count(), PATIENCE).toBeGreaterThan(before + 1);
  await story.getByRole('button', { name: 'Pause' }).click();
  expect(await window.brokenPromises()).toEqual([]);
  await page
    .getByRole('article')
    .filter({ has: page.getByRole('heading', { name: 'Denmark' }) })
    .getByRole('button', { name: /^Lead analyst/ })
    .click();
  await page.getByRole('heading', { level: 1, name: 'Icarus' }).waitFor();
  expect(await window.brokenPromises()).toEqual([]);
}, 120_000);

test('whoever composed the packages cannot approve them; a second officer does, and sees digest for digest what', async () => {
  await playTo('compose');
  const { page: analyst } = await open('dk-analyst', '/dk/packages/approve', 'Approve packages');
  const refused = analyst.getByRole('button', { name: 'Approve (26)' });
  expect(await refused.getAttribute('aria-disabled')).toBe('true');
  await analyst
    .getByText('You composed these packages: a second officer must approve them.')
    .first()
    .waitFor();
  const { page: approver } = await open('dk-approver', '/dk/packages', 'Packages');
  await approver.getByRole('button', { name: 'Approve 26 packages' }).click();
  await approver.getByRole('button', { name: 'Approve (26)' }).click();
  await approver.getByRole('heading', { name: '26 packages approved.' }).waitFor();
  const leaving = await open('dk-analyst', '/dk/packages/send', 'Seal and send packages');
  const malta = leaving.page.getByRole('row').filter({ hasText: 'Malta' });
  expect(await malta.innerText()).toMatch(/Malta.*Europol/s);
  expect(await leaving.page.getByRole('row').count()).toBe(27);
  await control('resume');
}, 120_000);

test('the lead analyst finds a target by filters that stand in the address, and reads why it ranks', async () => {
  await exercise.reached('final');
  const { page } = await open('dk-analyst', '/dk/targets', 'Targets');
  await page.getByRole('combobox', { name: 'Country' }).selectOption('Germany');
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Most files first');
  await expect.poll(() => new URL(page.url()).search).toBe('?country=DE&sort=files');
  await page.reload();
  const rows = rowsOf(page, 'Targets');
  await expect.poll(() => rows.filter({ hasText: 'Germany' }).count(), PATIENCE).toBeGreaterThan(5);
  expect(await rows.filter({ hasNotText: 'Germany' }).count()).toBe(0);
  await keepScreen(page, 'targets');
  await rows.first().getByRole('link').first().click();
  const score = page.getByRole('region', { name: 'Score' });
  const total = Number(
    /Score ([\d.]+)/.exec(await score.getByRole('heading', { level: 3 }).innerText())?.[1],
  );
  const parts = await score.getByRole('listitem').allInnerTexts();
  const points = parts.map((text) => Number.parseFloat(text));
  expect(total).toBeGreaterThan(0);
  // Each is written to one place.
  expect(Math.abs(points.reduce((a, b) => a + b, 0) - total)).toBeLessThanOrEqual(0.05 * (points.length + 1));
  const window = await desk('dk-analyst');
  expect(await window.brokenPromises()).toEqual([]);
}, 120_000);

test('a package says what leaves, to whom, under which digest, and who has signed for it', async () => {
  const { page } = await open('dk-analyst', '/dk/packages', 'Packages');
  expect(await rowsOf(page, 'Packages').count()).toBe(26);
  await page.getByRole('link', { name: 'Germany' }).click();
  await page.getByRole('heading', { level: 1, name: 'Package for Germany' }).waitFor();
  const facts = page.getByRole('region', { name: 'About this package' });
  await facts.getByText('dk-approver').waitFor();
  await facts.getByText('dk-analyst').waitFor();
  expect(await facts.innerText()).toMatch(/[0-9a-f]{64}/);
  const receipts = page.getByRole('region', { name: 'Receipts' }).getByRole('listitem');
  expect(await receipts.filter({ hasText: 'Receipt in' }).count()).toBe(2);
  await rowsOf(page, 'Targets in rank order').nth(5).waitFor();
  const window = await desk('dk-analyst');
  expect(await window.brokenPromises()).toEqual([]);
  await keepScreen(page, 'package');
}, 60_000);

test('the coordinator sees on map and table that every country has signed, and that the clock stands', async () => {
  await exercise.reached('final');
  const { page } = await open('europol-coordinator', '/europol/board?show=packages', 'Icarus');
  await page.getByRole('heading', { name: /^All receipts in, after/ }).waitFor();
  await page.getByRole('link', { name: '26 of 26 receipts' }).waitFor();
  const countries = rowsOf(page, 'Countries');
  expect(await countries.filter({ hasText: 'Receipt in' }).count()).toBe(26);
  const map = page.getByRole('group', { name: /^Map of Europe by state/ });
  const marked = (state: RegExp) => map.locator('title', { hasText: state }).count();
  await expect.poll(() => marked(/: Receipt in$/), PATIENCE).toBe(26);
  await page.getByRole('radiogroup', { name: 'The map shows' }).getByText('Reports').click();
  await expect.poll(() => marked(/: Positive$/), PATIENCE).toBe(22);
  await keepScreen(page, 'board');
}, 60_000);

test('a published figure opens to the reports that it counts', async () => {
  const { page } = await open('europol-coordinator', '/europol/results', 'Results');
  await rowsOf(page, 'Figure sets').getByRole('link', { name: 'Final' }).click();
  await page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Suspects identified' }) })
    .getByRole('button', { name: '269' })
    .click();
  const counted = page.getByRole('region', { name: 'Suspects identified: what it counts' });
  expect(await counted.getByRole('row').last().innerText()).toContain('269');
  const window = await desk('europol-coordinator');
  expect(await window.brokenPromises()).toEqual([]);
  await keepScreen(page, 'results');
  await counted.getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: /, report \d+$/ }).waitFor();
  await page.getByRole('region', { name: 'Sums' }).waitFor();
  expect(await window.brokenPromises()).toEqual([]);
}, 60_000);

test('an outcome is recorded by keyboard alone; a slip is told in a sentence, and nothing typed is lost', async () => {
  const { page } = await open('de-investigator', '/de/casework?outcome=pending', 'Casework');
  const window = await desk('de-investigator');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /^Target/ }).waitFor();
  await tabTo(page, page.getByRole('link', { name: 'Go to the page' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('radio', { name: 'Pending' }));
  await page.keyboard.press('ArrowDown');
  expect(await page.getByRole('radio', { name: 'Positive' }).isChecked()).toBe(true);
  for (const name of ['The subscriber of the line is identified', 'A search took place']) {
    const box = page.getByRole('checkbox', { name });
    await tabTo(page, box);
    if (!(await box.isChecked())) await page.keyboard.press('Space');
  }
  const identified = page.getByRole('textbox', { name: 'Suspects identified' });
  const arrested = page.getByRole('textbox', { name: 'Of these, arrested or detained' });
  await tabTo(page, identified);
  await page.keyboard.type('1');
  await tabTo(page, arrested);
  await page.keyboard.type('2');
  await page.keyboard.press('Enter');
  await page
    .getByText('More are arrested than identified. Raise the number of suspects identified.')
    .waitFor();
  expect([await identified.inputValue(), await arrested.inputValue()]).toEqual(['1', '2']);
  await expect.poll(() => arrested.evaluate((field) => field.matches(':focus'))).toBe(true);
  expect(await window.brokenPromises()).toEqual([]);
  await page.keyboard.press('Control+A');
  await page.keyboard.type('1');
  await page.keyboard.press('Enter');
  await page
    .getByRole('status')
    .getByText(/^Recorded as version \d/)
    .waitFor();
  expect(await window.brokenPromises()).toEqual([]);
  await keepScreen(page, 'casework');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('heading', { level: 1, name: 'Casework' }).waitFor();
}, 60_000);

test('a report that is sent changes the open board of the coordinator, and nobody reloads it', async () => {
  const { page: board } = await open('europol-coordinator', '/europol/board', 'Icarus');
  const opened = await board.evaluate<number>('performance.timeOrigin');
  const sums = board.getByRole('region', { name: 'Sums over the reports as they stand' });
  await sums.getByRole('link', { name: '269', exact: true }).waitFor();
  const { page } = await open('de-investigator', '/de/casework', 'Casework');
  await tabTo(page, page.getByRole('button', { name: 'Send report' }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Send a report' }).waitFor();
  await tabTo(page, page.getByRole('button', { name: 'Seal and send' }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /is sealed and on its way to the coordinator/ }).waitFor();
  await sums.getByRole('link', { name: '270', exact: true }).waitFor();
  await sums.getByRole('link', { name: '113', exact: true }).waitFor();
  expect(await board.evaluate<number>('performance.timeOrigin')).toBe(opened);
}, 60_000);

test('figures are computed by one officer and released by another; until then the note reads XX', async () => {
  const { page: coordinator } = await open('europol-coordinator', '/europol/results', 'Results');
  await coordinator.getByRole('button', { name: 'Compute figures' }).click();
  await coordinator.getByRole('heading', { level: 1, name: 'Provisional figures' }).waitFor();
  const release = coordinator.getByRole('button', { name: 'Release to the press' });
  expect(await release.getAttribute('aria-disabled')).toBe('true');
  await coordinator.getByText('You computed this set: a second officer must release it.').first().waitFor();
  const address = new URL(coordinator.url());
  address.searchParams.set('show', 'note');
  const press = await open('europol-press', `${address.pathname}${address.search}`, 'Provisional figures');
  const note = press.page.getByRole('article');
  expect(await note.innerText()).toContain('XX');
  expect(await note.innerText()).not.toContain('270');
  await press.page.getByRole('button', { name: 'Release to the press' }).click();
  await press.page
    .getByRole('region', { name: 'Release' })
    .getByText(/^Released by Press officer/)
    .waitFor();
  await expect.poll(() => note.innerText(), PATIENCE).not.toContain('XX');
  expect(await note.innerText()).toMatch(/270.*113/s);
  expect(await press.brokenPromises()).toEqual([]);
  await keepScreen(press.page, 'press-note');
}, 60_000);

test('the press note can be taken away as a Word file and as a PDF', async () => {
  const { page } = await desk('europol-press');
  for (const [form, magic] of [
    ['DOCX', 'PK'],
    ['PDF', '%PDF-'],
  ] as const) {
    const begun = page.waitForEvent('download');
    await page.getByRole('link', { name: `Download ${form}` }).click();
    const file = await readFile(await (await begun).path());
    expect(file.subarray(0, magic.length).toString(), form).toBe(magic);
  }
}, 60_000);

test('the history of a page and the custody log tell who did what', async () => {
  const window = await desk('europol-press');
  const { page } = window;
  await page.keyboard.press('h');
  const history = page.getByRole('dialog', { name: 'History' });
  await history.getByRole('heading', { name: 'Figures computed' }).waitFor();
  await history.getByRole('heading', { name: 'Figures released' }).waitFor();
  expect(await window.brokenPromises()).toEqual([]);
  await history.getByRole('link', { name: 'Open in the custody log' }).click();
  await page.getByRole('heading', { level: 1, name: 'Custody log' }).waitFor();
  const acts = page.getByRole('grid', { name: 'Acts' }).getByRole('row');
  await acts.filter({ hasText: 'Figures released' }).filter({ hasText: 'europol-press' }).click();
  await page.getByRole('dialog', { name: 'Custody log' }).getByText('digest').first().waitFor();
  expect(await window.brokenPromises()).toEqual([]);
}, 60_000);

test('keys lead everywhere: help, rows, pages, search', async () => {
  const { page } = await open('europol-coordinator', '/europol/reports', 'Reports');
  const window = await desk('europol-coordinator');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard' });
  await help.getByText('Next row').waitFor();
  expect(await window.brokenPromises()).toEqual([]);
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  const rows = rowsOf(page, 'Reports');
  const focused = async (index: number) =>
    expect(await rows.nth(index).evaluate((row) => row.matches(':focus'))).toBe(true);
  for (const [key, index] of [
    ['j', 0],
    ['j', 1],
    ['j', 2],
    ['k', 1],
  ] as const) {
    await page.keyboard.press(key);
    await focused(index);
  }
  const country = await rows.nth(1).getByRole('cell').first().innerText();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: country }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await page.getByRole('heading', { level: 1, name: 'Icarus' }).waitFor();
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Go to' }).fill('Malta');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url(), PATIENCE).toContain('/europol/packages?country=MT');
}, 60_000);
