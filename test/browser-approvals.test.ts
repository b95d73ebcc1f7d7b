/** Four eyes and break-glass as officers do them: real browsers, a real node, authenticators that the browsers play. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkedSignatures } from '#access/approvals/verify.ts';
import { insertPersonCategory } from '#casework/person-store.ts';
import { type AgencyId, newId, type TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction } from '#platform/context.ts';
import { axeComplaints } from './browser-axe.ts';
import { type BrowserDesks, browserDesks, picture } from './browser-desks.ts';

const MALTA = 'mt' as AgencyId;

let desks: BrowserDesks;

beforeAll(async () => {
  desks = await browserDesks();
}, 300_000);
afterAll(() => desks?.[Symbol.asyncDispose]());

test('one administrator proposes a role, the other approves it with his passkey, and the signature holds', async () => {
  const first = await desks.atWork('First', [['administrator', null]], '/mt/officers');
  const second = await desks.atWork('Second', [['administrator', null]], '/mt/approvals');
  await second.getByText('Nothing waits for you').waitFor();
  await desks.node.officer('third');
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
  for await (const { way, verdict } of checkedSignatures(desks.node.ctx.db, {}))
    verdicts.push([way, verdict]);
  expect(verdicts).toEqual([['passkey', 'holds']]);
  await second.goto('/mt/custody/signatures');
  await second.getByText('Holds', { exact: true }).waitFor();
  await picture(second, 'signatures');
});

test('an officer opens an operation at once; its lead is alarmed on every page; an auditor closes it', async () => {
  const { operationId } = await desks.operation('ICARUS');
  const lead = await desks.atWork('Lead', [['lead-analyst', operationId]], '/mt/account');
  const auditor = await desks.atWork('Auditor', [['auditor', operationId]], '/mt/emergencies');
  const anna = await desks.atWork('Anna', [], '/mt/emergencies');
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
  const { operationId } = await desks.operation('DAEDALUS');
  const targetId = newId<TargetId>('target', desks.node.clock.now());
  await inTransaction(desks.node.ctx, async (tx) => {
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
      recordedAt: desks.node.clock.now(),
    });
    await recordEvent(tx, {
      at: desks.node.clock.now(),
      kind: 'casework.category-set',
      actor: 'mt-investigator',
      operationId,
      subject: { kind: 'target', id: targetId },
    });
  });
  const approver = await desks.atWork('Approver', [['approver', operationId]], '/mt/approvals');
  const liaison = await desks.atWork('Liaison', [['liaison', operationId]], `/mt/casework/${targetId}`);
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
