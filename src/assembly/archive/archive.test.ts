/** A node with its own server, its archive, and the moments that it can be brought back to. */
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveCheck } from '#assembly/condition/types.ts';
import type { AgencyId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import { importLog } from '#observations/import/import.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { noteKnown } from '#observations/targets/prior-knowledge.ts';
import { listTargets } from '#observations/targets/target-reader.ts';
import { createOperation } from '#operations/create.ts';
import { inTransaction } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { approveErasure, askErasure } from '#protection/ask-erasure.ts';
import { eraseRecord } from '#protection/erase.ts';
import { testOfficer } from '#test/nodes.ts';
import { LOG_PROFILE } from '#test/packages.ts';
import { noteFailure } from './archiver.ts';
import { type ArchivedNode, archivedNode, officersOf } from './fixtures.ts';
import { LOG_FOLDER, reachOf, readArchive } from './layout.ts';
import { openArchive } from './open-archive.ts';
import { archiveSpans } from './spans.ts';
import { readStanding } from './standing.ts';

/** The client id of a person, and what is noted of him. */
const SECRET = 'zebra-quartz-41507';

let archived: ArchivedNode;
let began: Date;
let first: Date;
let second: Date;

beforeAll(async () => {
  archived = await archivedNode();
  began = await archived.act('before');
  await archived.round();
  first = await archived.act('first');
  await archived.round();
  second = await archived.act('second');
  await archived.act('third');
  await rm(join(archived.node.ctx.paths.inbox, 'first'));
  await archived.round();
}, 60_000);
afterAll(async () => {
  await archived?.[Symbol.asyncDispose]();
});

const choose = (to: Date, folder = 'archive') => openArchive(archived.place(folder), archived.withKeys(), to);

test('a node comes back as it was between two acts: the first is there, the second not, and its log holds', async () => {
  const { place, restore, look } = archived;
  const restored = await restore(second, 'again');
  expect(restored.custodySize).toBeGreaterThanOrEqual(3);
  await look('again', async (opened) => {
    expect(await officersOf(opened)).toEqual(['before', 'first', 'second']);
    const [last] = (await listEvents(opened.ctx.db, {})).slice(-1);
    expect(last).toMatchObject({
      kind: 'node.restored',
      facts: { backupAt: second.toISOString(), custodySize: restored.custodySize },
    });
    expect(await readdir(opened.ctx.paths.inbox)).toEqual(
      expect.arrayContaining(['before', 'first', 'second']),
    );
    const [was, is] = [join(place('node'), 'inbox/second'), join(place('again'), 'inbox/second')];
    expect(await readFile(is)).toEqual(await readFile(was));
  });
  await expect(restore(first, 'again')).rejects.toMatchObject({ code: 'backup/node-exists' });
}, 60_000);

test('a moment before the oldest, after the newest, or of an own server is refused, and the reach is said', async () => {
  const [oldest] = await readArchive(archived.place('archive'));
  const { from, until } = reachOf(oldest!);
  const reach = `from ${from.toISOString()} to ${until?.toISOString()}`;
  await expect(choose(began)).rejects.toMatchObject({ code: 'archive/not-kept', details: { reach } });
  const late = new Date(Date.now() + 3_600_000);
  await expect(choose(late)).rejects.toMatchObject({ code: 'archive/not-yet', details: { reach } });
  const request = archived.request(second, 'external');
  const { restoreTo } = await import('./restore-to.ts');
  await expect(
    restoreTo({ ...request, config: { ...request.config, databaseUrl: 'postgres://db.internal/icarus' } }),
  ).rejects.toMatchObject({ code: 'archive/not-embedded' });
});

test('a piece that is missing is named by the server’s own file, and moments before it can still be brought back', async () => {
  const { place } = archived;
  await cp(place('archive'), place('gap'), { recursive: true });
  const [generation] = await readArchive(place('gap'));
  const missing = generation!.pieces[1]!;
  await rm(join(generation!.folder, LOG_FOLDER, missing.file));
  const segment = expect.stringMatching(/^00000001[0-9A-F]{16}$/);
  await expect(choose(second, 'gap')).rejects.toMatchObject({ code: 'archive/gap', details: { segment } });
  const before = generation!.pieces[0]!.until;
  expect((await choose(before, 'gap')).pieces).toHaveLength(1);
  expect(await archiveSpans(place('gap'), place('register'))).toMatchObject([
    { until: before.toISOString(), gap: segment, key: 'there' },
  ]);
});

test.each([
  ['the copy of the database', 'base.age'],
  ['a piece of the log', LOG_FOLDER],
  ['a file of the node', 'files'],
])('where %s was changed, nothing is restored and no node starts', async (_, below) => {
  const { place, restore } = archived;
  await cp(place('archive'), place('changed'), { recursive: true });
  const [generation] = await readArchive(place('changed'));
  const folder = join(generation!.folder, below);
  const path = below.endsWith('.age') ? folder : join(folder, (await readdir(folder)).sort()[0]!);
  const bytes = await readFile(path);
  bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
  await writeFile(path, bytes);
  const code = 'backup/damaged';
  await expect(restore(second, 'changed-node', 'changed')).rejects.toMatchObject({
    code,
    details: { place: path },
  });
  expect(await readdir(place('changed-node'))).toContain('.restoring');
  await rm(place('changed'), { recursive: true });
});

test('an archive that cannot be written says so, and goes on without a gap when it can', async () => {
  const { place, round, node, options } = archived;
  await rename(place('archive'), place('away'));
  const failure = await round().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'archive/unreachable' });
  await noteFailure(node.ctx, options.target!, failure);
  const standing = await readStanding(node.ctx.paths.home);
  expect(archiveCheck(standing, Date.now())).toMatchObject({
    state: 'degraded',
    says: expect.stringContaining(place('archive')),
  });
  const meanwhile = await archived.act('meanwhile');
  await rename(place('away'), place('archive'));
  await round();
  expect(archiveCheck(await readStanding(node.ctx.paths.home), Date.now()).state).toBe('ok');
  // A gap before it would have been refused.
  expect((await choose(meanwhile)).pieces.length).toBeGreaterThan(1);
});

test('where the server has dropped its log, the archive begins anew, and moments of before stay', async () => {
  const { place, round, options, act } = archived;
  const owner = openDatabase({ url: options.ownerUrl, role: 'owner', poolSize: 1 });
  await sql`select pg_drop_replication_slot('icarus_archive')`.execute(owner);
  await owner.destroy();
  await act('lost');
  await round();
  const after = await act('after');
  await round();
  expect(await readArchive(place('archive'))).toHaveLength(2);
  expect((await choose(second)).generation.folder).not.toBe((await choose(after)).generation.folder);
});

test('an erasure ends the archive: no moment before it comes back, and what was erased is nowhere that a key opens', async () => {
  const { node, place, round, whereArchived, act } = archived;
  const { ctx } = node;
  const lead = testOfficer('lead-analyst', null);
  const operation = await createOperation(ctx, lead, {
    codeName: 'Icarus',
    lead: 'mt' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants: [{ agencyId: 'mt' as AgencyId, country: 'MT' }],
    startedAt: new Date('2011-09-01T00:00:00Z'),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  const { operationId } = operation;
  const analyst = testOfficer('lead-analyst', operationId);
  const lines = [
    'time,ip,port,guid,software,hash,size,grade',
    `2011-09-19T10:00:00Z,192.0.2.77,40077,${SECRET},Wire/1,${'ab'.repeat(20)},1000,direct-browse`,
  ];
  await writeFile(place('log.csv'), `${lines.join('\n')}\n`);
  await importLog(ctx, analyst, { operationId, path: place('log.csv'), profile: LOG_PROFILE });
  await writeFile(
    place('ranges.csv'),
    'first,last,country,asn,operator\n192.0.2.0,192.0.2.255,MT,64500,Test\n',
  );
  await loadSnapshot(ctx, analyst, {
    operationId,
    loader: 'range-csv',
    paths: [place('ranges.csv')],
    columns: { start: 'first', end: 'last', country: 'country', asn: 'asn', operator: 'operator' },
    source: 'test ranges',
    validFrom: new Date('2011-09-01T00:00:00Z'),
  });
  await attribute(ctx, analyst, { operationId });
  await buildTargets(ctx, analyst, { operationId });
  const [target] = await listTargets(ctx, { operationId });
  const { targetId } = target!;
  await inTransaction(ctx, (tx) =>
    noteKnown(ctx, tx, analyst, { operationId, targetId, reason: `Known as ${SECRET}` }),
  );
  const known = await act('known');
  await round();
  expect(await whereArchived(SECRET)).toEqual(
    expect.arrayContaining([expect.stringContaining('/log/'), expect.stringContaining('/files/')]),
  );

  const ask = { operationId, kind: 'target', recordId: targetId } as const;
  const law = { because: 'court-order', legalBasis: 'Court of Valletta, 7-2011' } as const;
  const asked = await askErasure(ctx, testOfficer('investigator', operationId), { ...ask, ...law });
  const { erasureId, digest } = asked;
  await approveErasure(ctx, testOfficer('approver', operationId), { operationId, erasureId, digest });
  await eraseRecord(ctx, { erasureId });
  expect(await whereArchived(SECRET)).toEqual([]);
  for (const moment of [second, known])
    await expect(choose(moment)).rejects.toMatchObject({ code: 'archive/closed' });

  await round();
  const after = await act('erased');
  await round();
  expect(await whereArchived(SECRET)).toEqual([]);
  expect(await readArchive(place('archive'))).toHaveLength(1);
  await expect(choose(known)).rejects.toMatchObject({ code: 'archive/not-kept' });
  expect((await choose(after)).pieces.length).toBeGreaterThan(0);
}, 60_000);
