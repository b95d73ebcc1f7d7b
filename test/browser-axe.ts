/** What axe finds on a page: serious and critical violations of WCAG 2.2 AA, in light and in dark. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Colours are looked at in both schemes; everything else is the same in both, and looked at once. */
export async function axeComplaints(page: Page): Promise<string[]> {
  await page.evaluate(SOURCE);
  const inLight = await complaints(page, { type: 'tag', values: LEVELS });
  await showIn(page, 'dark');
  const inDark = await complaints(page, { type: 'rule', values: ['color-contrast'] });
  await showIn(page, 'light');
  return [...inLight, ...inDark.map((complaint) => `in dark: ${complaint}`)];
}

/** Turns the page, as the reader's system would, and waits until its colours have faded over. */
async function showIn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate(`(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    while (document.documentElement.dataset.mantineColorScheme !== '${colorScheme}') await frame();
    await frame();
    const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
    await Promise.allSettled(fading.map(({ finished }) => finished));
  })()`);
}

async function complaints(page: Page, runOnly: { type: string; values: string[] }): Promise<string[]> {
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] });
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`),
    );
}
