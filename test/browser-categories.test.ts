/** Who a person is, said on a page: a real node in real browsers, one for each officer. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, type OperationId, type TargetId } from '#core/ids.ts';
import { givenTargets } from '#crossmatch/fixtures.ts';
import { axeComplaints } from './browser-axe.ts';
import { type BrowserDesks, browserDesks, picture } from './browser-desks.ts';

let desks: BrowserDesks;
let operationId: OperationId;
let victim: TargetId;
let other: TargetId;

beforeAll(async () => {
  desks = await browserDesks();
  const { ctx, clock } = desks.node;
  const operation = await desks.operation('ICARUS');
  ({ operationId } = operation);
  [victim, other] = [newId('target', clock.now()), newId('target', clock.now())];
  const targets = [victim, other].map((targetId, i) => ({ targetId, clientId: `client-${i}` }));
  await givenTargets(ctx, operation, { country: 'MT', targets });
}, 300_000);
afterAll(() => desks?.[Symbol.asyncDispose]());

/** He says why he opens the case, and sees its targets. */
async function atCasework(name: string, role: 'investigator' | 'liaison'): Promise<Page> {
  const page = await desks.atWork(name, [[role, operationId]], '/mt/casework');
  await page.getByRole('textbox', { name: 'Reason' }).fill('Works the targets of Malta');
  await page.getByRole('button', { name: 'Open the operation' }).click();
  await page.getByRole('heading', { level: 1, name: 'Casework' }).waitFor();
  await page.getByRole('table', { name: 'Targets to work' }).waitFor();
  return page;
}

const rowsOf = (page: Page) => page.getByRole('table', { name: 'Targets to work' }).locator('tbody tr');

/** The sum over all targets that the page shows. */
async function countOf(page: Page): Promise<string> {
  const sums = page.getByRole('region', { name: 'Sums over all targets here' });
  return sums.getByText('Targets', { exact: true }).locator('xpath=..').innerText();
}

test('an investigator says that the person is a victim, with his reason, and a liaison officer’s list has him no more', async () => {
  const investigator = await atCasework('Investigator', 'investigator');
  const liaison = await atCasework('Liaison', 'liaison');
  expect(await rowsOf(liaison).count()).toBe(2);
  expect(await countOf(liaison)).toMatch(/\b2\b/);
  await picture(liaison, 'casework-before');

  await investigator.goto(`/mt/casework/${victim}`);
  await investigator.getByRole('button', { name: 'Say who the person is' }).click();
  await investigator.getByLabel('To this case the person is').selectOption('victim');
  await investigator.getByLabel('Why?', { exact: false }).fill('short');
  await investigator.getByRole('button', { name: 'Record', exact: true }).click();
  await investigator.getByText('Say it in at least ten characters.').waitFor();
  await investigator.getByLabel('Why?', { exact: false }).fill('Found in the material that was seized');
  expect(await axeComplaints(investigator)).toEqual([]);
  await picture(investigator, 'person-form');
  await investigator.getByRole('button', { name: 'Record', exact: true }).click();
  const said = investigator.getByRole('listitem').filter({ hasText: 'Version 1' });
  await said.getByText('Found in the material that was seized').waitFor();
  await said.getByText('Victim', { exact: true }).waitFor();
  await picture(investigator, 'person-said');

  await liaison.reload();
  await rowsOf(liaison).first().waitFor();
  expect(await rowsOf(liaison).count()).toBe(1);
  expect(await liaison.content()).not.toContain(victim);
  expect(await countOf(liaison)).toMatch(/\b1\b/);
  await picture(liaison, 'casework-after');
  await liaison.goto(`/mt/casework/${victim}`);
  await liaison.getByRole('heading', { level: 1, name: 'A closed record' }).waitFor();
  await investigator.goto('/mt/casework?category=victim');
  await rowsOf(investigator).first().waitFor();
  expect(await rowsOf(investigator).count(), 'whoever works the case still finds him').toBe(1);
});
