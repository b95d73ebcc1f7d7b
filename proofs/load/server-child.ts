/** Serves the nodes of an exercise as real ones, with officers who are to enrol: `server-child.ts SETTINGS`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addOfficer, grantRole } from '#access/officers.ts';
import type { Actor, Role } from '#access/policy.ts';
import { makeEnrolment } from '#access/sign-in/enrolment.ts';
import { openDatabaseServer } from '#assembly/database-server.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import { newId, type OfficerId } from '#core/ids.ts';
import { createExerciseClock } from '#exercise/clock.ts';
import { type ExerciseHost, newestMoment, openNodes } from '#exercise/nodes.ts';
import { COORDINATOR, LEAD_AGENCY, MOMENTS } from '#exercise/scenario.ts';
import { listOperations } from '#operations/store.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { clusterFolder } from '#platform/postgres-cluster.ts';
import { buildHostApp } from '#server/app.ts';
import { listen } from '#server/listen.ts';

export interface Served {
  readonly url: string;
  readonly agencies: number;
  readonly officers: readonly { agency: string; operationId: string; code: string }[];
}

/** So far, since the process began. */
export interface Cost {
  readonly nodeMs: number;
  readonly databaseMs: number;
  readonly readings: number;
  readonly rssBytes: number;
}

const OPERATOR: Actor = {
  kind: 'officer',
  officerId: 'operator' as OfficerId,
  name: 'Operator of this machine',
  grants: [{ role: 'administrator', operationId: null }],
};
const OFTEN = { burst: 1e6, perMinute: 1e6 };
const UNLIMITED = { 'sign-in': OFTEN, code: OFTEN, document: OFTEN, upload: OFTEN, service: OFTEN };

const { home, port, officers } = JSON.parse(process.argv.at(-1) ?? '') as {
  home: string;
  port: number;
  officers: number;
};
const { config } = readConfig({ environment: { ICARUS_DATA_DIR: home, ICARUS_HTTP_PORT: String(port) } });
const log = createLog({ level: 'error' });
const server = await openDatabaseServer(config);
const clock = createExerciseClock(MOMENTS.collectionUntil);
const baseUrl = `http://127.0.0.1:${port}`;
const origin = `http://localhost:${port}`;
const host: ExerciseHost = {
  server,
  home: join(home, 'exercise'),
  clock,
  log,
  config,
  baseUrl,
  origin,
  signedIn: false,
};
const newest = await newestMoment(host);
if (newest) clock.moveTo(newest);
const signIn = {
  origin,
  idleMinutes: 60,
  sessionHours: 12,
  passkeyModels: [],
  provider: null,
};
const app = await buildHostApp({ log, signIn, rates: UNLIMITED });
const nodes = await openNodes(host, (node) => app.add(node));
const taking: { node: OpenNode; operationId: string }[] = [];
for (const node of nodes.values()) {
  const [operation] = await listOperations(node.ctx.db);
  const { agencyId } = node.ctx.node;
  // Interpol and Eurojust take no part in the operation itself.
  if (operation && (node.ctx.node.country !== null || agencyId === COORDINATOR))
    taking.push({ node, operationId: operation.operationId });
}
const served: Served['officers'][number][] = [];
for (let index = 0; index < officers; index++) {
  const place = taking[index % taking.length];
  if (place) served.push(await officerAt(place.node, place.operationId, index));
}
await listen(app.app, config);
process.send?.({ url: baseUrl, agencies: taking.length, officers: served } satisfies Served);
process.on('message', (asked) => {
  if (asked === 'cost') void cost().then((answer) => process.send?.(answer));
  else void stop();
});
process.on('disconnect', () => process.exit(1));

/** What an officer of the agency works as; an auditor reads the log beside it. */
function rolesAt(agencyId: string): readonly Role[] {
  if (agencyId === LEAD_AGENCY) return ['lead-analyst', 'investigator', 'auditor'];
  if (agencyId === COORDINATOR) return ['coordinator', 'press', 'auditor'];
  return ['investigator', 'liaison', 'examiner', 'auditor'];
}

async function officerAt({ ctx }: OpenNode, operationId: string, index: number) {
  const { agencyId } = ctx.node;
  const officerId = newId<OfficerId>('officer', ctx.clock.now());
  await addOfficer(ctx, OPERATOR, { officerId, name: `Officer ${index}` });
  for (const role of rolesAt(agencyId))
    await grantRole(ctx, OPERATOR, { officerId, role, operationId: operationId as never });
  const { code } = await makeEnrolment(ctx, OPERATOR, officerId);
  return { agency: agencyId, operationId, code };
}

async function cost(): Promise<Cost> {
  const { user, system } = process.cpuUsage();
  let readings = 0;
  for (const { node } of taking) {
    const { total } = await node.ctx.db
      .selectFrom('consultation')
      .select(({ fn }) => fn.sum<string>('count').as('total'))
      .executeTakeFirstOrThrow();
    readings += Number(total);
  }
  return {
    nodeMs: (user + system) / 1000,
    databaseMs: await databaseMs(),
    readings,
    rssBytes: process.memoryUsage.rss(),
  };
}

/** Processor time of the database server: of its processes, and of those that have ended (proc(5), stat). */
async function databaseMs(): Promise<number> {
  const pid = (await readFile(join(clusterFolder(home), 'postmaster.pid'), 'utf8')).split('\n')[0] ?? '';
  let ticks = 0;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // pid (name) state ppid …: the name may hold anything, so from its end. 11: utime, stime, and of ended children.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = name === pid;
    if (own || fields[1] === pid)
      ticks += [11, 12, ...(own ? [13, 14] : [])].reduce((sum, at) => sum + Number(fields[at]), 0);
  }
  const TICKS_A_SECOND = 100;
  return (ticks * 1000) / TICKS_A_SECOND;
}

async function stop(): Promise<void> {
  await app.close();
  await Promise.all([...nodes.values()].map((node) => node.close()));
  await server.stop();
  process.exit(0);
}
