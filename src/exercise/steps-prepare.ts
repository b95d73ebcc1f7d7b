/** The story from an empty disk to packages that wait for approval: nodes, operation, log, targets. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Attributed, Built } from '#observations/making-schemas.ts';
import { importsOf } from '#observations/store.ts';
import { createOperation } from '#operations/create.ts';
import { listOperations } from '#operations/store.ts';
import { deskAt } from './desk-client.ts';
import { staffDesks } from './desks.ts';
import { severityList } from './log/files.ts';
import { generateLog } from './log/generate.ts';
import { EXERCISE_PROFILE } from './log/profile.ts';
import { loadAddressRegistry } from './log/registry.ts';
import { exerciseFlagTables, exerciseSnapshots } from './log/snapshots.ts';
import type { LogSummary } from './log/truth.ts';
import { exchangeCards, openNodes, SYSTEM } from './nodes.ts';
import {
  agencyIdOf,
  CODE_NAME,
  COORDINATOR,
  DISSEMINATION_HOURS,
  LEAD_AGENCY,
  MOMENTS,
  PARTICIPANTS,
} from './scenario.ts';
import { scenarioLogPlan } from './scenario-splits.ts';
import type { Step } from './story.ts';
import { uploadLog } from './upload-log.ts';
import { leadOf, logPath, operationOf, severityPath, type World } from './world.ts';

const count = (n: number): string => n.toLocaleString('en-GB');

export const beginOperation: Step<World> = {
  id: 'operation',
  title: 'The operation begins',
  words: 'The agencies exchange their cards; Denmark begins the operation, Europol coordinates.',
  async run(world) {
    const lead = leadOf(world);
    await exchangeCards(world.nodes);
    const [known] = await listOperations(lead.ctx.db);
    const operation =
      known ??
      (await createOperation(lead.ctx, SYSTEM, {
        codeName: CODE_NAME,
        lead: LEAD_AGENCY,
        coordinator: COORDINATOR,
        participants: PARTICIPANTS.map((country) => ({ agencyId: agencyIdOf(country), country })),
        startedAt: MOMENTS.collectionFrom,
        endedAt: null,
        handling: { codes: ['H1', 'H2'], text: '' },
        disseminationHours: DISSEMINATION_HOURS,
        exercise: true,
      }));
    await staffDesks(world.nodes, operation.operationId, world.host);
    return `${world.nodes.size} agencies know each other's keys; ${operation.participants.length} countries take part.`;
  },
};

export const writeLog: Step<World> = {
  id: 'log',
  title: 'A log is written',
  words: 'A synthetic observation log, the same for the same seed, with addresses of real allocations.',
  async run(world, run) {
    if (existsSync(logPath(world))) return 'The log is there already.';
    await mkdir(dirname(logPath(world)), { recursive: true });
    const registry = await loadAddressRegistry(PARTICIPANTS, run.signal);
    let summary: LogSummary | undefined;
    const rows = generateLog({
      observations: world.observations,
      seed: world.seed,
      from: MOMENTS.collectionFrom,
      until: MOMENTS.collectionUntil,
      registry,
      plan: scenarioLogPlan(),
      signal: run.signal,
      onProgress: (done) => run.progress(done, world.observations, 'rows'),
      onSummary: (made) => {
        summary = made;
      },
    });
    const temporary = `${logPath(world)}.tmp`;
    await pipeline(Readable.from(rows), createWriteStream(temporary), { signal: run.signal });
    await pipeline(Readable.from(severityList(world)), createWriteStream(severityPath(world)), {
      signal: run.signal,
    });
    await rename(temporary, logPath(world));
    return `${count(summary?.rows ?? 0)} rows of ${count(summary?.clients ?? 0)} invented clients.`;
  },
};

export const importObservations: Step<World> = {
  id: 'import',
  title: 'The log is imported',
  words: 'Every row becomes an observation, or is refused with its line and the reason.',
  async run(world, run) {
    const lead = leadOf(world);
    const analyst = await deskAt(world, lead, 'lead-analyst');
    const imported = await uploadLog(analyst, run, {
      path: logPath(world),
      profile: EXERCISE_PROFILE,
      rows: world.observations,
    });
    await analyst.send(`{op}/severity-list?fileName=${basename(severityPath(world))}`, {
      bytes: () => createReadStream(severityPath(world)),
      signal: run.signal,
    });
    const { operationId } = await operationOf(world);
    const found = (await importsOf(lead.ctx.db, operationId)).find(({ importId }) => importId === imported);
    if (!found) throw new Error('an import that is done is not listed');
    const { read, accepted, duplicate, refused } = found;
    return `${count(read)} rows read: ${count(accepted)} accepted, ${count(duplicate)} duplicate, ${count(refused)} refused.`;
  },
};

export const attributeAddresses: Step<World> = {
  id: 'attribute',
  title: 'Addresses are attributed',
  words: 'Each address gets the country and operator it belonged to, by dated sources that are kept.',
  async run(world, run) {
    const analyst = await deskAt(world, leadOf(world), 'lead-analyst');
    const folder = dirname(logPath(world));
    const validFrom = MOMENTS.collectionFrom;
    const registry = await loadAddressRegistry(PARTICIPANTS, run.signal);
    for (const table of [
      ...(await exerciseSnapshots(folder)),
      ...(await exerciseFlagTables(folder, registry)),
    ]) {
      const query = new URLSearchParams([
        ['loader', table.loader],
        ['source', table.source],
        ['fileName', basename(table.path)],
        ['validFrom', validFrom.toISOString()],
        ...Object.entries(table.columns).map(([field, column]): [string, string] => [
          'columns',
          `${field}=${column}`,
        ]),
      ]);
      await analyst.send(`{op}/attribution/snapshots?${query.toString()}`, {
        bytes: () => createReadStream(table.path),
        signal: run.signal,
      });
    }
    const result = await analyst.post<Attributed>('{op}/attribution', undefined, run.signal);
    return `${count(result.addresses)} addresses, ${count(result.unattributed)} of them unknown to every source; ${count(result.carrierNat)} behind carrier NAT, ${count(result.hosting)} of rented servers.`;
  },
};

export const rankTargets: Step<World> = {
  id: 'targets',
  title: 'Targets are ranked',
  words: 'Each client id with its addresses over time becomes a target; every score opens into words.',
  async run(world, run) {
    const analyst = await deskAt(world, leadOf(world), 'lead-analyst');
    const built = await analyst.post<Built>('{op}/targets', undefined, run.signal);
    const links = await analyst.post<{ suggestions: number }>('{op}/links', undefined, run.signal);
    return `${count(built.targets)} targets; ${count(links.suggestions)} suggestions of which may be one.`;
  },
};

export const setUpNodes: Step<World> = {
  id: 'nodes',
  title: 'Nodes are set up',
  words: 'One node for each agency: its own database, its own signing and encryption keys.',
  async run(world, run) {
    await openNodes(world.host, async (node, done, total) => {
      world.nodes.set(node.ctx.node.agencyId, node);
      await world.onNode(node);
      run.progress(done, total, 'nodes');
    });
    return `${world.nodes.size} nodes.`;
  },
};
