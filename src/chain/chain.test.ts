/** One operation from its log to its press note, over real nodes: what each desk can follow of it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#access/policy.ts';
import { POSITIVE } from '#casework/fixtures-content.ts';
import { recordOutcome } from '#casework/record.ts';
import { sendReport } from '#casework/send-report.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { registerCrossmatchJobs } from '#crossmatch/jobs.ts';
import { readVerifierKey } from '#custody/note.ts';
import { listEvents } from '#custody/record.ts';
import { checkTlogProof, readTlogProof } from '#custody/tlog-proof.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { receivedTargets } from '#packages/received-targets.ts';
import { sendPackages } from '#packages/send.ts';
import { computeFigureSet } from '#results/compute.ts';
import type { FigureSetWithFigures } from '#results/figure-store.ts';
import { releaseFigureSet } from '#results/release.ts';
import { testOfficer } from '#test/nodes.ts';
import { type PackageNet, packageNet } from '#test/packages.ts';
import { chainOf } from './chain.ts';
import { exportChain } from './export.ts';
import { ITEM_KINDS, type ItemKind, type StageName } from './types.ts';

let scene: PackageNet;
let targetId: TargetId;
let set: FigureSetWithFigures;

beforeAll(async () => {
  scene = await packageNet(['dk', 'europol', 'mt'], { jobs: registerCrossmatchJobs });
  const { net, operationId, lead, analyst, approver } = scene;
  await approveAll(
    lead,
    approver,
    await composePackages(lead, analyst, { operationId, countries: ['MT'], targetLimit: 9 }),
  );
  await sendPackages(lead, analyst, { operationId });
  await net.settled();
  const [mt, europol] = [net.node('mt').ctx, net.node('europol').ctx];
  const [target] = (await receivedTargets(mt.db, { operationId })).targets;
  targetId = target?.targetId as TargetId;
  await recordOutcome(mt, officer('investigator'), { ...POSITIVE, operationId, targetId });
  await sendReport(mt, officer('investigator'), { operationId });
  await net.settled();
  set = await computeFigureSet(europol, officer('coordinator'), { operationId, kind: 'final' });
  const { figureSetId, digest } = set;
  await releaseFigureSet(europol, officer('press'), {
    figureSetId,
    digest,
    operationId,
    withhold: ['suspects-arrested'],
  });
});
afterAll(() => scene[Symbol.asyncDispose]());

const officer = (role: Parameters<typeof testOfficer>[0]): Actor => testOfficer(role, scene.operationId);

interface Asked {
  readonly at: string;
  readonly by: Actor;
  readonly kind: ItemKind;
  readonly id: string;
}

const chain = ({ at, by, kind, id }: Asked) =>
  chainOf(scene.net.node(at).ctx, by, { operationId: scene.operationId, kind, id });

/** Per stage: the kinds of events on its things. */
async function events(asked: Asked): Promise<Partial<Record<StageName, string[]>>> {
  const { stages } = await chain(asked);
  return Object.fromEntries(
    stages
      .filter(({ withheld, total }) => withheld === null && total > 0)
      .map(({ stage, items }) => [stage, items.flatMap((item) => item.events.map(({ kind }) => kind))]),
  );
}

test('the lead follows a target from its log to the receipt of its package, the country from its package to its report', async () => {
  const { analyst } = scene;
  expect(await events({ at: 'dk', by: analyst, kind: 'target', id: targetId })).toEqual({
    observation: ['observations.imported'],
    target: [],
    package: ['package.composed', 'package.approved', 'package.sent'],
    message: ['message.posted', 'message.sent'],
    receipt: ['message.acknowledged', 'message.acknowledged'],
  });
  const investigator = officer('investigator');
  const atHome = await events({ at: 'mt', by: investigator, kind: 'target', id: targetId });
  expect(atHome).toMatchObject({
    package: ['package.received'],
    outcome: ['casework.outcome-recorded'],
    report: ['report.sent'],
  });
  expect(atHome.message).toEqual(expect.arrayContaining(['message.received', 'message.opened']));
  expect(atHome.receipt).toContain('message.acknowledged');
  // The same, asked from its outcome.
  expect(await events({ at: 'mt', by: investigator, kind: 'outcome', id: targetId })).toEqual(atHome);
});

test('a line of the press note leads back to the reports that it counts, the packages and the log', async () => {
  const coordinator = officer('coordinator');
  const id = `${set.figureSetId}/suspects-identified`;
  const { stages } = await chain({ at: 'europol', by: coordinator, kind: 'press-line', id });
  const at = (stage: StageName) => stages.find((one) => one.stage === stage);
  expect(at('press')).toMatchObject({
    relation: 'asked',
    items: [
      { kind: 'press-note', events: [{ kind: 'results.released' }] },
      { kind: 'press-line', facts: { value: 1 } },
    ],
  });
  expect(at('figure')?.items.map(({ kind }) => kind)).toEqual(['figures', 'figure']);
  expect(at('report')).toMatchObject({
    relation: 'before',
    items: [{ events: [{ kind: 'report.received' }] }],
  });
  expect(at('package')).toMatchObject({ items: [{ facts: { country: 'MT', targets: 1 } }] });
  expect(at('target')).toMatchObject({ total: 1, items: [] });
  const withheld = await chain({
    at: 'europol',
    by: coordinator,
    kind: 'press-line',
    id: `${set.figureSetId}/suspects-arrested`,
  });
  expect(withheld.stages.at(-1)?.items.at(-1)?.facts).toMatchObject({ value: 'XX' });
});

test('every kind of thing can be asked for, and leads to the same chain', async () => {
  const system = { kind: 'system', process: 'test' } as const;
  const { stages } = await chain({ at: 'europol', by: system, kind: 'figures', id: set.figureSetId });
  const items = stages.flatMap((stage) => stage.items);
  expect(new Set(items.map(({ kind }) => kind))).toEqual(
    new Set(['import', 'package', 'message', 'receipt', 'report', 'figures', 'press-note', 'press-line']),
  );
  // A figure of nought counts no report, and leads nowhere.
  for (const { kind, id } of items.filter(({ facts }) => facts['value'] !== 0 && facts['value'] !== 'XX')) {
    const again = await chain({ at: 'europol', by: system, kind, id });
    expect(again.stages.find(({ stage }) => stage === 'observation')?.total, `${kind} ${id}`).toBe(1);
  }
  for (const kind of ITEM_KINDS)
    await expect(chain({ at: 'europol', by: system, kind, id: 'nothing_1' }), kind).rejects.toMatchObject({
      code: 'chain/item-not-found',
    });
});

test('an officer sees the stages that his roles open, of the others not even how many, and nothing without a role', async () => {
  const id = set.figureSetId;
  const { stages } = await chain({ at: 'europol', by: officer('press'), kind: 'figures', id });
  const open = stages.filter(({ withheld }) => withheld === null).map(({ stage }) => stage);
  expect(open).toEqual(['report', 'figure', 'press']);
  for (const { withheld, total, items } of stages.filter((stage) => !open.includes(stage.stage)))
    expect({ withheld: withheld?.length === 0, total, items }).toEqual({
      withheld: false,
      total: 0,
      items: [],
    });
  const asked = { at: 'europol', kind: 'figures', id } as const;
  const stranger = testOfficer('auditor', 'operation_other' as OperationId);
  await expect(chain({ ...asked, by: stranger })).rejects.toMatchObject({ code: 'access/denied' });
  await expect(chain({ at: 'mt', by: officer('press'), kind: 'target', id: targetId })).rejects.toMatchObject(
    {
      code: 'access/denied',
    },
  );
});

test('what belongs to another operation is not found in this one, whatever its id', async () => {
  const { net } = scene;
  const { operationId } = await net.operation({
    lead: 'europol',
    coordinator: 'dk',
    participants: ['mt'],
  });
  const { ctx } = net.node('europol');
  const other = testOfficer('coordinator', operationId);
  const asked = { operationId, kind: 'figures', id: set.figureSetId } as const;
  await expect(chainOf(ctx, other, asked)).rejects.toMatchObject({ code: 'chain/item-not-found' });
  const [message] = (await listEvents(ctx.db, { operationId: scene.operationId })).filter(
    ({ kind }) => kind === 'message.opened',
  );
  await expect(
    chainOf(ctx, other, { operationId, kind: 'message', id: message?.subject.id ?? '' }),
  ).rejects.toMatchObject({ code: 'chain/item-not-found' });
});

test('the file for an outsider proves each event by the key of the log alone, and is itself on record', async () => {
  const { ctx } = scene.net.node('europol');
  const coordinator = officer('coordinator');
  const asked = { operationId: scene.operationId, kind: 'figures', id: set.figureSetId } as const;
  const { bytes } = await exportChain(ctx, coordinator, asked);
  const file = JSON.parse(bytes.toString()) as {
    logKey: string;
    events: { event: string; salt: string; leafHash: string; proof: string }[];
  };
  expect(file.events.length).toBeGreaterThan(5);
  const log = readVerifierKey(file.logKey);
  for (const { event, salt, leafHash, proof } of file.events) {
    const leaf = Buffer.concat([Buffer.alloc(1), Buffer.from(salt, 'hex'), Buffer.from(event)]);
    expect(createHash('sha256').update(leaf).digest('hex')).toBe(leafHash);
    expect(() => checkTlogProof(readTlogProof(proof), leafHash, { log })).not.toThrow();
  }
  expect(bytes.toString()).not.toContain(targetId);
  const [recorded] = (await listEvents(ctx.db, { subject: asked, limit: 500 })).filter(
    ({ kind }) => kind === 'custody.chain-exported',
  );
  expect(recorded).toMatchObject({
    actor: coordinator.kind === 'officer' && coordinator.officerId,
    facts: { events: file.events.length, sha256: createHash('sha256').update(bytes).digest('hex') },
  });
});
