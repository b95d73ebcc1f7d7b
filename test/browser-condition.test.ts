/** What officers see while the node cannot do all: a real browser, a disk that is full, a database that is stopped. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import { signInNode } from '#server/fixtures.ts';
import { openBrowser } from './browser.ts';
import { axeComplaints } from './browser-axe.ts';
import { machineWithKey } from './browser-passkey.ts';
import { keepScreen } from './browser-screens.ts';
import { buildPages } from './browser-web.ts';
import { quickFolder } from './quick-folder.ts';
import { canMount, freePort, smallDiskNode } from './small-disk-node.ts';

let browser: Browser;
beforeAll(async () => {
  await buildPages();
  browser = await openBrowser();
}, 120_000);
afterAll(() => browser?.close());

/** An administrator's window, signed in with a security key of its machine. */
async function signedIn(origin: string, code: string): Promise<Page> {
  const { page } = await machineWithKey(browser, origin);
  await page.goto('/mt/officers');
  await page.getByLabel('Enrolment code').fill(code);
  await page.getByLabel('Name of the passkey').fill('key');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByText('The passkey is made. Sign in with it now.').waitFor();
  await page.getByRole('button', { name: 'Sign in with your passkey' }).click();
  await page.getByRole('heading', { level: 1, name: 'Officers' }).waitFor();
  return page;
}

const banner = (page: Page) => page.getByRole('alert', { name: 'Condition of the node' });

test.skipIf(!canMount)(
  'a full disk stands on every page, the administrator reads how full, and it goes when there is room',
  async () => {
    await using node = await smallDiskNode({ diskMiB: 300, reserveMiB: 100 });
    const { code } = (await node.order('officer chief')) as { code: string };
    const page = await signedIn(`http://localhost:${node.port}`, code);
    expect(await banner(page).count()).toBe(0);
    await node.order('fill 400');
    await banner(page).filter({ hasText: 'The disk of the node is nearly full: you can read' }).waitFor();
    await page.getByText(/0 MB free, 105 MB kept in reserve/).waitFor();
    expect(await axeComplaints(page)).toEqual([]);
    await page.getByLabel('Name', { exact: false }).first().fill('Officer MT-2');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Less is free on the disk of this node than the reserve that it keeps.').waitFor();
    expect(await page.getByLabel('Name', { exact: false }).first().inputValue()).toBe('Officer MT-2');
    const stranger = await browser.newPage({ baseURL: `http://localhost:${node.port}` });
    for (const address of ['/', '/mt/board', '/mt/nothing']) {
      await stranger.goto(address);
      await banner(stranger).waitFor();
    }
    await node.order('fill 0');
    await banner(page).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Officer MT-2' }).waitFor();
  },
  120_000,
);

test('a stopped database stands on every page, and the page goes on by itself when it is back', async () => {
  const dataDir = await mkdtemp(join(await quickFolder(), 'icarus-down-'));
  await chmod(dataDir, 0o711);
  const databasePort = await freePort();
  const start = () => openCluster({ dataDir, port: databasePort, disposable: true });
  let cluster = await start();
  try {
    await createDatabase(cluster.url('postgres'), 'icarus');
    await migrate(cluster.url('icarus'));
    const port = await freePort();
    const origin = `http://localhost:${port}`;
    const database = { url: cluster.nodeUrl('icarus'), ownerUrl: cluster.url('icarus') };
    await using node = await signInNode({ origin }, { port, database });
    const { code } = await node.officer('chief', [['administrator', null]]);
    const page = await signedIn(origin, code);
    await cluster.stop();
    await banner(page).filter({ hasText: 'The node cannot reach its database' }).waitFor();
    expect(await axeComplaints(page)).toEqual([]);
    await keepScreen(page, 'database-down');
    const stranger = await browser.newPage({ baseURL: origin });
    await stranger.goto('/mt/board');
    await banner(stranger).waitFor();
    cluster = await start();
    await banner(page).waitFor({ state: 'detached' });
    await page.getByRole('main').getByText('chief').first().waitFor();
    await banner(stranger).waitFor({ state: 'detached' });
    await stranger.getByRole('button', { name: 'Sign in with your passkey' }).waitFor();
  } finally {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  }
}, 120_000);
