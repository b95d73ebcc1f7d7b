/**
 * The pages of the secure channel in a real Chromium: messages, letters, the custody chain, keys and alarms. Every
 * page that is visited is held to what every page promises (axe, console, width, the exercise notice).
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrowserChannel, startBrowserChannel } from './browser-channel.ts';
import { keepScreen } from './browser-screens.ts';

let channel: BrowserChannel;

beforeAll(async () => {
  channel = await startBrowserChannel();
}, 120_000);

afterAll(async () => {
  await channel?.[Symbol.asyncDispose]();
}, 60_000);

test('messages: the list, one on its way, one that was taken back, deadlines, files and counterparts', async () => {
  const { page, visit, follow, keepsPromises } = await channel.desk('dk-analyst');
  await visit('/dk/messages', 'Messages');
  const transfers = page.getByRole('region', { name: 'Bytes on their way' });
  expect(await transfers.innerText()).toMatch(/To Europol.*\d+%: 3 MB of 6.*MB/s);
  await keepScreen(page, 'messages-transfers');
  await visit(`/dk/messages/${channel.largeLetterId}`, 'Letter, sent');
  expect(await transfers.innerText()).toMatch(/a second · \d+ s left/);
  await visit(`/dk/messages/${channel.recalledLetterId}`, 'Letter, sent');
  await page.getByRole('alert').getByText('Denmark took this back').waitFor();
  await visit('/dk/messages', 'Messages');
  for (const [tab, heading] of [
    ['Deadlines', 'Deadlines'],
    ['By file', 'Messages by file'],
    ['Counterparts', 'Counterparts'],
  ] as const)
    await follow(
      page.getByRole('navigation', { name: 'Messages' }).getByRole('link', { name: tab }),
      heading,
    );
  await follow(page.getByRole('link', { name: 'Malta' }).first(), 'Malta and this node');
  await page.getByRole('button', { name: 'Ask for their statement' }).click();
  await page.getByText('Asked. Theirs is compared when it comes.').waitFor();
  await keepsPromises();
}, 120_000);

test('letters: the list, one that was taken back, writing, queries and erasure', async () => {
  const { page, visit, follow } = await channel.desk('mt-investigator');
  await visit('/mt/letters', 'Correspondence');
  await follow(page.getByRole('link', { name: 'Thursday at nine' }), 'Thursday at nine');
  await page.getByRole('alert').getByText('what it says is wrong').waitFor();
  await visit('/mt/letters/write', 'Write');
  await visit('/mt/letters/queries', 'Queries');
  await page.getByRole('link', { name: 'A subscriber' }).waitFor();
  await visit('/mt/letters/erasure', 'Erasure');
}, 120_000);

test('a package that was taken back says so to whoever has it, and its chain of custody is shown', async () => {
  const { page, visit } = await channel.desk('mt-investigator');
  await visit('/mt/packages', 'Packages');
  await page.getByRole('row', { name: /Malta/ }).getByText('Taken back').waitFor();
  await visit(`/mt/packages/${channel.recalledPackageId}`, 'Package for Malta');
  await page.getByRole('alert').getByText('Wrong times.').waitFor();
  await keepScreen(page, 'package-taken-back');
  await visit(`/mt/custody/chain?kind=package&id=${channel.recalledPackageId}`, 'Chain of custody');
  await page.getByRole('heading', { name: 'Packages' }).waitFor();
  await visit('/mt/custody', 'Custody log');
}, 120_000);

test('keys are compared, changed and revoked, and an alarm about a log is settled, by the administrator alone', async () => {
  const { page, visit, follow, keepsPromises } = await channel.desk('dk-administrator');
  await visit('/dk/keys', 'Keys');
  await keepScreen(page, 'keys');
  await page.getByRole('button', { name: 'Make new keys' }).click();
  await page.getByText('The new card goes to Europol, Mt.').waitFor();
  await page.getByRole('combobox', { name: 'Key' }).selectOption({ index: 2 });
  await page.getByRole('button', { name: 'Revoke the key' }).click();
  await page.getByText('Give the reason.').waitFor();
  await page.getByLabel('Reason').fill('A backup was stolen.');
  await page.getByRole('button', { name: 'Revoke the key' }).click();
  await page.getByText(/revoked: A backup was stolen\./).waitFor();
  await keepsPromises();
  await follow(page.getByRole('link', { name: /Malta/ }).first(), /Malta/);
  await visit('/dk/custody/alarms', 'Alarms about custody logs');
  await keepScreen(page, 'fork-alarm');
  await page.getByLabel('What was found out').fill('Malta restored a backup; their head said so.');
  await page.getByRole('button', { name: 'Settle', exact: true }).click();
  await page.getByText('No alarm is open.').waitFor();
  await page.getByText('Malta restored a backup; their head said so.').waitFor();
  await keepsPromises();
  const analyst = await channel.desk('dk-analyst');
  await analyst.visit('/dk/keys', 'Keys');
  expect(await analyst.page.getByRole('button', { name: 'Make new keys' }).isDisabled()).toBe(true);
}, 120_000);
