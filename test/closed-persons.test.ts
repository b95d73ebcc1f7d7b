/** Records of victims, other parties and minors are closed to whoever does not need them: over real nodes and their routes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decideAndDo } from '#access/approvals/carry-out.ts';
import type { ProposalId } from '#access/approvals/proposal-types.ts';
import type { App } from '#access/http.ts';
import type { Actor, Role } from '#access/policy.ts';
import { ACT_HANDLERS } from '#assembly/act-handlers.ts';
import { categorise } from '#casework/categorise.ts';
import { sayRisk } from '#casework/risk-alarm.ts';
import { riskRoutes } from '#casework/risk-routes.ts';
import { caseworkRoutes } from '#casework/routes.ts';
import { sendReport } from '#casework/send-report.ts';
import { chainRoutes } from '#chain/routes.ts';
import type { DataSubject } from '#core/data-subjects.ts';
import type { TargetId } from '#core/ids.ts';
import { MAPPING, person, writeHoldings } from '#crossmatch/fixtures.ts';
import { importHoldings } from '#crossmatch/import.ts';
import { registerCrossmatchJobs } from '#crossmatch/jobs.ts';
import { crossmatchRoutes } from '#crossmatch/routes.ts';
import { registerExhibit } from '#evidence/exhibits.ts';
import { evidenceRoutes } from '#evidence/routes.ts';
import { observationRoutes } from '#observations/routes.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { receivedTargets } from '#packages/received-targets.ts';
import { packageRoutes } from '#packages/routes.ts';
import { sendPackages } from '#packages/send.ts';
import type { NodeContext } from '#platform/context.ts';
import { holdsOn, placeHold, releaseHold } from '#protection/holds.ts';
import { loadRules } from '#protection/review.ts';
import { protectionRoutes } from '#protection/routes.ts';
import { SHIPPED_RULES } from '#protection/rules.ts';
import { closedPersons } from '#server/closed-persons.ts';
import { custodyRoutes } from '#server/custody-routes.ts';
import { type EventStream, followCustody } from '#server/event-stream.ts';
import { targetHistoryRoute } from '#server/target-history.ts';
import { testOfficer } from './nodes.ts';
import { type PackageNet, packageNet } from './packages.ts';
import { servingOfficer } from './second-officer.ts';

let scene: PackageNet;
/** Of the victim, whose record is closed. */
let victim: TargetId;
/** Of a suspect, who stays open. */
let open: TargetId;
let packageId: string;
let exhibitId: string;
let hitId: string;
let reportId: string;

function routes(app: App, ctx: NodeContext): void {
  closedPersons(app, ctx);
  observationRoutes(app, ctx);
  packageRoutes(app, ctx);
  caseworkRoutes(app, ctx);
  riskRoutes(app, ctx);
  evidenceRoutes(app, ctx);
  protectionRoutes(app, ctx);
  custodyRoutes(app, ctx);
  chainRoutes(app, ctx);
  targetHistoryRoute(app, ctx);
  void app.register(async (scope) => crossmatchRoutes(scope as App, ctx));
}

const REASON = 'Found in the material that was seized at the flat';
const ctxOf = (agency: string) => scene.net.node(agency).ctx;
const officer = (role: Role, name?: string): Actor => testOfficer(role, scene.operationId, name);

async function ask(agency: string, actor: Actor, path: string, payload?: object) {
  const node = scene.net.node(agency);
  node.signedIn = actor;
  const answer = await node.app.inject({
    url: `/nodes/${agency}/api/operations/${scene.operationId}${path}`,
    ...(payload ? { method: 'POST', payload } : {}),
  });
  const json = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, text: answer.body, body: json ? answer.json() : undefined };
}

const say = (targetId: TargetId, who: DataSubject) =>
  categorise(ctxOf('pl'), officer('investigator'), {
    operationId: scene.operationId,
    targetId,
    reason: REASON,
    ...who,
  });

async function report(): Promise<void> {
  reportId = (await sendReport(ctxOf('pl'), officer('investigator'), { operationId: scene.operationId }))
    .reportId;
  await scene.net.settled();
}

beforeAll(async () => {
  scene = await packageNet(['dk', 'europol', 'pl'], { jobs: registerCrossmatchJobs, routes });
  const { lead, analyst, operationId, net } = scene;
  const composed = await composePackages(lead, analyst, { operationId, countries: ['PL'], targetLimit: 10 });
  packageId = composed[0]!.packageId;
  await approveAll(lead, scene.approver, composed);
  await sendPackages(lead, analyst, { operationId });
  await net.settled();
  const { targets } = await receivedTargets(ctxOf('pl').db, { operationId });
  [victim, open] = targets.map(({ targetId }) => targetId) as [TargetId, TargetId];
  const path = await writeHoldings(
    ctxOf('europol'),
    targets.map(({ clientId }, i) => person({ ref: `P-${i}`, client: clientId })),
  );
  await importHoldings(ctxOf('europol'), officer('coordinator'), {
    path,
    mapping: MAPPING,
    source: 'Case system',
    evaluation: { source: 'B', information: '2' },
    handling: { codes: ['H0'], text: '' },
    dataSubjectCategory: 'convicted',
  });
  const exhibit = await registerExhibit(ctxOf('pl'), officer('investigator'), {
    operationId,
    targetId: victim,
    reference: 'PL-1',
    kind: 'phone',
    description: 'A phone',
    seizedAt: net.clock.now(),
    seizedWhere: 'A flat',
    seizedBy: 'Unit 1',
  });
  exhibitId = exhibit.exhibitId;
  const rules = SHIPPED_RULES.map((rule) => ({ ...rule, inForceFrom: '2011-01-01' }));
  for (const agency of ['pl', 'europol'])
    await loadRules(ctxOf(agency), officer('approver'), JSON.stringify(rules));
  await report();
  const hits = await ask('europol', officer('coordinator'), '/crossmatch/hits');
  hitId = hits.body.rows.find((row: { sides: { targetId: string | null }[] }) =>
    row.sides.some(({ targetId }) => targetId === victim),
  ).hitId;
  await say(victim, { category: 'victim', minor: false });
  await say(open, { category: 'suspect', minor: false });
  await report();
}, 90_000);
afterAll(() => scene[Symbol.asyncDispose]());

/** Addresses that name the victim, his exhibit, or all persons of his package. */
const named = () =>
  ({
    pl: [
      [`/casework/targets/${victim}`, ['liaison', 'auditor']],
      [`/received-targets/${victim}`, ['liaison', 'auditor', 'coordinator']],
      [`/received-packages/${packageId}/dossiers/${victim}`, ['liaison', 'auditor', 'coordinator']],
      [`/received-packages/${packageId}/summary.pdf`, ['liaison', 'auditor', 'coordinator']],
      [`/received-packages/${packageId}/preservation`, ['liaison', 'auditor']],
      [`/exhibits/${exhibitId}`, ['auditor']],
      [`/targets/${victim}`, ['liaison', 'coordinator']],
      [`/targets/${victim}/observations`, ['auditor', 'coordinator']],
      [`/links?targetId=${victim}`, ['liaison']],
      [`/links/history?targetId=${victim}`, ['liaison']],
      [`/custody?subjectKind=target&subjectId=${victim}`, ['liaison', 'press']],
      [`/custody/chain?kind=target&id=${victim}`, ['liaison', 'coordinator']],
      [`/protection/holds/target/${victim}`, ['liaison', 'auditor']],
    ],
    europol: [[`/received-targets/${victim}`, ['coordinator', 'liaison', 'auditor']]],
  }) as const;

test('a route that names a victim, his exhibit or all of his package refuses whoever does not need him', async () => {
  for (const [agency, routesOf] of Object.entries(named()))
    for (const [path, roles] of routesOf)
      for (const role of roles)
        expect(await ask(agency, officer(role), path), `${role} ${path}`).toMatchObject({
          status: 403,
          body: { code: 'access/person-closed' },
        });
  for (const role of ['investigator', 'approver', 'examiner'] as const)
    expect((await ask('pl', officer(role), `/casework/targets/${victim}`)).status, role).toBe(200);
  expect((await ask('pl', officer('liaison'), `/casework/targets/${open}`)).status).toBe(200);
});

test('lists leave him out and do not count him; whoever works the case has him in them', async () => {
  const lists = [
    ['pl', '/casework/targets', 'liaison', 'investigator'],
    ['pl', '/received-targets', 'auditor', 'investigator'],
    ['europol', '/received-targets', 'coordinator', 'investigator'],
  ] as const;
  for (const [agency, path, role, who] of lists) {
    const closed = await ask(agency, officer(role), path);
    const whole = await ask(agency, officer(who), path);
    expect(closed.text, path).not.toContain(victim);
    expect(closed.text, path).toContain(open);
    expect([closed.body.total, whole.body.total], path).toEqual([1, 2]);
    expect(whole.text, path).toContain(victim);
  }
  const sums = await ask('pl', officer('liaison'), '/casework/targets');
  expect(sums.body.totals.targets).toBe(1);
  for (const [path, role, who] of [
    ['/exhibits', 'auditor', 'examiner'],
    ['/protection', 'liaison', 'data-protection-officer'],
    ['/custody?limit=500', 'press', 'investigator'],
  ] as const) {
    expect((await ask('pl', officer(role), path)).text, path).not.toContain(victim);
    expect((await ask('pl', officer(who), path)).text, path).toContain(victim);
  }
  const told = await ask('pl', officer('liaison'), `/custody/chain?kind=package&id=${packageId}`);
  expect(told.text).not.toContain(victim);
  expect(told.text).toContain(open);
});

test('coordinator and press do not see him in the report, nor the coordinator his hits', async () => {
  for (const role of ['coordinator', 'press', 'liaison', 'auditor'] as const) {
    const shown = await ask('europol', officer(role), `/reports/${reportId}`);
    expect(
      shown.body.targets.map(({ targetId }: { targetId: string }) => targetId),
      role,
    ).toEqual([open]);
    // A figure is no list: it stays as the country reported it.
    expect(shown.body.totals.targets).toBe(2);
  }
  const hits = await ask('europol', officer('coordinator'), '/crossmatch/hits');
  expect(hits.body).toMatchObject({ total: 1, withheld: 0 });
  expect(hits.text).not.toContain(victim);
  const hit = `/crossmatch/hits/${hitId}`;
  expect((await ask('europol', officer('coordinator'), hit)).body.code).toBe('crossmatch/hit-not-found');
  const decision = { decision: 'same', reason: 'One person', seenVersion: 0 };
  const decided = await ask('europol', officer('coordinator'), `${hit}/decisions`, decision);
  expect(decided.body.code).toBe('crossmatch/hit-not-found');
});

test('no notification tells of him whom he is closed to', async () => {
  const { operationId } = scene;
  const follow = async (actor: Actor): Promise<string[]> => {
    const told: string[] = [];
    const end = new AbortController();
    const stream: EventStream = {
      closed: end.signal,
      end: () => end.abort(),
      send(_event, data) {
        const { subject, kind } = data as { subject: { kind: string; id: string }; kind: string };
        if (subject.kind === 'target') told.push(subject.id);
        if (kind === 'report.sent' && told.includes(open)) end.abort();
      },
    };
    await followCustody(ctxOf('pl'), stream, { lastSeen: 0, reader: async () => actor });
    return told;
  };
  expect(await follow(testOfficer('liaison', operationId))).not.toContain(victim);
  expect(await follow(testOfficer('investigator', operationId))).toContain(victim);
});

test('a hold on him is released by its id by nobody to whom he is closed', async () => {
  const { operationId, net } = scene;
  const until = new Date(net.clock.now().getTime() + 86_400_000);
  const about = { operationId, kind: 'target', recordId: victim } as const;
  const ctx = ctxOf('pl');
  const holdId = await placeHold(ctx, officer('investigator'), { ...about, reason: 'Appeal', until });
  const release = { operationId, holdId, reason: 'Appeal was withdrawn' };
  await expect(releaseHold(ctx, officer('coordinator'), release)).rejects.toMatchObject({
    code: 'access/person-closed',
  });
  expect(await holdsOn(ctx, officer('investigator'), about)).toHaveLength(1);
  await releaseHold(ctx, officer('investigator'), release);
  expect(await holdsOn(ctx, officer('investigator'), about)).toEqual([]);
});

test('an alarm that somebody may be harmed is closed to nobody who may raise one', async () => {
  const { operationId } = scene;
  const liaison = officer('liaison');
  await sayRisk(ctxOf('pl'), liaison, { operationId, targetId: victim, state: 'raised', reason: 'Tonight' });
  expect((await ask('pl', liaison, `/risks/${victim}`)).status).toBe(200);
  expect((await ask('pl', liaison, '/risks')).text).toContain(victim);
});

test('his record is opened to one officer who justifies it, by a second officer, for thirty days', async () => {
  const { operationId, net } = scene;
  const europol = ctxOf('europol');
  const coordinator = await servingOfficer(europol, 'coordinator', operationId);
  const approver = await servingOfficer(europol, 'approver', operationId);
  const path = `/persons/${victim}/opening`;
  const why = { justification: 'Only his contacts tell whether two groups are one' };
  expect((await ask('europol', coordinator, path, { justification: 'short' })).status).toBe(422);
  expect((await ask('europol', officer('press'), path, why)).body.code).toBe('access/denied');
  const unneeded = await ask('europol', coordinator, `/persons/${open}/opening`, why);
  expect(unneeded.body.code).toBe('casework/person-open');
  const asked = await ask('europol', coordinator, path, why);
  expect(asked.status).toBe(202);
  const { proposalId, digest } = asked.body as { proposalId: ProposalId; digest: string };
  const targets = async (actor: Actor) =>
    (await ask('europol', actor, `/reports/${reportId}`)).body.targets.length as number;
  expect(await targets(coordinator)).toBe(1);
  const { problem } = await decideAndDo(europol, approver, {
    handlers: ACT_HANDLERS,
    proposalId,
    digest,
    word: 'approve',
  });
  expect(problem).toBeNull();
  expect(await targets(coordinator)).toBe(2);
  expect(await targets(officer('coordinator', 'Another coordinator'))).toBe(1);
  net.clock.advanceHours(31 * 24);
  expect(await targets(coordinator)).toBe(1);
});

test('who is matched by strict necessity shows his hit to who decides about it, and no more', async () => {
  const { operationId } = scene;
  const pl = ctxOf('pl');
  const approver = await servingOfficer(pl, 'approver', operationId);
  const investigator = await servingOfficer(pl, 'investigator', operationId);
  const proposed = await ask('pl', investigator, `/casework/targets/${victim}/category`, {
    category: 'victim',
    minor: false,
    reason: REASON,
    necessity: 'Only his line leads to whoever harmed him',
  });
  const { proposalId, digest } = proposed.body as { proposalId: ProposalId; digest: string };
  await decideAndDo(pl, approver, { handlers: ACT_HANDLERS, proposalId, digest, word: 'approve' });
  await report();
  expect((await ask('europol', officer('coordinator'), '/crossmatch/hits')).body.total).toBe(2);
  expect((await ask('europol', officer('coordinator'), `/received-targets/${victim}`)).status).toBe(403);
});
