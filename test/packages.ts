/** Nodes with an operation whose lead knows targets in three countries, for tests of packages and what comes after. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '#access/http.ts';
import type { Actor } from '#access/policy.ts';
import { MESSAGE_HANDLERS } from '#assembly/rooms.ts';
import type { OperationId } from '#core/ids.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import { importLog } from '#observations/import/import.ts';
import type { ImportProfile } from '#observations/import/profile.ts';
import { linkRoutes } from '#observations/links/routes.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { loadSeverityList } from '#observations/targets/severity.ts';
import type { Operation } from '#operations/types.ts';
import { packageRoutes } from '#packages/routes.ts';
import type { NodeContext } from '#platform/context.ts';
import { type TestNet, type TestNetOptions, testNodes, testOfficer } from './nodes.ts';

export const LOG_PROFILE: ImportProfile = {
  name: 'test-tool',
  version: 1,
  fields: {
    time: { column: 'time' },
    address: { column: 'ip' },
    port: { column: 'port' },
    clientId: { column: 'guid' },
    software: { column: 'software' },
    fileHash: { column: 'hash' },
    fileSize: { column: 'size' },
    grade: { column: 'grade' },
  },
  time: { format: 'iso' },
};

const hash = (n: number) => n.toString(16).padStart(40, '0');

/** Poland: three clients, one of hearsay only. Malta: one. Denmark: one. Sweden takes no part. */
const LOG = [
  'time,ip,port,guid,software,hash,size,grade',
  `2011-09-18T10:00:00Z,192.0.2.1,40001,client-aa01,=HYPERLINK("x"),${hash(1)},1000,direct-browse`,
  `2011-09-19T10:00:05Z,192.0.2.2,40002,client-aa01,=HYPERLINK("x"),${hash(2)},1000,direct-transfer`,
  `2011-09-19T11:00:00Z,192.0.2.9,6346,client-aa02,Wire/1,${hash(2)},1000,direct-browse`,
  `2011-09-20T11:00:00Z,192.0.2.10,6346,client-aa03,Wire/1,${hash(3)},1000,hearsay`,
  `2011-09-10T09:30:00Z,198.51.100.7,6346,client-bb01,Wire/1,${hash(1)},1000,direct-browse`,
  `2011-09-11T09:30:00Z,203.0.113.5,,client-cc01,Wire/1,${hash(4)},1000,direct-browse`,
  `2011-09-11T09:30:00Z,203.0.113.200,,client-dd01,Wire/1,${hash(4)},1000,direct-browse`,
];

/** Each network's operator, named in the letters of its country. */
export const POLISH_OPERATOR = 'Łódzka Sieć Świętokrzyska';
const RANGES = [
  'first,last,country,asn,operator',
  `192.0.2.0,192.0.2.255,PL,64500,${POLISH_OPERATOR}`,
  '198.51.100.0,198.51.100.255,MT,64501,Ħaż-Żebbuġ Net',
  '203.0.113.0,203.0.113.127,DK,64502,Ærø Fiber',
  '203.0.113.128,203.0.113.255,SE,64503,Åre Bredband',
];

export interface PackageNet extends AsyncDisposable {
  readonly net: TestNet;
  readonly operation: Operation;
  readonly operationId: OperationId;
  /** The lead's node, where the targets are. */
  readonly lead: NodeContext;
  /** Composes and sends. */
  readonly analyst: Actor;
  readonly approver: Actor;
}

function roomRoutes(app: App, ctx: NodeContext): void {
  packageRoutes(app, ctx);
  linkRoutes(app, ctx);
}

/**
 * Denmark leads, Europol coordinates; Malta and Poland take part. Denmark's node has built its targets.
 * @param agencies those that have a node. Default: the lead alone, for what happens before sending
 */
export async function packageNet(
  agencies: readonly string[] = ['dk'],
  options: Pick<TestNetOptions, 'jobs' | 'routes'> = {},
): Promise<PackageNet> {
  const net = await testNodes(agencies, { handlers: MESSAGE_HANDLERS, routes: roomRoutes, ...options });
  const operation = await net.operation({
    lead: 'dk',
    coordinator: 'europol',
    participants: ['dk', 'mt', 'pl'],
  });
  const { operationId } = operation;
  const analyst = testOfficer('lead-analyst', operationId);
  await fillTargets(net.node('dk').ctx, analyst, operationId);
  return {
    net,
    operation,
    operationId,
    analyst,
    approver: testOfficer('approver', operationId),
    get lead() {
      return net.node('dk').ctx;
    },
    [Symbol.asyncDispose]: () => net[Symbol.asyncDispose](),
  };
}

async function fillTargets(ctx: NodeContext, actor: Actor, operationId: OperationId): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-packages-'));
  try {
    const write = async (name: string, lines: readonly string[]) => {
      const path = join(folder, name);
      await writeFile(path, `${lines.join('\n')}\n`);
      return path;
    };
    await importLog(ctx, actor, { operationId, path: await write('log.csv', LOG), profile: LOG_PROFILE });
    await loadSnapshot(ctx, actor, {
      operationId,
      loader: 'range-csv',
      paths: [await write('ranges.csv', RANGES)],
      columns: { start: 'first', end: 'last', country: 'country', asn: 'asn', operator: 'operator' },
      source: 'test ranges',
      validFrom: new Date('2011-09-01T00:00:00Z'),
    });
    await loadSeverityList(ctx, actor, {
      operationId,
      path: await write('codes.csv', ['hash,code', `${hash(1)},A`]),
    });
    await attribute(ctx, actor, { operationId });
    await buildTargets(ctx, actor, { operationId });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
