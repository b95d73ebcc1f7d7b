/**
 * One process of a node in the crash harness: the product's own node with the product's own server, or
 * its worker, and beside them three kinds of messages whose handlers write what they took in into a
 * table that nothing keeps from being written twice. Orders come from the harness, which is told only
 * after the commit. It lives until it is killed.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import type { OperationId } from '#core/ids.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { createLog } from '#platform/log.ts';
import type { PackageEntry } from '#seal/seal.ts';
import { buildHostApp } from '#server/app.ts';
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

const settings = JSON.parse(process.argv.at(-1) ?? '') as ChildSettings;
const { role, home, databaseUrl, operationId, httpPort, logFile } = settings;
const log = createLog({ level: 'warn', file: logFile });
// Nothing of the harness outlives it.
process.on('disconnect', () => process.exit(1));
const node = await openNode({
  home,
  databaseUrl,
  clock: systemClock,
  log,
  config: { messageLimitBytes: 1024 ** 3, deliveryTimeoutMs: 10_000, queryMemoryBytes: 1024 ** 3 },
  handlers: KINDS.map(handlerOf),
  only: ['exchange'],
  poolSize: 6,
});
if (role === 'node') {
  const host = await buildHostApp({ log });
  await host.add(node);
  await listen(host.app, { httpHost: '127.0.0.1', httpPort });
}
process.on('message', (order: Order) => {
  void obey(node.ctx, operationId, order).then(tell);
});
tell({ say: 'ready' });
