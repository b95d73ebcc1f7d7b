/**
 * One real node that leads an operation, coordinates it and works its country, with a victim whom every room has something
 * on, and two officers: one whose roles do not open him, one whose roles do.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { insertReason } from '#access/consultation/reason.ts';
import { GRANTABLE_ROLES, type Role } from '#access/policy.ts';
import { MESSAGE_HANDLERS, registerRoomJobs } from '#assembly/rooms.ts';
import { categorise } from '#casework/categorise.ts';
import { recordOutcome } from '#casework/record.ts';
import { sayRisk } from '#casework/risk-alarm.ts';
import { sendReport } from '#casework/send-report.ts';
import { PENDING } from '#casework/types.ts';
import type { AgencyId, OperationId, TargetId } from '#core/ids.ts';
import { decideHit } from '#crossmatch/decide.ts';
import { MAPPING, person, suspect, writeHoldings } from '#crossmatch/fixtures.ts';
import { hitsPage } from '#crossmatch/hit-store.ts';
import { importHoldings } from '#crossmatch/import.ts';
import { networks } from '#crossmatch/networks.ts';
import { sendSelectors } from '#crossmatch/send-selectors.ts';
import { registerExhibit } from '#evidence/exhibits.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import { importLog } from '#observations/import/import.ts';
import { decideLink } from '#observations/links/decide.ts';
import { suggestLinks } from '#observations/links/suggest.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { noteKnown } from '#observations/targets/prior-knowledge.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { mergeTargets, splitTargets } from '#packages/merge-targets.ts';
import { recordRequestSent, requestsOfPackage } from '#packages/preservation.ts';
import { receivedTargets } from '#packages/received-targets.ts';
import { sendPackages } from '#packages/send.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { type Cluster, clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import { askErasure } from '#protection/ask-erasure.ts';
import { placeHold } from '#protection/holds.ts';
import { loadRules } from '#protection/review.ts';
import { SHIPPED_RULES } from '#protection/rules.ts';
import { askPermission } from '#referrals/ask-permission.ts';
import { draftEurojust } from '#referrals/eurojust.ts';
import { syntheticItems } from '#referrals/fixtures.ts';
import { prepareIcse } from '#referrals/prepare-icse.ts';
import { computeFigureSet } from '#results/compute.ts';
import { signedIn } from './access-node.ts';
import { arrangeUnlogged, installCustodyProbe } from './custody-probe.ts';
import type { TestDatabase } from './database.ts';
import { type TestNet, testClock, testNodes, testOfficer } from './nodes.ts';
import { officerWithKey } from './officer-with-key.ts';
import { LOG_PROFILE } from './packages.ts';
import { quickFolder } from './quick-folder.ts';

/** Roles that do not open the records of victims, other parties and minors. */
export const CLOSED_ROLES = ['coordinator', 'liaison', 'auditor', 'press'] as const satisfies Role[];

export interface Officer {
  /** The file of his key. */
  readonly key: string;
  /** Of his session in the pages. */
  readonly cookie: string;
}

export interface ClosedScene extends AsyncDisposable {
  readonly ctx: NodeContext;
  readonly databaseUrl: string;
  readonly ownerUrl: string;
  /** Data directory of the node. */
  readonly home: string;
  readonly operationId: OperationId;
  /** Has every role that does not open the victim's record. */
  readonly outsider: Officer;
  /** Has every role that is granted on an operation. */
  readonly insider: Officer;
  /** Ids of the victim and of what is his alone. */
  readonly his: Readonly<Record<'target' | 'client' | 'exhibit' | 'hit', string>>;
  /** A target that is open to everybody and may be one with the victim, as rules suggest. */
  readonly neighbour: string;
  /** Ids of things by what a route or command calls them. */
  readonly ids: Readonly<Record<string, string>>;
}

/** The scene, on a database that keeps what is committed, as commands want it. */
export async function closedScene(): Promise<ClosedScene> {
  await using made = new AsyncDisposableStack();
  const folder = await mkdtemp(join(await quickFolder(), 'icarus-closed-'));
  made.defer(async () => {
    await rm(clusterFolder(folder), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });
  // As root, PostgreSQL runs as another user, who must be able to walk in.
  await chmod(folder, 0o711);
  const cluster = await openCluster({ dataDir: folder });
  made.defer(() => cluster.stop());
  const net = made.use(
    await testNodes(['dk', 'europol'], {
      handlers: MESSAGE_HANDLERS,
      jobs: registerRoomJobs,
      clock: testClock(new Date().toISOString()),
      database: () => onCluster(cluster),
    }),
  );
  const roles = { lead: 'dk', coordinator: 'europol', participants: ['dk', 'mt'] };
  const { operationId } = await net.operation(roles);
  const node = net.node('dk');
  const { ctx } = node;
  const scene = { net, ctx, operationId, folder };
  const targets = await observed(scene);
  const packageId = await packaged(scene);
  // No operation is led and coordinated by one agency: one node has what two would.
  await arrangeUnlogged(ctx.db, (tx) => tx.updateTable('operation').set({ coordinator: 'dk' }).execute());
  const found = await worked(scene, targets);
  await protectedBy(scene, targets.victim);
  const referred = await referredOn(scene, targets.victim);
  const officers = await staffed(scene);
  // What failed on the way here has taken all of it away again.
  const kept = made.move();
  return {
    ctx,
    operationId,
    databaseUrl: node.database.url,
    ownerUrl: node.database.ownerUrl,
    home: node.home,
    ...officers,
    his: { target: targets.victim, client: VICTIM, exhibit: found.exhibit, hit: found.hit },
    neighbour: targets.twin,
    ids: { other: targets.open, package: packageId, ...found, ...referred },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function onCluster(cluster: Cluster): Promise<TestDatabase> {
  const name = `closed_${randomBytes(6).toString('hex')}`;
  const ownerUrl = cluster.url(name);
  await createDatabase(cluster.url('postgres'), name);
  await migrate(ownerUrl);
  await installCustodyProbe(ownerUrl);
  const url = cluster.nodeUrl(name);
  const db = openDatabase({ url, poolSize: 1 });
  return { db, url, ownerUrl, [Symbol.asyncDispose]: () => db.destroy() };
}

interface Scene {
  readonly net: TestNet;
  readonly ctx: NodeContext;
  readonly operationId: OperationId;
  readonly folder: string;
}

interface Targets {
  readonly victim: TargetId;
  readonly open: TargetId;
  readonly twin: TargetId;
}

const VICTIM = 'client-of-the-victim';
const OPEN = 'client-of-nobody-else';
const TWIN = 'client-of-a-twin';

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

/** The twin follows the victim at one address and port, so that the two are suggested to be one. */
async function observed({ net, ctx, operationId, folder }: Scene): Promise<Targets> {
  const analyst = testOfficer('lead-analyst', operationId);
  const row = (days: number, address: string, client: string, file: number) =>
    `${daysAgo(days)},${address},40001,${client},Wire/1,${String(file).padStart(40, '0')},1000,direct-browse`;
  const log = join(folder, 'log.csv');
  await writeFile(
    log,
    [
      'time,ip,port,guid,software,hash,size,grade',
      row(12, '203.0.113.5', VICTIM, 1),
      row(11, '203.0.113.5', VICTIM, 2),
      row(9, '203.0.113.5', TWIN, 1),
      row(8, '203.0.113.5', TWIN, 2),
      row(5, '203.0.113.6', OPEN, 3),
      '',
    ].join('\n'),
  );
  const ranges = join(folder, 'ranges.csv');
  await writeFile(ranges, 'first,last,country,asn,operator\n203.0.113.0,203.0.113.255,DK,64502,Fiber\n');
  await importLog(ctx, analyst, { operationId, path: log, profile: LOG_PROFILE });
  await loadSnapshot(ctx, analyst, {
    operationId,
    loader: 'range-csv',
    paths: [ranges],
    columns: { start: 'first', end: 'last', country: 'country', asn: 'asn', operator: 'operator' },
    source: 'test ranges',
    validFrom: new Date(daysAgo(30)),
  });
  await attribute(ctx, analyst, { operationId });
  await buildTargets(ctx, analyst, { operationId });
  await suggestLinks(ctx, analyst, { operationId });
  await composeAndSend({ ctx, operationId });
  await net.settled();
  const { targets } = await receivedTargets(ctx.db, { operationId });
  const of = (client: string) => targets.find(({ clientId }) => clientId === client)?.targetId as TargetId;
  const found = { victim: of(VICTIM), open: of(OPEN), twin: of(TWIN) };
  await inTransaction(ctx, (tx) =>
    noteKnown(ctx, tx, analyst, { operationId, targetId: found.victim, reason: 'Of an earlier case' }),
  );
  const reason = 'One handle in the chat logs';
  const both = [found.victim, found.twin] as const;
  const { mergeId } = await mergeTargets(ctx, analyst, {
    operationId,
    targetIds: both,
    reason,
    packagesSeen: true,
  });
  await splitTargets(ctx, analyst, { operationId, mergeId, reason: 'Two brothers', packagesSeen: true });
  await decideLink(ctx, analyst, {
    operationId,
    targetIds: [found.victim, found.open],
    decision: 'dismissed',
    reason: 'A household of students',
  });
  return found;
}

async function composeAndSend({ ctx, operationId }: Pick<Scene, 'ctx' | 'operationId'>): Promise<void> {
  const analyst = testOfficer('lead-analyst', operationId);
  const composed = await composePackages(ctx, analyst, { operationId, countries: ['DK'], targetLimit: 10 });
  await approveAll(ctx, testOfficer('approver', operationId), composed);
  await sendPackages(ctx, analyst, { operationId });
}

async function packaged({ ctx, operationId }: Scene): Promise<string> {
  const { targets } = await receivedTargets(ctx.db, { operationId });
  const packageId = targets[0]!.packageId;
  const investigator = testOfficer('investigator', operationId);
  const [request] = await requestsOfPackage(ctx, investigator, { operationId, packageId });
  await recordRequestSent(ctx, investigator, {
    operationId,
    packageId,
    name: request!.request.name,
    sentAt: ctx.clock.now(),
    note: '77/2011',
  });
  return packageId;
}

async function worked(scene: Scene, { victim, open }: Targets): Promise<Record<string, string> & Found> {
  const { net, ctx, operationId } = scene;
  const investigator = testOfficer('investigator', operationId);
  const coordinator = testOfficer('coordinator', operationId);
  const path = await writeHoldings(ctx, [
    person({ ref: 'P-1', client: VICTIM, mail: 'one@example.org' }),
    person({ ref: 'P-2', client: OPEN }),
  ]);
  await importHoldings(ctx, coordinator, {
    path,
    mapping: MAPPING,
    source: 'Case system',
    evaluation: { source: 'B', information: '2' },
    handling: { codes: ['H0'], text: '' },
    dataSubjectCategory: 'convicted',
  });
  for (const targetId of [victim, open])
    await recordOutcome(ctx, investigator, { ...PENDING, operationId, targetId, note: 'At work' });
  await sendSelectors(ctx, investigator, {
    operationId,
    suspects: [
      suspect('DK-1', { targetId: victim, selectors: [{ type: 'e-mail', value: 'one@example.org' }] }),
    ],
  });
  await sendReport(ctx, investigator, { operationId });
  await net.settled();
  const exhibit = await registerExhibit(ctx, investigator, {
    operationId,
    targetId: victim,
    reference: 'DK-2011-1/1',
    kind: 'phone',
    description: 'A phone',
    seizedAt: ctx.clock.now(),
    seizedWhere: 'A flat',
    seizedBy: 'Unit 1',
  });
  const page = { sort: 'found', offset: 0, limit: 10 } as const;
  const hits = await hitsPage(ctx.db, { operationId }, ctx.clock.now(), page);
  for (const { hitId } of hits)
    await decideHit(ctx, coordinator, {
      operationId,
      hitId,
      decision: 'same',
      reason: 'One',
      seenVersion: 0,
    });
  const hit = hits.find(({ sides }) =>
    sides.some(({ kind, targetId }) => kind === 'target' && targetId === victim),
  );
  const found = await networks(ctx.db, { operationId }, ctx.clock.now());
  const network = found.find(({ members }) => members.some(({ targetId }) => targetId === victim));
  const reason = 'Found in the material that was seized at the flat';
  for (const [targetId, category] of [
    [victim, 'victim'],
    [open, 'suspect'],
  ] as const)
    await categorise(ctx, investigator, { operationId, targetId, category, minor: false, reason });
  const report = await sendReport(ctx, investigator, { operationId });
  await net.settled();
  const { figureSetId } = await computeFigureSet(ctx, coordinator, { operationId, kind: 'provisional' });
  return {
    exhibit: exhibit.exhibitId,
    hit: hit!.hitId,
    network: network!.networkId,
    report: report.reportId,
    message: report.messageId,
    figures: figureSetId,
  };
}

interface Found {
  readonly exhibit: string;
  readonly hit: string;
}

async function protectedBy({ ctx, operationId }: Scene, victim: TargetId): Promise<void> {
  const investigator = testOfficer('investigator', operationId);
  const rules = SHIPPED_RULES.map((rule) => ({ ...rule, inForceFrom: '2011-01-01' }));
  await loadRules(ctx, testOfficer('approver', operationId), JSON.stringify(rules));
  const target = { operationId, kind: 'target', recordId: victim } as const;
  const until = new Date(Date.now() + 30 * 86_400_000);
  await askErasure(ctx, investigator, { ...target, because: 'court-order', legalBasis: 'Court, 7-2026' });
  await placeHold(ctx, investigator, { ...target, until, reason: 'The trial is in spring' });
  await sayRisk(ctx, investigator, { operationId, targetId: victim, state: 'raised', reason: 'Tonight' });
}

async function referredOn({ ctx, operationId }: Scene, victim: TargetId): Promise<Record<string, string>> {
  const investigator = testOfficer('investigator', operationId);
  const request = await draftEurojust(ctx, investigator, {
    operationId,
    countries: ['DK', 'MT'],
    need: 'Coordination',
    legalBasis: 'Regulation (EU) 2018/1727 Art. 2',
    sources: [{ kind: 'target', id: victim, provider: 'mt', handling: { codes: ['H1'], text: '' } }],
    deadlineAt: new Date(Date.now() + 86_400_000),
  });
  const { permissionId } = await askPermission(ctx, investigator, {
    operationId,
    kind: 'eurojust',
    referralId: request.requestId,
    provider: 'mt' as AgencyId,
    code: 'H1',
    purpose: 'Coordination at Eurojust',
    dueAt: new Date(Date.now() + 86_400_000),
    way: 'otherwise',
  });
  const series = await prepareIcse(ctx, testOfficer('coordinator', operationId), {
    operationId,
    name: 'Series 1',
    caseReference: 'MT-2011-1',
    onBehalfOf: 'mt' as AgencyId,
    items: syntheticItems(0, 3),
  });
  return { request: request.requestId, permission: permissionId, series: series.seriesId };
}

async function staffed({
  ctx,
  operationId,
  folder,
}: Scene): Promise<Record<'outsider' | 'insider', Officer>> {
  const roles = {
    outsider: CLOSED_ROLES,
    insider: GRANTABLE_ROLES.filter((role) => role !== 'administrator'),
  };
  const serving = async (name: keyof typeof roles): Promise<Officer> => {
    let officer: Officer | undefined;
    await arrangeUnlogged(ctx.db, async (tx) => {
      const { officerId, key } = await officerWithKey(tx, { name, roles: roles[name], operationId, folder });
      const { token, sessionId } = await signedIn(tx, officerId);
      const reason = 'Every route is asked and every command given';
      await insertReason(tx, officerId, { sessionId, operationId, reason }, new Date());
      officer = { key, cookie: `__Host-icarus_dk=${token}` };
    });
    if (!officer) throw new Error(`${name} does not serve`);
    return officer;
  };
  return { outsider: await serving('outsider'), insider: await serving('insider') };
}
