/** For tests: nodes with real keys and folders on databases given, an operation, packages that came. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, Role } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import { type AgencyId, type MessageId, newId, type OfficerId, type OperationId } from '#core/ids.ts';
import { type Exchange, openExchange } from '#exchange/exchange.ts';
import { addFile } from '#exchange/files.ts';
import type { OpenedMessage } from '#exchange/kinds.ts';
import { openMessage } from '#exchange/open.ts';
import { initNode, loadNodeKeys } from '#operations/node.ts';
import { insertOperation, listAgencies, upsertAgency } from '#operations/store.ts';
import type { Operation } from '#operations/types.ts';
import { type NodeContext, type NodeIdentity, nodePaths } from '#platform/context.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import { THIS_MACHINE } from '#platform/outgoing.ts';
import type { Db } from '#platform/tables.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { reportHandler } from './receive.ts';
import { REPORT_FILE, type ReportDocument } from './report-document.ts';

export const MEETING = new Date('2011-09-21T09:00:00Z');

/** A clock that a test moves. */
function handClock(start = MEETING): { now(): Date; set(at: Date): void; advance(ms: number): void } {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    set: (to) => {
      at = to.getTime();
    },
    advance: (ms) => {
      at += ms;
    },
  };
}
type HandClock = ReturnType<typeof handClock>;

/** Denmark leads, Europol coordinates, Denmark, Malta and Norway take part. */
export function testOperation(countries: readonly CountryCode[] = ['DK', 'MT', 'NO']): Operation {
  return {
    operationId: newId<OperationId>('operation', MEETING),
    codeName: 'Icarus',
    lead: 'dk' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants: countries.map((country) => ({ agencyId: country.toLowerCase() as AgencyId, country })),
    startedAt: MEETING,
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  };
}

export function officer(name: string, role: Role, operation: Operation): Actor & { kind: 'officer' } {
  return {
    kind: 'officer',
    officerId: name as OfficerId,
    name: `Officer ${name}`,
    grants: [{ role, operationId: operation.operationId }],
  };
}

export interface TestNode extends AsyncDisposable {
  readonly ctx: NodeContext;
  readonly exchange: Exchange;
  readonly clock: HandClock;
}

/** A node that was set up and knows the operation; its jobs are enqueued and run by nobody. */
export async function testNode(
  database: { db: Db; url: string },
  agency: string,
  operation: Operation,
): Promise<TestNode> {
  const home = await mkdtemp(join(tmpdir(), 'icarus-casework-'));
  const clock = handClock();
  const country = operation.participants.find(({ agencyId }) => agencyId === agency)?.country ?? null;
  const identity: NodeIdentity = {
    agencyId: agency as AgencyId,
    name: country ? `National unit ${country}` : 'Europol',
    country,
  };
  await initNode({ home, databaseUrl: database.url, identity, clock, address: null });
  const paths = await nodePaths(home);
  const log = createLog({ level: 'silent' });
  const jobs = createJobQueue(database.db, log);
  const ctx: NodeContext = {
    node: identity,
    db: database.db,
    clock,
    log,
    jobs,
    keys: await loadNodeKeys(paths),
    paths,
  };
  const exchange = await openExchange(ctx, [reportHandler], {
    messageLimitBytes: 1e9,
    deliveryTimeoutMs: 1000,
    outgoingNetworks: THIS_MACHINE,
  });
  await jobs.start({ work: false });
  await arrangeUnlogged(database.db, (tx) => insertOperation(tx, operation, clock.now()));
  return {
    ctx,
    exchange,
    clock,
    async [Symbol.asyncDispose]() {
      await jobs.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Each node learns the others' cards. */
export async function acquaint(...nodes: readonly TestNode[]): Promise<void> {
  for (const node of nodes) {
    const card = (await listAgencies(node.ctx.db)).find(({ own }) => own);
    if (!card) continue;
    for (const other of nodes)
      if (other !== node)
        await arrangeUnlogged(other.ctx.db, (tx) => upsertAgency(tx, { ...card, own: false }));
  }
}

/** Takes a sealed message from one node's outbox to another, where it is opened. */
export async function carry(messageId: MessageId, from: TestNode, to: TestNode): Promise<void> {
  const courier: Actor = { kind: 'system', process: 'test' };
  await addFile(to.exchange, courier, join(from.ctx.paths.outbox, `${messageId}.icarus`));
  await openMessage(to.exchange, { messageId }, AbortSignal.timeout(10_000));
}

/** Gives a report to the coordinator's handler as the exchange does: opened, in a transaction. */
export async function receiveReport(
  node: TestNode,
  document: ReportDocument,
  from = document.agencyId,
): Promise<void> {
  const folder = await mkdtemp(join(node.ctx.paths.opened, 'report-'));
  const text = JSON.stringify(document);
  await writeFile(join(folder, REPORT_FILE), text);
  const message: OpenedMessage = {
    messageId: newId<MessageId>('message', node.clock.now()),
    kind: 'report',
    from: from as AgencyId,
    to: [node.ctx.node.agencyId],
    operationId: document.operationId as OperationId,
    createdAt: new Date(document.createdAt),
    contentDigest: '0'.repeat(128),
    folder,
    files: [{ path: REPORT_FILE, sizeBytes: Buffer.byteLength(text), sha512: '0'.repeat(128) }],
  };
  await node.ctx.db.transaction().execute((tx) => reportHandler.receive(node.ctx, tx, message));
}
