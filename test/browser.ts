/** A real Chromium, from npm alone, with one window for each officer of an exercise. */
import { deepEqual } from 'node:assert/strict';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { axeComplaints } from './browser-axe.ts';

/** The smallest screen that the pages are made for. */
const SCREEN = { width: 1280, height: 720 };
/** How long a page may keep somebody waiting; generous, because tests share their machine. */
const PATIENCE_MS = 20_000;
/** As root there is no sandbox; these machines have no graphics card; letters stand where they stand everywhere. */
const SWITCHES = ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'];

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPackage.executablePath(),
    args: SWITCHES,
  });
}

/** One officer's window. Wherever it goes, the page is held to what every page promises. */
export interface Window {
  readonly page: Page;
  /** Goes to an address and waits for its heading. */
  visit(address: string, heading: string | RegExp): Promise<void>;
  /** Goes where a link leads and waits for its heading. */
  follow(link: Locator, heading: string | RegExp): Promise<void>;
  /**
   * Throws with everything that the page, as it stands, breaks of what every page promises: no error on the
   * console, no foreign request, the exercise notice, no sideways scrolling, WCAG 2.2 AA in light and dark.
   */
  keepsPromises(): Promise<void>;
}

/** Opens a window without a desk. */
export async function openWindow(browser: Browser, url: string): Promise<Window> {
  const context = await browser.newContext({
    viewport: SCREEN,
    baseURL: url,
    locale: 'en-GB',
    timezoneId: 'Europe/Copenhagen',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const heard = listen(page, url);
  const keepsPromises = async (): Promise<void> => {
    await page.getByLabel('Loading').first().waitFor({ state: 'detached' });
    const found = [...(await unmarked(page)), ...(await tooWide(page)), ...(await axeComplaints(page))];
    deepEqual([...heard, ...found.map((complaint) => `${pathOf(page)}: ${complaint}`)], []);
  };
  const arrive = async (heading: string | RegExp): Promise<void> => {
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await keepsPromises();
  };
  return {
    page,
    keepsPromises,
    async visit(address, heading) {
      await sayWhy(page, address);
      await page.goto(address);
      await arrive(heading);
    },
    async follow(link, heading) {
      await link.click();
      await arrive(heading);
    },
  };
}

/** Says why the desk reads, for every operation that it has by now, as the page would ask once. */
async function sayWhy(page: Page, address: string): Promise<void> {
  const api = `/nodes/${address.split(/[/?]/)[1]}/api/operations`;
  const known = await page.request.get(api);
  if (!known.ok()) return;
  const { operations } = (await known.json()) as { operations: { operationId: string }[] };
  for (const { operationId } of operations) {
    const place = `${api}/${operationId}/consultations/reason`;
    await page.request.post(place, { data: { reason: 'A test looks at the page' } });
  }
}

/** Opens a window and sits down at a desk, as the desk chooser does. */
export async function sitDown(browser: Browser, url: string, officerId: string): Promise<Window> {
  const window = await openWindow(browser, url);
  const agencyId = officerId.slice(0, officerId.lastIndexOf('-'));
  const taken = await window.page.request.post('/api/desk', { data: { agencyId, officerId } });
  if (!taken.ok()) throw new Error(`no desk ${officerId}: ${await taken.text()}`);
  return window;
}

/** Presses Tab until the place has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, place: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await place.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${place.toString()}`);
}

/** Errors on the console and in scripts, and requests to anybody but the node, from now on. */
function listen(page: Page, url: string): readonly string[] {
  const heard: string[] = [];
  page.on('pageerror', ({ message }) => heard.push(`${pathOf(page)}: script error: ${message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') heard.push(`${pathOf(page)}: console error: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !/^(data|blob):/.test(request.url()))
      heard.push(`${pathOf(page)}: foreign request: ${request.url()}`);
  });
  return heard;
}

async function unmarked(page: Page): Promise<string[]> {
  const notice = await page.getByRole('complementary', { name: 'Exercise' }).allInnerTexts();
  return notice.some((text) => text.includes('EXERCISE: synthetic data')) ? [] : ['no exercise notice'];
}

async function tooWide(page: Page): Promise<string[]> {
  const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
    '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
  );
  return scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px wider than the screen`] : [];
}

function pathOf(page: Page): string {
  return new URL(page.url()).pathname;
}
