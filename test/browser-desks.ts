/** A real node in real browsers, one for each officer, with authenticators that the browsers play. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { AgencyId } from '#core/ids.ts';
import { createOperation } from '#operations/create.ts';
import type { Operation } from '#operations/types.ts';
import { freePort } from '#platform/postgres-cluster.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { openBrowser } from './browser.ts';
import { machineWithKey } from './browser-passkey.ts';
import { buildPages } from './browser-web.ts';
import { SYSTEM } from './nodes.ts';

const MALTA = 'mt' as AgencyId;

export interface BrowserDesks extends AsyncDisposable {
  readonly node: SignInNode;
  /** Malta's, as lead and participant. */
  operation(codeName: string): Promise<Operation>;
  /** An officer at a machine with a security key of his own, signed in. */
  atWork(name: string, roles: Parameters<SignInNode['officer']>[1], place: string): Promise<Page>;
}

export async function browserDesks(): Promise<BrowserDesks> {
  await buildPages();
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const node = await signInNode({ origin }, { port });
  const browser = await openBrowser();
  return {
    node,
    operation: (codeName) =>
      createOperation(node.ctx, SYSTEM, {
        codeName,
        lead: MALTA,
        coordinator: 'europol' as AgencyId,
        participants: [{ agencyId: MALTA, country: 'MT' }],
        startedAt: node.clock.now(),
        endedAt: null,
        handling: { codes: ['H0'], text: '' },
        disseminationHours: 24,
        exercise: true,
      }),
    async atWork(name, roles, place) {
      const { code } = await node.officer(name, roles);
      const { page } = await machineWithKey(browser, origin);
      await page.goto(place);
      await page.getByLabel('Enrolment code').fill(code);
      await page.getByLabel('Name of the passkey').fill('key on my ring');
      await page.getByRole('button', { name: 'Make a passkey' }).click();
      await page.getByText('The passkey is made. Sign in with it now.').waitFor();
      await page.getByRole('button', { name: 'Sign in with your passkey' }).click();
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await node[Symbol.asyncDispose]();
    },
  };
}

/** For whoever looks at the pages: set ICARUS_SCREENS to a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['ICARUS_SCREENS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
