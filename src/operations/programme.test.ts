import { expect, test } from 'vitest';
import type { Actor } from '#access/policy.ts';
import type { AgencyId, OfficerId, OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import type { Db } from '#platform/tables.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { testDatabase } from '#test/database.ts';
import { addPlanEntry, advancePlanEntry, createProgramme, linkOperation } from './programme.ts';
import { programmeOfOperation } from './programme-store.ts';
import type { PlanEntryId, ProgrammeDraft } from './programme-types.ts';
import { insertOperation } from './store.ts';

const OPERATION = 'operation_00000000000000000000000001' as OperationId;
const NOW = new Date('2011-02-01T10:00:00Z');
const COORDINATOR: Actor = {
  kind: 'officer',
  officerId: 'coordinator-1' as OfficerId,
  name: 'Coordinator',
  grants: [{ role: 'coordinator', operationId: OPERATION }],
};
const CIRCAMP: ProgrammeDraft = {
  name: 'CIRCAMP',
  purpose: 'Operations against the distribution of abuse material',
  funding: 'European Commission',
  members: [
    { name: 'Belgium', country: 'BE', agencyId: null, leads: true },
    { name: 'Europol', country: null, agencyId: 'europol' as AgencyId, leads: false },
  ],
};

async function context(db: Db) {
  await arrangeUnlogged(db, (tx) =>
    insertOperation(
      tx,
      {
        operationId: OPERATION,
        codeName: 'Icarus',
        lead: 'dk' as AgencyId,
        coordinator: 'europol' as AgencyId,
        participants: [{ agencyId: 'mt' as AgencyId, country: 'MT' }],
        startedAt: NOW,
        endedAt: null,
        handling: { codes: ['H1'], text: '' },
        disseminationHours: 24,
        exercise: true,
      },
      NOW,
    ),
  );
  return { db, clock: { now: () => NOW }, jobs: createJobQueue(db, createLog({ level: 'silent' })) };
}

test('an operation of the action plan is planned, runs and is done, one step at a time', async () => {
  await using database = await testDatabase();
  const ctx = await context(database.db);
  const { programmeId } = await createProgramme(ctx, COORDINATOR, CIRCAMP);
  const planned = await addPlanEntry(ctx, COORDINATOR, {
    programmeId,
    title: 'Peer-to-peer',
    from: '2011-01',
    to: '2011-12',
  });
  const { entryId } = planned.plan[0] ?? { entryId: '' as PlanEntryId };
  await expect(advancePlanEntry(ctx, COORDINATOR, { programmeId, entryId, state: 'done' })).rejects.toThrow(
    'planned already',
  );
  await linkOperation(ctx, COORDINATOR, { programmeId, operationId: OPERATION, entryId });
  await advancePlanEntry(ctx, COORDINATOR, { programmeId, entryId, state: 'running' });
  const done = await advancePlanEntry(ctx, COORDINATOR, { programmeId, entryId, state: 'done' });
  expect(done.plan).toEqual([
    { entryId, title: 'Peer-to-peer', from: '2011-01', to: '2011-12', state: 'done', operationId: OPERATION },
  ]);
  const events = await listEvents(ctx.db, { subject: { kind: 'programme', id: programmeId } });
  expect(events.map(({ kind }) => kind)).toEqual([
    'programme.created',
    'programme.operation-planned',
    'programme.operation-linked',
    'programme.plan-advanced',
    'programme.plan-advanced',
  ]);
});

test('an operation belongs to one programme or to none', async () => {
  await using database = await testDatabase();
  const ctx = await context(database.db);
  expect(await programmeOfOperation(ctx.db, OPERATION)).toBeUndefined();
  const first = await createProgramme(ctx, COORDINATOR, CIRCAMP);
  const second = await createProgramme(ctx, COORDINATOR, { ...CIRCAMP, name: 'Another' });
  await linkOperation(ctx, COORDINATOR, { programmeId: first.programmeId, operationId: OPERATION });
  await expect(
    linkOperation(ctx, COORDINATOR, { programmeId: second.programmeId, operationId: OPERATION }),
  ).rejects.toThrow('belongs to a programme already');
  expect((await programmeOfOperation(ctx.db, OPERATION))?.name).toBe('CIRCAMP');
});

test('refuses a programme that nobody leads, two of one name, and an officer without the role', async () => {
  await using database = await testDatabase();
  const ctx = await context(database.db);
  const leaderless = CIRCAMP.members.map((member) => ({ ...member, leads: false }));
  await expect(createProgramme(ctx, COORDINATOR, { ...CIRCAMP, members: leaderless })).rejects.toThrow(
    'exactly one member leads',
  );
  await createProgramme(ctx, COORDINATOR, CIRCAMP);
  await expect(createProgramme(ctx, COORDINATOR, CIRCAMP)).rejects.toThrow('of this name is here already');
  const investigator: Actor = {
    ...COORDINATOR,
    kind: 'officer',
    officerId: 'investigator-1' as OfficerId,
    name: 'Investigator',
    grants: [{ role: 'investigator', operationId: OPERATION }],
  };
  await expect(createProgramme(ctx, investigator, { ...CIRCAMP, name: 'Mine' })).rejects.toMatchObject({
    code: 'access/denied',
  });
});
