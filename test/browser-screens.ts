/** Pictures of the pages for the documents: taken by the browser story when ICARUS_SCREENS is set. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

const FOLDER = resolve(import.meta.dirname, '../docs/screens');
/** Enough tones for letters on few colours, in a quarter of the size. */
const PALETTE = { palette: true, colours: 128, compressionLevel: 9, effort: 10 } as const;

/** Keeps a picture of the page as it stands, as `docs/screens/<name>.png`. */
export async function keepScreen(page: Page, name: string): Promise<void> {
  if (!process.env.ICARUS_SCREENS) return;
  await mkdir(FOLDER, { recursive: true });
  await page.evaluate('scrollTo(0, 0)');
  await page.waitForLoadState('networkidle');
  await sharp(await page.screenshot({ animations: 'disabled' }))
    .png(PALETTE)
    .toFile(join(FOLDER, `${name}.png`));
}
