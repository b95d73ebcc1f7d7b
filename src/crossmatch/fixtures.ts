/** For tests: nodes that exchange selectors and reports, holdings files, packages as if they had come. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testOperation } from '#casework/fixtures.ts';
import { reportDocument } from '#casework/fixtures-content.ts';
import { reportHandler } from '#casework/receive.ts';
import { REPORT_FILE, type ReportTarget } from '#casework/report-document.ts';
import { PENDING } from '#casework/types.ts';
import type { CountryCode } from '#core/countries.ts';
import { type MessageId, newId, type OperationId, type PackageId } from '#core/ids.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { insertOperation } from '#operations/store.ts';
import type { Operation } from '#operations/types.ts';
import { targetDocument } from '#packages/fixtures-content.ts';
import { insertReceivedPackage } from '#packages/received-store.ts';
import { insertReceivedTargets } from '#packages/received-targets.ts';
import { EXERCISE_NOTICE, PACKAGE_CONTENT_FORMAT, type TargetAddress } from '#packages/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { SYSTEM, type TestNet, type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { type Hit } from './hit.ts';
import { hitsPage } from './hit-store.ts';
import { type HoldingsInput, importHoldings } from './import.ts';
import { matchOnReport, registerCrossmatchJobs } from './jobs.ts';
import type { HoldingsMapping } from './mapping.ts';
import { selectorsHandler } from './receive-selectors.ts';
import { crossmatchRoutes } from './routes.ts';
import { type SuspectInput, sendSelectors } from './send-selectors.ts';

export const MAPPING: HoldingsMapping = {
  name: 'persons',
  version: 1,
  reference: 'ref',
  network: 'network',
  minor: 'minor',
  selectors: [
    { type: 'e-mail', column: 'mail', separator: ';' },
    { type: 'phone', column: 'phone', defaultCountry: 'DK' },
    { type: 'client-id', column: 'client' },
    { type: 'address', column: 'address' },
    { type: 'nickname', column: 'nick' },
    { type: 'name-with-birth-date', column: 'name', birthDateColumn: 'born' },
  ],
};
export const HEADER = 'ref,network,minor,mail,phone,client,address,nick,name,born';

export interface PersonFields {
  readonly ref: string;
  readonly network?: string;
  readonly minor?: string;
  readonly mail?: string;
  readonly phone?: string;
  readonly client?: string;
  readonly address?: string;
  readonly nick?: string;
  readonly name?: string;
  readonly born?: string;
}

export function person(fields: PersonFields): string {
  const columns = HEADER.split(',') as (keyof PersonFields)[];
  return columns.map((column) => fields[column] ?? '').join(',');
}

export interface Scene extends AsyncDisposable {
  readonly net: TestNet;
  readonly operation: Operation;
  readonly operationId: OperationId;
  readonly coordinator: TestNode;
}

/**
 * The coordinator's node and those of `units`; each knows the operation that Denmark leads and Europol
 * coordinates, in which Denmark, Sweden and France take part.
 */
export async function scene(...units: readonly ('se' | 'fr')[]): Promise<Scene> {
  const operation = testOperation(['DK', 'SE', 'FR']);
  const net = await testNodes(['europol', ...units], {
    handlers: [selectorsHandler, matchOnReport(reportHandler)],
    jobs: registerCrossmatchJobs,
    routes: crossmatchRoutes,
  });
  for (const id of ['europol', ...units])
    await arrangeUnlogged(net.node(id).ctx.db, (tx) => insertOperation(tx, operation, net.clock.now()));
  return {
    net,
    operation,
    operationId: operation.operationId,
    coordinator: net.node('europol'),
    [Symbol.asyncDispose]: () => net[Symbol.asyncDispose](),
  };
}

export async function writeHoldings(
  ctx: NodeContext,
  lines: readonly string[],
  header = HEADER,
): Promise<string> {
  const path = join(ctx.paths.temporary, `holdings-${randomBytes(4).toString('hex')}.csv`);
  await writeFile(path, `${[header, ...lines].join('\n')}\n`);
  return path;
}

/** Imports persons on the coordinator's node and waits until they are matched. */
export async function knownPersons(
  at: Scene,
  persons: readonly PersonFields[],
  change: Partial<HoldingsInput> = {},
) {
  const { ctx } = at.coordinator;
  const path = await writeHoldings(ctx, persons.map(person));
  const result = await importHoldings(ctx, testOfficer('coordinator', at.operationId), {
    path,
    mapping: MAPPING,
    source: 'Case system',
    evaluation: { source: 'B', information: '2' },
    handling: { codes: ['H0'], text: '' },
    dataSubjectCategory: 'convicted',
    ...change,
  });
  await at.net.settled();
  return result;
}

export function suspect(suspectRef: string, change: Partial<SuspectInput> = {}): SuspectInput {
  return {
    suspectRef,
    category: 'suspect',
    minor: false,
    evaluation: { source: 'A', information: '1' },
    handling: { codes: ['H0'], text: '' },
    selectors: [{ type: 'e-mail', value: 'known@example.org' }],
    ...change,
  };
}

/** The national unit sends selectors, and everything that follows has happened. */
export async function contribute(at: Scene, agency: string, suspects: readonly SuspectInput[]) {
  const { ctx } = at.net.node(agency);
  const { operationId } = at;
  const sent = await sendSelectors(ctx, testOfficer('investigator', operationId), { operationId, suspects });
  await at.net.settled();
  return sent;
}

export interface GivenTarget {
  readonly targetId: string;
  readonly clientId: string;
  /** [address, first seen, last seen] */
  readonly addresses?: readonly (readonly [string, string, string])[];
}

/** The country's package as if it had come to the node. */
export async function givenTargets(
  ctx: NodeContext,
  operation: Operation,
  given: { country: CountryCode; targets: readonly GivenTarget[]; version?: number },
): Promise<void> {
  const { country, targets, version = 1 } = given;
  const at = ctx.clock.now();
  const packageId = newId<PackageId>('package', at);
  const documents = targets.map(({ targetId, clientId, addresses = [] }, i) =>
    targetDocument(i + 1, { targetId, clientId, country, addresses: addresses.map(targetAddress) }),
  );
  const counts = { targets: targets.length, targetsKnown: targets.length, observations: 1, addresses: 1 };
  await arrangeUnlogged(ctx.db, async (tx) => {
    await insertReceivedPackage(tx, {
      id: packageId,
      operation_id: operation.operationId,
      message_id: newId<MessageId>('message', at),
      from_agency: operation.lead,
      country,
      agency_id: country.toLowerCase(),
      version,
      supersedes: null,
      target_count: targets.length,
      observation_count: 1,
      digest: '0'.repeat(64),
      contents: {
        format: PACKAGE_CONTENT_FORMAT,
        packageId,
        version,
        supersedes: null,
        operationId: operation.operationId,
        from: operation.lead,
        to: country.toLowerCase(),
        country,
        composedAt: at.toISOString(),
        exercise: true,
        notice: EXERCISE_NOTICE,
        handling: { codes: ['H1'], text: '' },
        evaluation: { source: 'A', information: '1' },
        counts,
        ranking: { profile: 'test', words: '' },
        imports: [],
        attribution: [],
      },
      folder: 'none',
      composed_at: at,
      received_at: at,
    });
    await insertReceivedTargets(
      tx,
      documents.map((document) => ({
        package_id: packageId,
        target_id: document.targetId,
        operation_id: operation.operationId,
        country,
        rank: document.rank,
        score: document.score,
        client_id: document.clientId,
        first_seen_at: new Date(document.firstSeenAt),
        last_seen_at: new Date(document.lastSeenAt),
        document,
      })),
    );
  });
}

function targetAddress([address, from, to]: readonly [string, string, string]): TargetAddress {
  return {
    address,
    port: 6346,
    firstSeenAt: from,
    lastSeenAt: to,
    observations: 1,
    country: null,
    asn: null,
    operator: null,
    disputed: false,
    afterTheFact: false,
  };
}

/** The country's report arrives at the coordinator over the exchange, and everything that follows has happened. */
export async function report(
  at: Scene,
  country: CountryCode,
  outcomes: Readonly<Record<string, Partial<ReportTarget>>>,
  sequence: { number: number; supersedes?: string } = { number: 1 },
): Promise<string> {
  const { ctx } = at.net.node(country.toLowerCase());
  const targets = Object.entries(outcomes).map(([targetId, outcome]) => ({
    targetId,
    ...PENDING,
    ...outcome,
  }));
  const document = reportDocument(at.operation, {
    country,
    sequence: sequence.number,
    targets,
    supersedes: sequence.supersedes ?? null,
  });
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const sealed = await sealMessage(ctx, {
    kind: 'report',
    operationId: at.operationId,
    to: [at.operation.coordinator],
    entries: [
      {
        path: REPORT_FILE,
        sizeBytes: bytes.length,
        content: async function* () {
          yield bytes;
        },
      },
    ],
  });
  await inTransaction(ctx, (tx) => postMessage(ctx, tx, sealed, { actor: SYSTEM }));
  await at.net.settled();
  return document.reportId;
}

export async function hitsOf(at: Scene): Promise<Hit[]> {
  const page = { sort: 'found' as const, offset: 0, limit: 500 };
  return hitsPage(at.coordinator.ctx.db, { operationId: at.operationId }, at.net.clock.now(), page);
}
