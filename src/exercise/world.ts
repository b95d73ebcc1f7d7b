/** What the steps of the story share. It is rebuilt from disk and databases at each start. */
import { join } from 'node:path';
import type { OpenNode } from '#assembly/open-node.ts';
import type { AgencyId, OfficerId } from '#core/ids.ts';
import { listOperations } from '#operations/store.ts';
import type { Operation } from '#operations/types.ts';
import type { ExerciseHost } from './nodes.ts';
import { COORDINATOR, LEAD_AGENCY } from './scenario.ts';

export interface World {
  readonly host: ExerciseHost;
  readonly observations: number;
  readonly seed: string;
  /** Milliseconds that a day of feedback takes; 0 = as fast as it goes. */
  readonly dayMs: number;
  /** Every node that is open, by agency. */
  readonly nodes: Map<AgencyId, OpenNode>;
  /** Cookies of the sessions that the story's officers act in. */
  readonly sessions: Map<OfficerId, string>;
  /** Tells the face that a node is there to be served. */
  onNode(node: OpenNode): Promise<void>;
}

export function leadOf(world: World): OpenNode {
  return nodeOf(world, LEAD_AGENCY);
}

export function coordinatorOf(world: World): OpenNode {
  return nodeOf(world, COORDINATOR);
}

export function nodeOf(world: World, agencyId: AgencyId): OpenNode {
  const node = world.nodes.get(agencyId);
  if (!node) throw new Error(`the node ${agencyId} is not open`);
  return node;
}

/** The exercise's one operation, as the lead recorded it. */
export async function operationOf(world: World): Promise<Operation> {
  const [operation] = await listOperations(leadOf(world).ctx.db);
  if (!operation) throw new Error('the operation has not begun');
  return operation;
}

export function logPath(world: World): string {
  return join(world.host.home, 'log', 'observations.csv');
}

export function severityPath(world: World): string {
  return join(world.host.home, 'log', 'severity.csv');
}
