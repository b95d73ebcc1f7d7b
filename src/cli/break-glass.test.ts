import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmergencyView } from '#access/break-glass/schemas.ts';
import type { Consultation } from '#access/consultation/read.ts';
import { type Desk, desk } from './fixtures.ts';

/** Each command is a process of its own, beside whatever else the machine does. */
const PATIENCE_MS = 240_000;
const WHY = 'A child is with the suspect tonight';

let node: Desk;
let anna: string[] = [];
let auditor: string[] = [];
let lead: string[] = [];

beforeAll(async () => {
  node = await desk();
  await node.json('init', '--id', 'dk', '--name', 'National unit', '--country', 'DK');
  const operation = [
    '--code-name',
    'Icarus',
    '--lead',
    'dk',
    '--coordinator',
    'europol',
    '--participant',
    'mt:MT',
  ];
  await node.json('operation', 'create', ...operation, '--start', '2011-08-08T00:00Z', '--exercise');
  const officer = async (name: string, ...role: string[]) => {
    const { officerId } = await node.json<{ officerId: string }>('officer', 'add', name);
    if (role.length > 0) await node.json('officer', 'grant', officerId, ...role);
    return node.enrolled(officerId);
  };
  anna = await officer('Anna');
  auditor = await officer('Auditor DK-1', 'auditor');
  lead = await officer('Analyst DK-1', 'lead-analyst');
}, PATIENCE_MS);
afterAll(() => node?.[Symbol.asyncDispose]());

test(
  'an officer opens an operation at once with his key, reads it marked, justifies it, and an auditor closes the alarm',
  async () => {
    const refused = await node.icarus('targets', 'list', '--operation', 'Icarus', ...anna);
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[operation/not-found]') });
    const wrong = [
      [['Daedalus', '--because', WHY, ...anna], 'emergency/operation-unknown'],
      [['Icarus', '--because', 'risk', ...anna], 'emergency/reason-missing'],
      [['Icarus', '--because', WHY, ...lead], 'emergency/needless'],
      [['Icarus', '--because', WHY], 'emergency/not-for-role'],
    ] as const;
    for (const [words, code] of wrong)
      expect((await node.icarus('break-glass', 'open', ...words)).stderr).toContain(`[${code}]`);

    const open = ['break-glass', 'open', 'icarus', '--because', WHY];
    const opened = await node.json<EmergencyView>(...open, ...anna);
    expect(opened).toMatchObject({ state: 'open', minutesLeft: 60, operation: 'Icarus', mine: true });
    // Whatever the command answers, it is not for want of a role any more.
    const reading = await node.icarus(
      'evidence',
      'list',
      '--reason',
      'Where was the suspect last seen',
      ...anna,
    );
    expect(reading.exitCode).toBe(0);
    const alarms = await node.json<{ emergencies: EmergencyView[] }>('break-glass', 'list', ...lead);
    expect(alarms.emergencies).toMatchObject([{ officer: 'Anna', reason: WHY, state: 'open' }]);

    const id = opened.emergencyId;
    const review = ['break-glass', 'review', id, '--outcome', 'justified', '--words', 'Read what was opened'];
    expect((await node.icarus(...review, ...auditor)).stderr).toContain('[emergency/unjustified]');
    const words = ['--words', 'The child was found unharmed at nine'];
    expect((await node.icarus('break-glass', 'justify', id, ...words, ...lead)).stderr).toContain(
      '[emergency/not-found]',
    );
    expect(await node.json('break-glass', 'justify', id, ...words, ...anna)).toMatchObject({
      justification: words[1],
    });
    expect(await node.json('break-glass', 'end', id, ...anna)).toMatchObject({ state: 'to-review' });
    expect((await node.icarus('evidence', 'list', ...anna)).exitCode).not.toBe(0);
    expect(await node.json(...review, ...auditor)).toMatchObject({ state: 'closed', outcome: 'justified' });
    const left = await node.json<{ emergencies: EmergencyView[] }>('break-glass', 'list', ...anna);
    expect(left.emergencies).toEqual([]);

    const read = await node.json<Consultation[]>('consultations', 'list', ...auditor);
    expect(read.find(({ officer }) => officer === 'Anna')).toMatchObject({
      data: 'exhibits',
      emergency: true,
    });
    type Act = { kind: string; facts: Record<string, string> };
    const acts = await node.json<Act[]>('custody', 'tail', '--lines', '100', ...lead);
    const kinds = acts.map(({ kind }) => kind).filter((kind) => kind.startsWith('emergency.'));
    expect(kinds).toEqual([
      'emergency.opened',
      'emergency.justified',
      'emergency.ended',
      'emergency.reviewed',
    ]);
    const { call } = acts.find(({ kind }) => kind === 'emergency.opened')?.facts ?? {};
    expect(call, 'the act names the command that its officer signed').toMatch(/^call_/);
  },
  PATIENCE_MS,
);
