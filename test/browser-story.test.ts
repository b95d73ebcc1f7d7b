/**
 * The story as its officers see it: one exercise, played once from the newcomer's first page to the press note,
 * in a real Chromium at the smallest screen. Every page that is visited is held to what every page promises.
 * The sentences stand in the story's order, and each goes on where the one before it stopped.
 */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tabTo } from './browser.ts';
import { type BrowserExercise, startBrowserExercise } from './browser-exercise.ts';
import { keepScreen } from './browser-screens.ts';

const OBSERVATIONS = 5_000;
/** A step that runs, setting up 29 nodes above all, is not broken off by a pause. */
const PATIENCE = { timeout: 60_000 };

let story: BrowserExercise;

beforeAll(async () => {
  story = await startBrowserExercise(OBSERVATIONS);
}, 120_000);

afterAll(async () => {
  await story?.[Symbol.asyncDispose]();
}, 60_000);

function rowsOf(page: Page, table: string): Locator {
  return page
    .getByRole('table', { name: table })
    .getByRole('row')
    .filter({ has: page.getByRole('cell') });
}

test('a newcomer watches the story step by step, holds it, lets it go on, and sits down at a desk', async () => {
  const { page, keepsPromises } = await story.newcomer();
  await page.goto('/');
  const panel = page.getByRole('region', { name: 'What is happening' });
  const done = panel.getByRole('listitem').filter({ hasText: 'Done' });
  const resting = async () => {
    const { state, steps } = await story.exercise.story();
    return state === 'paused' && steps.every((step) => step.state !== 'running');
  };
  await panel.getByRole('button', { name: 'Pause' }).click();
  await panel.getByRole('button', { name: 'Continue' }).waitFor();
  await expect.poll(resting, PATIENCE).toBe(true);
  const before = await done.count();
  await panel.getByRole('button', { name: 'One step' }).click();
  await expect.poll(() => done.count(), PATIENCE).toBe(before + 1);
  await expect.poll(resting, PATIENCE).toBe(true);
  await panel.getByRole('button', { name: 'Continue' }).click();
  await expect.poll(() => done.count(), PATIENCE).toBeGreaterThan(before + 1);
  await panel.getByRole('button', { name: 'Pause' }).click();
  await keepsPromises();
  await page
    .getByRole('article')
    .filter({ has: page.getByRole('heading', { name: 'Denmark' }) })
    .getByRole('button', { name: /^Lead analyst/ })
    .click();
  await page.getByRole('heading', { level: 1, name: 'Why do you open this operation?' }).waitFor();
  await keepsPromises();
  await page.getByRole('button', { name: 'Open the operation' }).click();
  await page.getByText('Give 10 to 500 characters.').waitFor();
  await page.getByRole('textbox', { name: 'Reason' }).fill('Watching the story as a newcomer');
  await page.getByRole('button', { name: 'Open the operation' }).click();
  await page.getByRole('heading', { level: 1, name: 'Icarus' }).waitFor();
  await keepsPromises();
}, 120_000);

test('whoever composed the packages cannot approve them; a second officer does, and sees digest for digest what', async () => {
  await story.playTo('compose');
  const { page: analyst } = await story.open('dk-analyst', '/dk/packages/approve', 'Approve packages');
  const refused = analyst.getByRole('button', { name: 'Approve (26)' });
  expect(await refused.getAttribute('aria-disabled')).toBe('true');
  await analyst
    .getByText('You composed these packages: a second officer must approve them.')
    .first()
    .waitFor();
  const { page: approver } = await story.open('dk-approver', '/dk/packages', 'Packages');
  await approver.getByRole('button', { name: 'Approve 26 packages' }).click();
  await approver.getByRole('button', { name: 'Approve (26)' }).click();
  await approver.getByRole('heading', { name: '26 packages approved.' }).waitFor();
  const leaving = await story.open('dk-analyst', '/dk/packages/send', 'Seal and send packages');
  const malta = leaving.page.getByRole('row').filter({ hasText: 'Malta' });
  expect(await malta.innerText()).toMatch(/Malta.*Europol/s);
  expect(await leaving.page.getByRole('row').count()).toBe(27);
  await story.control('resume');
}, 120_000);

test('the lead analyst finds a target by filters that stand in the address, and reads why it ranks', async () => {
  const { page, follow } = await story.open('dk-analyst', '/dk/targets', 'Targets');
  await page.getByRole('combobox', { name: 'Country' }).selectOption('Germany');
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Most files first');
  await expect.poll(() => new URL(page.url()).search).toBe('?country=DE&sort=files');
  await page.reload();
  const rows = rowsOf(page, 'Targets');
  await expect.poll(() => rows.filter({ hasText: 'Germany' }).count(), PATIENCE).toBeGreaterThan(5);
  expect(await rows.filter({ hasNotText: 'Germany' }).count()).toBe(0);
  await keepScreen(page, 'targets');
  await follow(rows.first().getByRole('link').first(), /^Target/);
  const score = page.getByRole('region', { name: 'Score' });
  const heading = await score.getByRole('heading', { level: 3 }).innerText();
  const total = Number(/^Score ([\d.,]+)/.exec(heading)?.[1]?.replace(',', ''));
  const points = (await score.getByRole('listitem').allInnerTexts()).map(Number.parseFloat);
  expect(total).toBeGreaterThan(0);
  // Each is written to one place.
  expect(Math.abs(points.reduce((a, b) => a + b, 0) - total)).toBeLessThanOrEqual(0.05 * (points.length + 1));
}, 120_000);

test('the lead analyst asks which few account for most, and reads by which weights targets rank', async () => {
  await story.exercise.reached('compose');
  const few = '/dk/targets/cover?most=5&expired=true';
  const { page, follow } = await story.open('dk-analyst', few, 'If only so many can be worked');
  const rows = rowsOf(page, 'Targets to take');
  await rows.nth(4).waitFor(PATIENCE);
  expect(await rows.count()).toBe(5);
  expect(await rows.first().innerText()).toMatch(/adds \d+ files that none before it supplies/);
  await page.getByRole('combobox', { name: 'Country' }).selectOption('Germany');
  await expect.poll(() => new URL(page.url()).searchParams.get('country')).toBe('DE');
  await follow(page.getByRole('link', { name: 'Ranking' }), 'Ranking');
  await page.getByRole('region', { name: 'Weights in force' }).getByText('Rare files').waitFor();
  await page.getByRole('region', { name: 'The list as it stands' }).getByText('urgency-2').waitFor();
}, 120_000);

test('a package says what leaves, to whom, under which digest, and who has signed for it', async () => {
  await story.exercise.reached('disseminate');
  const { page, follow } = await story.open('dk-analyst', '/dk/packages', 'Packages');
  expect(await rowsOf(page, 'Packages').count()).toBe(26);
  await follow(page.getByRole('link', { name: 'Germany' }), 'Package for Germany');
  const facts = page.getByRole('region', { name: 'About this package' });
  await facts.getByText('dk-approver').waitFor();
  await facts.getByText('dk-analyst').waitFor();
  expect(await facts.innerText()).toMatch(/[0-9a-f]{64}/);
  const receipts = page.getByRole('region', { name: 'Receipts' }).getByRole('listitem');
  expect(await receipts.filter({ hasText: 'Receipt in' }).count()).toBe(2);
  await rowsOf(page, 'Targets in rank order').nth(5).waitFor();
  await keepScreen(page, 'package');
}, 120_000);

test('programme and meeting: who takes part, who came, and the decision that let the packages go', async () => {
  const { page, follow } = await story.open('dk-analyst', '/dk/programme', 'CIRCAMP');
  await page.getByRole('link', { name: '14 members' }).waitFor();
  const plan = rowsOf(page, 'Action plan');
  expect(await plan.filter({ hasText: 'Operation Icarus' }).innerText()).toContain('Running');
  await story.open('dk-analyst', '/dk/meetings', 'Operational meetings');
  await follow(rowsOf(page, 'Meetings').getByRole('link').first(), 'Operational meeting');
  await page.getByText('26 of 28 invited agencies came').waitFor();
  await page.getByRole('region', { name: 'Decisions' }).getByText('Packages released').waitFor();
}, 60_000);

test('the coordinator sees on map and table that every country has signed, and that the clock stands', async () => {
  await story.exercise.reached('final');
  const { page } = await story.open('europol-coordinator', '/europol/board?show=packages', 'Icarus');
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
}, 120_000);

test('a published figure opens to the reports that it counts', async () => {
  const { page, follow, keepsPromises } = await story.open(
    'europol-coordinator',
    '/europol/results',
    'Results',
  );
  await follow(rowsOf(page, 'Figure sets').getByRole('link', { name: 'Final' }), 'Final figures');
  await page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Suspects identified' }) })
    .getByRole('button', { name: '269' })
    .click();
  const counted = page.getByRole('region', { name: 'Suspects identified: what it counts' });
  expect(await counted.getByRole('row').last().innerText()).toContain('269');
  await keepsPromises();
  await keepScreen(page, 'results');
  await follow(counted.getByRole('link').first(), /, report \d+$/);
  await page.getByRole('region', { name: 'Sums' }).waitFor();
}, 60_000);

test('an outcome is recorded by keyboard alone; a slip is told in a sentence, and nothing typed is lost', async () => {
  const { page, keepsPromises } = await story.open(
    'de-investigator',
    '/de/casework?outcome=pending',
    'Casework',
  );
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
  await keepsPromises();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('1');
  await page.keyboard.press('Enter');
  await page
    .getByRole('status')
    .getByText(/^Recorded as version \d/)
    .waitFor();
  await keepsPromises();
  await keepScreen(page, 'casework');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('heading', { level: 1, name: 'Casework' }).waitFor();
}, 60_000);

test('a report that is sent changes the open board of the coordinator, and nobody reloads it', async () => {
  const { page: board } = await story.open('europol-coordinator', '/europol/board', 'Icarus');
  const opened = await board.evaluate<number>('performance.timeOrigin');
  const sums = board.getByRole('region', { name: 'Sums over the reports as they stand' });
  await sums.getByRole('link', { name: '269', exact: true }).waitFor();
  const { page } = await story.open('de-investigator', '/de/casework', 'Casework');
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
  const { page: coordinator } = await story.open('europol-coordinator', '/europol/results', 'Results');
  await coordinator.getByRole('button', { name: 'Compute figures' }).click();
  await coordinator.getByRole('heading', { level: 1, name: 'Provisional figures' }).waitFor();
  const release = coordinator.getByRole('button', { name: 'Release to the press' });
  expect(await release.getAttribute('aria-disabled')).toBe('true');
  await coordinator.getByText('You computed this set: a second officer must release it.').first().waitFor();
  const address = new URL(coordinator.url());
  address.searchParams.set('show', 'note');
  const press = await story.open(
    'europol-press',
    `${address.pathname}${address.search}`,
    'Provisional figures',
  );
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
  await press.keepsPromises();
  await keepScreen(press.page, 'press-note');
}, 60_000);

test('the press note can be taken away as a Word file and as a PDF', async () => {
  const { page } = await story.desk('europol-press');
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
  const window = await story.desk('europol-press');
  const { page } = window;
  await page.keyboard.press('h');
  const history = page.getByRole('dialog', { name: 'History' });
  await history.getByRole('heading', { name: 'Figures computed' }).waitFor();
  await history.getByRole('heading', { name: 'Figures released' }).waitFor();
  await window.keepsPromises();
  await history.getByRole('link', { name: 'Open in the custody log' }).click();
  await page.getByRole('heading', { level: 1, name: 'Custody log' }).waitFor();
  const acts = page.getByRole('grid', { name: 'Acts' }).getByRole('row');
  await acts.filter({ hasText: 'Figures released' }).filter({ hasText: 'europol-press' }).click();
  await page.getByRole('dialog', { name: 'Custody log' }).getByText('digest').first().waitFor();
  await window.keepsPromises();
}, 60_000);

test('a seized device: its chain of custody, and its files by what lists know of them', async () => {
  const { page, follow } = await story.open('se-investigator', '/se/evidence', 'Evidence');
  await follow(page.getByRole('link', { name: 'SE-2011-1/1', exact: true }), /^Exhibit/);
  const chain = page.getByRole('region', { name: 'Chain of custody' });
  for (const act of ['Moved', 'Seal opened', 'Imaged']) await chain.getByText(act).first().waitFor();
  const inventory = page.getByRole('region', { name: 'Inventory', exact: true });
  await follow(inventory.getByRole('link').first(), /Files/);
  await story.open('se-investigator', '/se/evidence/lists', 'Hash lists');
}, 60_000);

test('hits tell why in words, an officer has decided them, and decided hits hold a network together', async () => {
  const { page, follow } = await story.open('europol-coordinator', '/europol/hits', 'Hits');
  await keepScreen(page, 'hits');
  await follow(page.getByRole('link', { name: /Germany and suspect ES-1/ }), /^Hit/);
  await page.getByText('A match of values, not of persons.').waitFor();
  await story.open('europol-coordinator', '/europol/hits/networks', 'Networks');
  await follow(page.getByRole('link', { name: /Network Kestrel/ }).first(), /Kestrel/);
  await story.open('europol-coordinator', '/europol/hits/holdings', 'Holdings');
}, 60_000);

test('a series goes once only; a request to Eurojust waited for permission and was answered', async () => {
  const { page: sweden } = await story.open('se-investigator', '/se/referrals', 'Referrals');
  expect(await rowsOf(sweden, 'Series of this agency').innerText()).toMatch(/Confirmed.*ICSE-SYNTHETIC-1/s);
  const europol = await story.open('europol-coordinator', '/europol/referrals', 'Referrals');
  await europol.follow(europol.page.getByRole('link', { name: 'Synthetic series 1' }).first(), /1$/);
  await europol.page.getByText('23 of 23 files were referred before').waitFor();
  const germany = await story.open('de-investigator', '/de/referrals/eurojust', 'Referrals');
  await germany.follow(rowsOf(germany.page, 'Requests of this agency').getByRole('link').first(), /Eurojust/);
  const permissions = germany.page.getByRole('region', { name: 'Permissions' }).getByRole('listitem');
  expect(await permissions.filter({ hasText: 'Granted' }).count()).toBe(2);
  await story.open('interpol-liaison', '/interpol/board', 'Icarus');
}, 60_000);

test('imminent risk stands first in every list, with the alarm, its reason and its end on record', async () => {
  const { page, follow } = await story.open('be-investigator', '/be/casework', 'Casework');
  const first = rowsOf(page, 'Targets to work').first();
  expect(await first.innerText()).toContain('Imminent risk');
  await follow(first.getByRole('link').first(), /^Target/);
  const alarms = page.getByRole('region', { name: 'Alarms on this target' });
  for (const word of ['Raised', 'Cleared']) await alarms.getByText(word).first().waitFor();
}, 60_000);

test('keys lead everywhere: help, rows, pages, search', async () => {
  const { page, keepsPromises } = await story.open('europol-coordinator', '/europol/reports', 'Reports');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard' });
  await help.getByText('Next row').waitFor();
  await keepsPromises();
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
