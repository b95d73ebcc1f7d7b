/** Four eyes and break-glass as officers do them: real browsers, a real node, authenticators that the browsers play. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkedSignatures } from '#access/approvals/verify.ts';
import { insertPersonCategory } from '#casework/person-store.ts';
import { type AgencyId, newId, type OperationId, type TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { createOperation } from '#operations/create.ts';
import { inTransaction } from '#platform/context.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { openBrowser } from './browser.ts';
import { axeComplaints } from './browser-axe.ts';
import { machineWithKey } from './browser-passkey.ts';
import { buildPages } from './browser-web.ts';
import { SYSTEM } from './nodes.ts';

const MALTA = 'mt' as AgencyId;

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
  const operationId = await anOperation('ICARUS');
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

test('a closed record says so, an officer asks for it, and an approver reads why', async () => {
  const operationId = await anOperation('DAEDALUS');
  const targetId = newId<TargetId>('target', node.clock.now());
  await inTransaction(node.ctx, async (tx) => {
    await insertPersonCategory(tx, {
      operationId,
      targetId,
      statedBy: MALTA,
      version: 1,
      category: 'victim',
      minor: false,
      strictlyNecessary: false,
      necessity: '',
      reason: 'Found in the material that was seized',
      approvedBy: null,
      recordedBy: 'mt-investigator',
      recordedAt: node.clock.now(),
    });
    await recordEvent(tx, {
      at: node.clock.now(),
      kind: 'casework.category-set',
      actor: 'mt-investigator',
      operationId,
      subject: { kind: 'target', id: targetId },
    });
  });
  const approver = await atWork('Approver', [['approver', operationId]], '/mt/approvals');
  const liaison = await atWork('Liaison', [['liaison', operationId]], `/mt/casework/${targetId}`);
  await liaison.getByRole('textbox', { name: 'Reason' }).fill('The answer to a request of Denmark');
  await liaison.getByRole('button', { name: 'Open the operation' }).click();
  await liaison.getByRole('heading', { level: 1, name: 'A closed record' }).waitFor();
  expect(await axeComplaints(liaison)).toEqual([]);
  await liaison.getByRole('button', { name: 'Ask an approver' }).click();
  await liaison.getByText('Say it in at least ten characters.').waitFor();
  const field = liaison.getByLabel('Why is it strictly necessary for your work?');
  await field.fill('Denmark asks whether he is safe now');
  await picture(liaison, 'closed-record');
  await liaison.getByRole('button', { name: 'Ask an approver' }).click();
  await liaison.getByText('You proposed it: another officer decides.').waitFor();
  await approver.reload();
  await approver.getByText('Denmark asks whether he is safe now').first().waitFor();
  await picture(approver, 'closed-record-asked');
  await approver.getByRole('button', { name: 'Approve', exact: true }).click();
  await approver.getByText('Nothing waits for you').waitFor();
  await liaison.goto(`/mt/casework/${targetId}`);
  // What is not closed any more is looked for, and this node has no such target.
  await liaison.getByRole('alert').waitFor();
  expect(await liaison.getByRole('heading', { name: 'A closed record' }).count()).toBe(0);
});

async function anOperation(codeName: string): Promise<OperationId> {
  const { operationId } = await createOperation(node.ctx, SYSTEM, {
    codeName,
    lead: MALTA,
    coordinator: 'europol' as AgencyId,
    participants: [{ agencyId: MALTA, country: 'MT' }],
    startedAt: node.clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  return operationId;
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
