/** A window on a machine with a security key of its own, which is there whenever a page asks (Chromium's virtual one). */
import type { Browser, BrowserContext, Page } from 'playwright-core';

const SCREEN = { width: 1280, height: 720 };
/** Generous: tests share their machine. */
const PATIENCE_MS = 60_000;

export async function machineWithKey(
  browser: Browser,
  origin: string,
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ baseURL: origin, viewport: SCREEN });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { page, context };
}
