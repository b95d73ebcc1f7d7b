/**
 * The nodes of an exercise: lead, coordinator, participants, Interpol and Eurojust, each with its own database, keys and
 * folder, all in this process. Opening them again finds what is there.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '#access/policy.ts';
import type { DatabaseServer } from '#assembly/database-server.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { listEvents, newestSequence } from '#custody/record.ts';
import { addCard, exportCard, ownCard } from '#operations/cards.ts';
import { initNode } from '#operations/node.ts';
import type { Config } from '#platform/config.ts';
import { openDatabase } from '#platform/database.ts';
import type { Log } from '#platform/log.ts';
import { dropDatabase } from '#platform/migrate.ts';
import { THIS_MACHINE } from '#platform/outgoing.ts';
import { EUROJUST, INTERPOL } from '#referrals/types.ts';
import type { ExerciseClock } from './clock.ts';
import { AGENCIES, COORDINATOR, LEAD_AGENCY, type ScenarioAgency } from './scenario.ts';

export interface ExerciseHost {
  readonly server: DatabaseServer;
  /** Folder of the exercise; a node's folder is `nodes/<agency>` below it. */
  readonly home: string;
  readonly clock: ExerciseClock;
  readonly log: Log;
  readonly config: Config;
  /** Where the process listens, for the agencies' cards. */
  readonly baseUrl: string;
  /** Every officer signs in with a passkey; else desks are chosen, without one. */
  readonly signedIn: boolean;
  /** Where browsers see the pages: passkeys are bound to it. */
  readonly origin: string;
}

const KNOWN_TO_ALL: ReadonlySet<AgencyId> = new Set([LEAD_AGENCY, COORDINATOR, INTERPOL, EUROJUST]);
const POOL_SIZE = 4;
/** Jobs are woken when they are enqueued; thirty nodes that ask every second besides would keep a core busy. */
const POLL_SECONDS = 5;
/** The database that every node's is a clone of. */
export const TEMPLATE = 'icarus_exercise_template';
export const SYSTEM: Actor = { kind: 'system', process: 'exercise' };

export function databaseName(agencyId: AgencyId): string {
  return `icarus_exercise_${agencyId.replaceAll('-', '_')}`;
}

/** Opens every node, setting up those that are not there yet. */
export async function openNodes(
  host: ExerciseHost,
  onNode: (node: OpenNode, done: number, total: number) => Promise<void>,
): Promise<Map<AgencyId, OpenNode>> {
  await host.server.ready(TEMPLATE);
  const nodes = new Map<AgencyId, OpenNode>();
  for (const agency of AGENCIES) {
    const node = await openOne(host, agency);
    nodes.set(agency.agencyId, node);
    await onNode(node, nodes.size, AGENCIES.length);
  }
  return nodes;
}

async function openOne(host: ExerciseHost, agency: ScenarioAgency): Promise<OpenNode> {
  const home = join(host.home, 'nodes', agency.agencyId);
  const { url: databaseUrl } = await host.server.ready(databaseName(agency.agencyId), TEMPLATE);
  await initNode({
    home,
    databaseUrl,
    identity: { agencyId: agency.agencyId, name: agency.name, country: agency.country },
    clock: host.clock,
    address: host.baseUrl,
    exercise: true,
  }).catch((error: unknown) => {
    // Set up by a run before this one.
    if (!isIcarusError(error, 'node/exists')) throw error;
  });
  const node = await openNode({
    home,
    databaseUrl,
    clock: host.clock,
    log: host.log,
    // All of an exercise is on this machine.
    config: { ...host.config, outgoingNetworks: THIS_MACHINE },
    poolSize: POOL_SIZE,
    pollSeconds: POLL_SECONDS,
  });
  const { address } = await ownCard(node.ctx.db);
  if (address === host.baseUrl) return node;
  await node.close();
  throw new IcarusError('exercise/other-address', { address: address ?? 'no address' });
}

/**
 * The newest moment that any node's custody log states: the exercise's time has been there, and must not
 * go back behind it, or what was sealed then would seem to come from the future.
 */
export async function newestMoment(host: Pick<ExerciseHost, 'server'>): Promise<Date | undefined> {
  let newest: Date | undefined;
  for (const { agencyId } of AGENCIES) {
    const { url } = await host.server.ready(databaseName(agencyId), TEMPLATE);
    const db = openDatabase({ url, poolSize: 1 });
    try {
      const after = (await newestSequence(db)) - 1;
      for (const { at } of await listEvents(db, { after })) if (!newest || at > newest) newest = at;
    } finally {
      await db.destroy();
    }
  }
  return newest;
}

/**
 * Exchanges cards as the agencies would: lead, coordinator, Interpol and Eurojust know everyone, a unit
 * knows these four.
 */
export async function exchangeCards(nodes: ReadonlyMap<AgencyId, OpenNode>): Promise<void> {
  const cards = new Map<AgencyId, string>();
  for (const [agencyId, node] of nodes) cards.set(agencyId, await exportCard(node.ctx.db));
  for (const [agencyId, node] of nodes) {
    for (const [other, card] of cards) {
      if (other !== agencyId && (KNOWN_TO_ALL.has(agencyId) || KNOWN_TO_ALL.has(other)))
        await addCard(node.ctx, SYSTEM, card);
    }
  }
}

/** Deletes databases and folders of every node, and the template they were cloned from. They must be closed. */
export async function deleteNodes(host: Pick<ExerciseHost, 'server' | 'home'>): Promise<void> {
  const ownerUrl = host.server.requireOwner();
  await dropDatabase(ownerUrl, TEMPLATE);
  for (const { agencyId } of AGENCIES) await dropDatabase(ownerUrl, databaseName(agencyId));
  for (const made of ['nodes', 'passkeys']) await rm(join(host.home, made), { recursive: true, force: true });
}
