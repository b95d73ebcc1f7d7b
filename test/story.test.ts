/**
 * The whole operation with every desk's officer signed in: real command, real nodes, real messages over loopback,
 * a passkey for each officer, and every act a request to his node. test/browser-story.test.ts plays it with the
 * desk chooser.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RisksPage } from '#casework/risk-routes.ts';
import type { HitsPage, NetworksPage } from '#crossmatch/schemas.ts';
import type { ExhibitRow, Summary } from '#evidence/schemas.ts';
import { desksOf } from '#exercise/desks.ts';
import { databaseName } from '#exercise/nodes.ts';
import { AGENCIES } from '#exercise/scenario.ts';
import type { MeetingsPage } from '#operations/meeting-schemas.ts';
import type { ProgrammesPage } from '#operations/programme-schemas.ts';
import { openDatabase } from '#platform/database.ts';
import { runningCluster } from '#platform/postgres-cluster.ts';
import type { EurojustPage, IcsePage, PermissionsPage } from '#referrals/schemas.ts';
import type { Board, FigureSetDetail } from '#results/schemas.ts';
import { type DeskClient, type RunningExercise, startExercise } from './exercise.ts';
import { ACTS_OF, type CustodyEvent, DONE_BY, eventsOf, mayDo, readerOf } from './story-acts.ts';

const OBSERVATIONS = 8_000;

let exercise: RunningExercise;
let operationId: string;
let coordinator: DeskClient;
let press: DeskClient;

beforeAll(async () => {
  const first = await startExercise({ observations: OBSERVATIONS, signedIn: true });
  await first.reached('approve');
  // The power goes while packages are on their way.
  await first.kill();
  exercise = await startExercise({ observations: OBSERVATIONS, signedIn: true, again: first });
  await exercise.reached('final');
  coordinator = await exercise.desk('europol', 'coordinator');
  press = await exercise.desk('europol', 'press');
  const { operations } = await coordinator.get<{ operations: { operationId: string }[] }>('/operations');
  operationId = operations[0]?.operationId ?? '';
}, 400_000);

afterAll(async () => {
  await exercise?.[Symbol.asyncDispose]();
}, 60_000);

async function figureSet(kind: 'provisional' | 'final'): Promise<FigureSetDetail> {
  const { sets } = await press.get<{ sets: { figureSetId: string; kind: string }[] }>(
    `/operations/${operationId}/figures`,
  );
  const found = sets.filter((set) => set.kind === kind);
  expect(found).toHaveLength(1);
  return press.get(`/operations/${operationId}/figures/${found[0]?.figureSetId}`);
}

/** Every event of the operation in the desk's custody log, in its order; of one kind where named. */
async function custodyOf(desk: DeskClient, kind?: string): Promise<CustodyEvent[]> {
  const all = await eventsOf(desk, operationId);
  return kind === undefined ? all : all.filter((event) => event.kind === kind);
}

function valueOf(set: FigureSetDetail, figureId: string): number | undefined {
  return set.figures.find((figure) => figure.figureId === figureId)?.value;
}

test('every node’s database held the custody probe: no act of the story changed anything without an event', async () => {
  const cluster = await runningCluster(exercise.dataDir);
  const probed = async (database: string): Promise<boolean> => {
    const db = openDatabase({ url: cluster?.url(database) ?? '', role: 'owner', poolSize: 1 });
    try {
      const { rows } = await sql<{ there: boolean }>`
        select to_regnamespace('custody_probe') is not null as there`.execute(db);
      return rows.every(({ there }) => there);
    } finally {
      await db.destroy();
    }
  };
  for (const { agencyId } of AGENCIES) expect(await probed(databaseName(agencyId)), agencyId).toBe(true);
});

test('the provisional figures are the published ones: 220 suspects, 101 of them arrested, 17 countries', async () => {
  const set = await figureSet('provisional');
  expect(valueOf(set, 'suspects-identified')).toBe(220);
  expect(valueOf(set, 'suspects-arrested')).toBe(101);
  expect(valueOf(set, 'countries-positive')).toBe(17);
});

test('the final figures are the published ones: 112 arrested, 269 suspects, 22 of 26 countries', async () => {
  const set = await figureSet('final');
  expect(valueOf(set, 'suspects-identified')).toBe(269);
  expect(valueOf(set, 'suspects-arrested')).toBe(112);
  expect(valueOf(set, 'countries-positive')).toBe(22);
  expect(valueOf(set, 'countries-participating')).toBe(26);
});

test('both sets are released, by another officer than the one who computed them', async () => {
  for (const kind of ['provisional', 'final'] as const) {
    const { computedBy, release } = await figureSet(kind);
    expect(release?.releasedBy).toBe('europol-press');
    expect(computedBy).toBe('europol-coordinator');
  }
});

test('every figure of a released set opens to the reports that it counts, and their shares sum to it', async () => {
  for (const kind of ['provisional', 'final'] as const) {
    const set = await figureSet(kind);
    const reports = new Set(set.reports.map(({ reportId }) => reportId));
    expect(reports.size).toBeGreaterThan(16);
    for (const figure of set.figures) {
      expect(
        figure.shares.reduce((sum, share) => sum + share.share, 0),
        figure.figureId,
      ).toBe(figure.value);
      for (const share of figure.shares)
        if (share.reportId !== null) expect(reports).toContain(share.reportId);
    }
  }
});

test('the press note of the final set is a Word file and a PDF', async () => {
  const set = await figureSet('final');
  for (const [format, magic] of [
    ['docx', 'PK'],
    ['pdf', '%PDF-'],
  ] as const) {
    const note = await press.ask(
      `/operations/${operationId}/figures/${set.figureSetId}/press-note.${format}`,
    );
    expect(note.status).toBe(200);
    expect(note.headers.get('content-disposition')).toContain('attachment');
    expect(
      Buffer.from(await note.arrayBuffer())
        .subarray(0, magic.length)
        .toString(),
    ).toBe(magic);
  }
});

test('every package was acknowledged by its country, and the 24-hour clock has stopped in time', async () => {
  const board = await coordinator.get<Board>(`/operations/${operationId}/board`);
  expect(board.countries).toHaveLength(26);
  expect(board.countries.map(({ package: { state } }) => state)).toEqual(Array(26).fill('acknowledged'));
  const { stoppedAt, deadlineAt } = board.clock;
  expect(stoppedAt).not.toBeNull();
  expect(Date.parse(String(stoppedAt))).toBeLessThan(Date.parse(String(deadlineAt)));
});

test('Malta had one target, not actionable at first; a correction superseded that', async () => {
  const investigator = await exercise.desk('mt', 'investigator');
  const { total } = await investigator.get<{ total: number }>(`/operations/${operationId}/casework/targets`);
  expect(total).toBe(1);
  const provisional = await figureSet('provisional');
  const final = await figureSet('final');
  const shareOf = (set: FigureSetDetail, figureId: string): number | undefined =>
    set.figures.find((figure) => figure.figureId === figureId)?.shares.find(({ country }) => country === 'MT')
      ?.share;
  expect(shareOf(provisional, 'countries-not-actionable')).toBe(1);
  expect(shareOf(final, 'countries-positive')).toBe(1);
});

test('the programme CIRCAMP holds the operation, and its minutes say that the packages were released', async () => {
  const analyst = await exercise.desk('dk', 'analyst');
  const { programmes } = await analyst.get<ProgrammesPage>('/programmes');
  expect(programmes).toMatchObject([{ name: 'CIRCAMP', operations: [{ operationId, codeName: 'Icarus' }] }]);
  expect(programmes[0]?.members.find(({ leads }) => leads)).toMatchObject({ country: 'BE' });
  expect(programmes[0]?.plan[0]).toMatchObject({ title: 'Operation Icarus', state: 'running', operationId });
  const { meetings, release } = await analyst.get<MeetingsPage>(`/operations/${operationId}/meetings`);
  expect(meetings).toMatchObject([
    { state: 'minutes-approved', place: 'Europol, The Hague', startsAt: '2011-09-21T09:00:00.000Z' },
  ]);
  const [meeting] = meetings;
  expect(meeting?.decisions.map(({ text }) => text)).toContain(
    'Europol runs the exchange of information and the collection of results.',
  );
  expect(release?.decisionId).toBe(meeting?.decisions.at(-1)?.decisionId);
  const posted = (await custodyOf(analyst, 'package.sent')).map(({ at }) => Date.parse(at));
  expect(Math.min(...posted)).toBeGreaterThan(Date.parse(release?.recordedAt ?? ''));
  const minutes = await analyst.ask(`/operations/${operationId}/meetings/${meeting?.meetingId}/minutes.docx`);
  expect(minutes.status).toBe(200);
  expect(Buffer.from(await minutes.arrayBuffer()).toString('latin1', 0, 2)).toBe('PK');
});

test('the alarm of imminent risk reached the coordinator at once and was cleared after the arrest', async () => {
  const investigator = await exercise.desk('be', 'investigator');
  const { rows } = await investigator.get<{ rows: { targetId: string }[] }>(
    `/operations/${operationId}/casework/targets?flag=imminent-risk`,
  );
  expect(rows).toHaveLength(1);
  const { risks } = await coordinator.get<RisksPage>(`/operations/${operationId}/risks/${rows[0]?.targetId}`);
  expect(risks.map(({ state, raisedAt }) => [state, raisedAt.slice(0, 13)])).toEqual([
    ['cleared', '2011-09-23T05'],
    ['raised', '2011-09-22T19'],
  ]);
  expect(risks[1]).toMatchObject({ raisedByAgency: 'be', raisedBy: 'be-investigator', country: 'BE' });
  expect(await coordinator.get<RisksPage>(`/operations/${operationId}/risks`)).toEqual({ risks: [] });
});

test("the files of each examined device add up, and Denmark's report is a PDF", async () => {
  for (const country of ['dk', 'se', 'be']) {
    const examiner = await exercise.desk(country, 'investigator');
    const exhibits = await examiner.get<ExhibitRow[]>(`/operations/${operationId}/exhibits`);
    const exhibit = exhibits.find(({ reference }) => reference.endsWith('/1'));
    const path = `/operations/${operationId}/exhibits/${exhibit?.exhibitId}`;
    const { inventory } = await examiner.get<Summary>(`${path}/summary`);
    const totals = inventory?.totals;
    if (!totals) throw new Error(`${country} has no inventory`);
    const { known, ofInterest, benign, unknown, hashed, notExamined, seen } = totals;
    expect(known.files + ofInterest.files + benign.files + unknown.files).toBe(hashed.files);
    expect(hashed.files + notExamined).toBe(seen);
    expect(totals.notExaminedByReason).toEqual([{ reason: 'link', files: 1 }]);
    expect(totals.byCategory.map(({ category }) => category)).toEqual(
      expect.arrayContaining(['A', 'B', 'C']),
    );
    expect(benign.files).toBe(20);
    const report = await examiner.ask(`${path}/report.pdf`);
    expect(Buffer.from(await report.arrayBuffer()).toString('latin1', 0, 5)).toBe('%PDF-');
  }
});

test('the known offender is confirmed, a resemblance is not, and one value is too common to say anything', async () => {
  const { rows, tooCommon } = await coordinator.get<HitsPage>(
    `/operations/${operationId}/crossmatch/hits?limit=500`,
  );
  const between = (one: string, other: string) =>
    rows.find(({ sides }) => [one, other].every((side) => sides.some(({ reference }) => reference === side)));
  expect(between('SE-1', 'Person 0042')).toMatchObject({ standing: 'known', current: { decision: 'same' } });
  expect(between('AT-1', 'Person 0777')?.current?.decision).toBe('not-same');
  expect(between('IE-1', 'Person 0900')?.current?.decision).toBe('unsure');
  expect(tooCommon).toMatchObject([{ type: 'nickname', value: 'anonymous' }]);
  expect(rows.flatMap(({ sides }) => sides).map(({ reference }) => reference)).not.toContain('NO-2');
});

test('a known network is touched, and a group over three countries is new', async () => {
  const { rows } = await coordinator.get<NetworksPage>(`/operations/${operationId}/crossmatch/networks`);
  const of = (kind: string) => rows.filter((network) => network.kind === kind);
  expect(of('known-network')).toMatchObject([{ names: ['Network Kestrel (invented)'], countries: ['FR'] }]);
  expect(of('new-group')).toMatchObject([{ persons: 3, countries: ['DE', 'ES', 'PL'], names: [] }]);
  expect(
    of('single')
      .map(({ countries }) => countries.join())
      .sort(),
  ).toEqual(['FI', 'SE']);
});

test('Sweden referred its series, and the coordinator was refused the same files', async () => {
  const sweden = await exercise.desk('se', 'investigator');
  const own = await sweden.get<IcsePage>(`/operations/${operationId}/referrals/icse`);
  expect(own.series).toMatchObject([{ state: 'confirmed', onBehalfOf: null }]);
  const again = await coordinator.get<IcsePage>(`/operations/${operationId}/referrals/icse`);
  const [refused] = again.series;
  const itemCount = own.series[0]?.itemCount;
  expect(again.series).toMatchObject([
    { state: 'claim-refused', onBehalfOf: 'se', itemCount, overlapCount: itemCount, sent: null },
  ]);
  expect(refused?.seriesDigest).toBe(own.series[0]?.seriesDigest);
  expect(again.claims.map(({ agencyId, state }) => `${agencyId} ${state}`).sort()).toEqual([
    'europol refused',
    'se granted',
  ]);
  expect(await custodyOf(coordinator, 'referral.claim-refused')).toHaveLength(1);
  const interpol = await exercise.desk('interpol', 'investigator');
  const came = await interpol.get<IcsePage>(`/operations/${operationId}/referrals/icse`);
  expect(came.received).toMatchObject([{ from: 'se', itemCount }]);
});

test("Germany's request to Eurojust went out only after Denmark had permitted it, and was answered", async () => {
  const germany = await exercise.desk('de', 'investigator');
  const { requests } = await germany.get<EurojustPage>(`/operations/${operationId}/referrals/eurojust`);
  expect(requests).toMatchObject([
    { state: 'answered', countries: ['DE', 'ES', 'PL'], missingPermissions: [] },
  ]);
  const { permissions } = await germany.get<PermissionsPage>(
    `/operations/${operationId}/referrals/permissions`,
  );
  expect(permissions.map(({ provider, code, granted }) => `${provider} ${code} ${granted}`).sort()).toEqual([
    'dk H1 true',
    'dk H2 true',
  ]);
  const acts = await custodyOf(germany);
  const [granted, sent] = ['referral.permission-granted', 'referral.sent'].map((kind) =>
    acts.findLastIndex((act) => act.kind === kind),
  );
  expect(granted).toBeGreaterThan(-1);
  expect(sent).toBeGreaterThan(granted ?? Number.POSITIVE_INFINITY);
});

test('the same act can be followed in the custody log of sender and recipient', async () => {
  const analyst = await exercise.desk('dk', 'analyst');
  const events = await analyst.get<{ kind: string }[]>(`/operations/${operationId}/custody?limit=500`);
  const kinds = new Set(events.map(({ kind }) => kind));
  for (const kind of [
    'operation.created',
    'observations.imported',
    'package.approved',
    'package.sent',
    'message.posted',
  ]) {
    expect(kinds, kind).toContain(kind);
  }
});

test('every act of the story was the act of the officer of that role, and no other did any of it', async () => {
  const strange: string[] = [];
  const done = new Set<string>();
  for (const agency of AGENCIES) {
    const { agencyId } = agency;
    const events = await eventsOf(await exercise.desk(agencyId, readerOf(agency)), operationId);
    for (const { kind, actor } of events) {
      // Messages go with the acts that send them; documents were read by the tests before this one.
      const besides = /^(message|consultation)\.|-(read|printed)$/.test(kind);
      if (!actor.startsWith(`${agencyId}-`) || besides) continue;
      const desk = actor.slice(agencyId.length + 1);
      if (DONE_BY[kind]?.includes(desk)) done.add(`${kind} ${desk}`);
      else strange.push(`${agencyId}: ${kind} by ${desk}`);
    }
  }
  expect(strange).toEqual([]);
  for (const [kind, desks] of Object.entries(DONE_BY))
    for (const desk of desks) expect(done, `${kind} by ${desk}`).toContain(`${kind} ${desk}`);
}, 120_000);

test('every officer signed in with a passkey and has the role of his desk alone; none gets to another’s act', async () => {
  const wrong: string[] = [];
  for (const agency of AGENCIES) {
    for (const { desk, roles } of desksOf(agency, { signedIn: true })) {
      const officer = await exercise.desk(agency.agencyId, desk);
      expect(officer.cookie).toMatch(/^__Host-/);
      const { roles: held } = await officer.get<{ roles: object[] }>('/session');
      expect(held).toEqual(roles.map((role) => ({ role, operationId })));
      for (const act of ACTS_OF.filter((one) => !roles.some((role) => mayDo(one, role)))) {
        const answer = await officer.ask(act.path.replace('{op}', `/operations/${operationId}`), {
          method: 'POST',
        });
        const { code } = (await answer.json()) as { code?: string };
        if (answer.status !== 403 || code !== 'access/denied')
          wrong.push(`${officer.cookie}: ${act.path}: ${answer.status} ${code}`);
      }
    }
  }
  expect(wrong).toEqual([]);
}, 180_000);

test('there is no desk to choose', async () => {
  const taken = await fetch(`${exercise.url}/api/desk`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ agencyId: 'dk', officerId: 'dk-analyst' }),
  });
  expect(taken.status).toBe(404);
  const hosted = (await (await fetch(`${exercise.url}/api/nodes`)).json()) as {
    choosesDesk: boolean;
    nodes: { desks: unknown[] }[];
  };
  expect(hosted.choosesDesk).toBe(false);
  expect(hosted.nodes.flatMap(({ desks }) => desks)).toEqual([]);
});

test('nobody reads without a desk, nobody acts beyond his role', async () => {
  const stranger = await fetch(`${exercise.url}/nodes/europol/api/operations/${operationId}/board`);
  expect(stranger.status).toBe(401);
  expect(await stranger.json()).toMatchObject({ code: 'access/sign-in-required' });
  const set = await figureSet('final');
  const release = await coordinator.ask(`/operations/${operationId}/figures/${set.figureSetId}/release`, {
    method: 'POST',
    body: { digest: set.digest },
  });
  expect(release.status).toBe(403);
});

test('the terminal tells each step once and closes with the address to open', () => {
  expect(exercise.printed()).toContain('269 suspects identified');
  expect(exercise.printed()).toContain(`Look at every desk at ${exercise.origin}`);
});

test('a reset begins again with new nodes, and the terminal tells the story anew', async () => {
  const before = exercise.printed().length;
  const reset = await fetch(`${exercise.url}/api/exercise/reset`, { method: 'POST' });
  expect(reset.status).toBe(200);
  expect(((await reset.json()) as { steps: { state: string }[] }).steps.at(-1)?.state).toBe('waiting');
  await exercise.reached('operation');
  expect(exercise.printed().slice(before)).toContain('Nodes are set up');
}, 120_000);

test('Ctrl-C ends the exercise, also while pages are open', async () => {
  // Since the reset officers sign in anew, the coordinator's first.
  const { cookie } = await firstIn(() => exercise.desk('europol', 'auditor'));
  const open = await Promise.all([
    fetch(`${exercise.url}/api/exercise/events`),
    fetch(`${exercise.url}/nodes/europol/api/events`, { headers: { cookie } }),
  ]);
  expect(open.map(({ status }) => status)).toEqual([200, 200]);
  expect(await exercise.stop()).toBe(0);
}, 60_000);

async function firstIn(comeIn: () => Promise<DeskClient>): Promise<DeskClient> {
  for (;;) {
    const desk = await comeIn().catch(() => undefined);
    if (desk) return desk;
    await sleep(200);
  }
}
