/**
 * One process of a node in the crash harness: the exchange with all that drives it (dispatcher, jobs, watch,
 * custody sequencer), and for a node's server its way in over HTTP; the other rooms are left out, so that a
 * process starts fast. Beside them stand three kinds of messages whose handlers write what they took in into a
 * table that nothing keeps from being written twice. Orders come from the harness, which is told only
 * after the commit. It lives until it is killed.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { sql } from 'kysely';
import type { App } from '#access/http.ts';
import { systemClock } from '#core/clock.ts';
import type { OperationId } from '#core/ids.ts';
import { startSequencer } from '#custody/sequencer.ts';
import { type Exchange, openExchange } from '#exchange/exchange.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { exchangeRoutes } from '#exchange/peer-routes.ts';
import { resumeExchange } from '#exchange/resume.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { watchExchange } from '#exchange/watch.ts';
import { requireOwnAgency } from '#operations/cards.ts';
import { loadNodeKeys } from '#operations/node.ts';
import { inTransaction, type NodeContext, nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import { THIS_MACHINE } from '#platform/outgoing.ts';
import type { PackageEntry } from '#seal/seal.ts';
import { handleError } from '#server/error-handler.ts';
import { listen } from '#server/listen.ts';
import { contentOf, fileName, KEY_FILE, KINDS, type Order, type Word } from './messages.ts';

/** Given by the harness as JSON in the last argument. */
export interface ChildSettings {
  readonly role: 'node' | 'worker';
  readonly home: string;
  readonly databaseUrl: string;
  readonly operationId: OperationId;
  readonly httpPort: number;
  readonly logFile: string;
}

const ACTOR = { kind: 'system', process: 'chaos' } as const;

function handlerOf(kind: string): MessageHandler {
  return {
    kind,
    async receive(ctx, tx, message) {
      const hash = createHash('sha256');
      const parts = message.files.filter(({ path }) => path !== KEY_FILE);
      for (const { path } of parts) hash.update(await readFile(join(message.folder, path)));
      const key = await readFile(join(message.folder, KEY_FILE), 'utf8');
      await sql`insert into chaos_effect (message_id, kind, key, digest, at)
        values (${message.messageId}, ${kind}, ${key}, ${hash.digest('hex')}, ${ctx.clock.now()})`.execute(
        tx,
      );
    },
  };
}

function* entriesOf({ key, files, fileBytes }: Order): Generator<PackageEntry> {
  const name = Buffer.from(key, 'utf8');
  yield { path: KEY_FILE, sizeBytes: name.length, content: () => once(name) };
  for (let index = 0; index < files; index++) {
    const content = () => once(contentOf(key, index, fileBytes));
    yield { path: fileName(index), sizeBytes: fileBytes, content };
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

async function obey(ctx: NodeContext, operationId: OperationId, order: Order): Promise<Word> {
  const { key, kind, to } = order;
  try {
    const sealed = await sealMessage(ctx, { kind, operationId, to, entries: entriesOf(order) });
    await inTransaction(ctx, (tx) => postMessage(ctx, tx, sealed, { actor: ACTOR }));
    return { say: 'posted', key, messageId: sealed.messageId, sha256: sealed.sha256 };
  } catch (error) {
    return { say: 'failed', key, reason: error instanceof Error ? error.message : String(error) };
  }
}

function tell(word: Word): void {
  if (process.connected) process.send?.(word);
}

/** As `openNode` does for all rooms. */
async function openLeanNode({ home, databaseUrl, logFile }: ChildSettings): Promise<Exchange> {
  const log = createLog({ level: 'warn', file: logFile });
  const db = openDatabase({ url: databaseUrl, poolSize: 6 });
  const { agencyId, name, country } = await requireOwnAgency(db);
  const paths = await nodePaths(home);
  const jobs = createJobQueue(db, log);
  const keys = await loadNodeKeys(paths);
  const ctx: NodeContext = {
    node: { agencyId, name, country },
    db,
    clock: systemClock,
    log,
    jobs,
    keys,
    paths,
  };
  const exchange = await openExchange(
    ctx,
    KINDS.map((kind) => handlerOf(kind)),
    { messageLimitBytes: 1024 ** 3, deliveryTimeoutMs: 10_000, outgoingNetworks: THIS_MACHINE },
  );
  await jobs.start();
  await resumeExchange(exchange);
  watchExchange(ctx);
  startSequencer(ctx);
  return exchange;
}

async function serve(exchange: Exchange, httpPort: number): Promise<void> {
  const app = fastify() as unknown as App;
  app.setErrorHandler(handleError);
  app.decorateRequest('actor', undefined);
  await app.register(async (peers) => exchangeRoutes(peers as App, exchange.ctx, exchange), {
    prefix: `/nodes/${exchange.ctx.node.agencyId}/exchange/v1`,
  });
  await listen(app, { httpHost: '127.0.0.1', httpPort });
}

const settings = JSON.parse(process.argv.at(-1) ?? '') as ChildSettings;
// Nothing of the harness outlives it.
process.on('disconnect', () => process.exit(1));
const exchange = await openLeanNode(settings);
if (settings.role === 'node') await serve(exchange, settings.httpPort);
process.on('message', (order: Order) => {
  void obey(exchange.ctx, settings.operationId, order).then(tell);
});
tell({ say: 'ready' });
