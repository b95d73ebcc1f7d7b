/** Four eyes and break-glass as officers do them: real browsers, a real node, authenticators that the browsers play. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkedSignatures } from '#access/approvals/verify.ts';
import type { AgencyId } from '#core/ids.ts';
import { createOperation } from '#operations/create.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { openBrowser } from './browser.ts';
import { axeComplaints } from './browser-axe.ts';
import { machineWithKey } from './browser-passkey.ts';
import { buildPages } from './browser-web.ts';
import { SYSTEM } from './nodes.ts';

let node: SignInNode;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  await buildPages();
  const port = await freePort();
  origin = `http://localhost:${port}`;
  node = await signInNode({ origin }, { port });
  browser = await openBrowser();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await node?.[Symbol.asyncDispose]();
});

/** An officer at a machine with a security key of his own, signed in. */
async function atWork(
  name: string,
  roles: Parameters<SignInNode['officer']>[1],
  place: string,
): Promise<Page> {
  const { code } = await node.officer(name, roles);
  const { page } = await machineWithKey(browser, origin);
  await page.goto(place);
  await page.getByLabel('Enrolment code').fill(code);
  await page.getByLabel('Name of the passkey').fill('key on my ring');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByText('The passkey is made. Sign in with it now.').waitFor();
  await page.getByRole('button', { name: 'Sign in with your passkey' }).click();
  return page;
}

/** For whoever looks at the pages: set ICARUS_SCREENS to a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['ICARUS_SCREENS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

test('one administrator proposes a role, the other approves it with his passkey, and the signature holds', async () => {
  const first = await atWork('First', [['administrator', null]], '/mt/officers');
  const second = await atWork('Second', [['administrator', null]], '/mt/approvals');
  await second.getByText('Nothing waits for you').waitFor();
  await node.officer('third');
  await first.goto('/mt/officers/officer_third');
  await first.getByLabel('Reason').fill('Stands in for MT-1, who is ill');
  await first.getByLabel('Role', { exact: false }).last().selectOption('administrator');
  await first.getByRole('button', { name: 'Grant', exact: true }).click();
  await first.getByText('You proposed it: another officer decides.').waitFor();
  expect(await first.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
  await picture(first, 'approvals-proposer');
  await second.reload();
  await second.getByText('Stands in for MT-1, who is ill', { exact: true }).waitFor();
  expect(await axeComplaints(second)).toEqual([]);
  await picture(second, 'approvals-second');
  await second.getByRole('button', { name: 'Approve', exact: true }).click();
  await second.getByText('Nothing waits for you').waitFor();
  await second.getByRole('button', { name: 'Show what is over' }).click();
  await second.getByText('Done', { exact: true }).waitFor();
  const verdicts = [];
  for await (const { way, verdict } of checkedSignatures(node.ctx.db, {})) verdicts.push([way, verdict]);
  expect(verdicts).toEqual([['passkey', 'holds']]);
  await second.goto('/mt/custody/signatures');
  await second.getByText('Holds', { exact: true }).waitFor();
  await picture(second, 'signatures');
});

test('an officer opens an operation at once; its lead is alarmed on every page; an auditor closes it', async () => {
  const agency = 'mt' as AgencyId;
  const { operationId } = await createOperation(node.ctx, SYSTEM, {
    codeName: 'ICARUS',
    lead: agency,
    coordinator: 'europol' as AgencyId,
    participants: [{ agencyId: agency, country: 'MT' }],
    startedAt: node.clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  const lead = await atWork('Lead', [['lead-analyst', operationId]], '/mt/account');
  const auditor = await atWork('Auditor', [['auditor', operationId]], '/mt/emergencies');
  const anna = await atWork('Anna', [], '/mt/emergencies');
  await anna.getByLabel('Code name of the operation').fill('Icarus');
  await anna.getByLabel('Who is at risk, and why it cannot wait').fill('A child is with the suspect tonight');
  await picture(anna, 'emergency-open');
  await anna.getByRole('button', { name: 'Open it now' }).click();
  await anna
    .getByText(/min left/)
    .first()
    .waitFor();
  await lead.getByRole('alert').getByText('Anna opened ICARUS').waitFor();
  await picture(lead, 'emergency-banner');
  await anna.getByRole('button', { name: 'Justify it' }).click();
  await anna.getByLabel('Justification').fill('The child was found unharmed at nine');
  await anna.getByRole('button', { name: 'Justify', exact: true }).click();
  await anna.getByText('The child was found unharmed at nine').first().waitFor();
  await auditor.reload();
  await auditor.getByLabel('What you found').waitFor();
  expect(await axeComplaints(auditor)).toEqual([]);
  await auditor.getByLabel('What you found').fill('Read what was opened: two targets of Malta');
  await picture(auditor, 'emergency-review');
  await auditor.getByRole('button', { name: 'Close the alarm' }).click();
  await auditor.getByText('No operation stands opened at once.').waitFor();
  await lead.reload();
  await lead.getByText('What you sign in with').waitFor();
  expect(await lead.getByText('Anna opened ICARUS').count()).toBe(0);
});

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
