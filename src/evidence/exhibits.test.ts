import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { MEETING } from '#casework/fixtures.ts';
import type { TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { exhibitChain, exhibitsOf } from './exhibit-store.ts';
import { recordExhibitAct, registerExhibit } from './exhibits.ts';
import { evidenceNode } from './fixtures.ts';

const DRAFT = {
  reference: '2011/7',
  kind: 'phone',
  seizedAt: new Date(MEETING.getTime() - 60_000),
  seizedWhere: 'a flat in Sliema',
  seizedBy: 'Officer 12',
} as const;

test('registers an exhibit once, begins its chain, and keeps names and places out of the custody log', async () => {
  await using node = await evidenceNode();
  const draft = { ...DRAFT, operationId: node.operationId, sealNumber: 'S-9' };
  const exhibit = await registerExhibit(node.ctx, node.investigator, draft);
  expect(await exhibitsOf(node.ctx.db, node.operationId)).toEqual([exhibit]);
  expect(await exhibitChain(node.ctx.db, exhibit.exhibitId)).toMatchObject([
    { sequence: 1, kind: 'seized', person: 'Officer 12', place: 'a flat in Sliema', sealNumber: 'S-9' },
  ]);
  await expect(registerExhibit(node.ctx, node.investigator, draft)).rejects.toMatchObject({
    code: 'evidence/reference-taken',
  });
  const events = await listEvents(node.ctx.db, { operationId: node.operationId });
  expect(events.map(({ kind }) => kind)).toEqual(['exhibit.registered']);
  expect(JSON.stringify(events)).not.toMatch(/Sliema|Officer 12/);
});

test('numbers the links of a chain without a gap, also when officers record at the same time', async () => {
  await using node = await evidenceNode();
  const { exhibitId } = await node.exhibit();
  const act = {
    operationId: node.operationId,
    exhibitId,
    happenedAt: MEETING,
    person: 'Examiner 3',
    place: 'laboratory',
  };
  await Promise.all(
    (['moved', 'handed-over', 'opened', 'imaged'] as const).map((kind) =>
      recordExhibitAct(node.ctx, node.examiner, { ...act, kind }),
    ),
  );
  const chain = await exhibitChain(node.ctx.db, exhibitId);
  expect(chain.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  await expect(sql`update exhibit_event set person = 'nobody'`.execute(node.ctx.db)).rejects.toThrow(
    /permission denied/,
  );
  await expect(sql`update exhibit set reference = 'other'`.execute(node.ctx.db)).rejects.toThrow(
    /permission denied/,
  );
});

test('refuses what cannot have happened, an unknown target, and an officer without the role', async () => {
  await using node = await evidenceNode();
  const draft = { ...DRAFT, operationId: node.operationId };
  const refuse = (change: object, code: string, actor = node.investigator) =>
    expect(registerExhibit(node.ctx, actor, { ...draft, ...change })).rejects.toMatchObject({ code });
  await refuse({ seizedAt: new Date(MEETING.getTime() + 60_000) }, 'evidence/exhibit-invalid');
  await refuse({ targetId: 'target_none' as TargetId }, 'evidence/target-unknown');
  await refuse({}, 'access/denied', node.auditor);
  const { exhibitId } = await registerExhibit(node.ctx, node.investigator, draft);
  const act = { operationId: node.operationId, exhibitId, person: 'A', place: 'B' };
  const record = (change: { kind: 'sealed' | 'moved' | 'destroyed'; happenedAt: Date }) =>
    recordExhibitAct(node.ctx, node.examiner, { ...act, ...change });
  const early = new Date(DRAFT.seizedAt.getTime() - 1);
  await expect(record({ kind: 'moved', happenedAt: early })).rejects.toMatchObject({
    code: 'evidence/exhibit-invalid',
  });
  await expect(record({ kind: 'sealed', happenedAt: MEETING })).rejects.toMatchObject({
    code: 'evidence/exhibit-invalid',
  });
  await record({ kind: 'destroyed', happenedAt: MEETING });
  await expect(record({ kind: 'moved', happenedAt: MEETING })).rejects.toMatchObject({
    code: 'evidence/exhibit-invalid',
  });
});
