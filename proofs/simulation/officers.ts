/** What people do in the simulation: send, send again, and afterwards put right what the storm left. */

import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { deliveryOf } from '#exchange/deliveries.ts';
import { resendMessage } from '#exchange/resend.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { below, oneOf, type Random, shuffled } from '#exercise/log/random.ts';
import { inTransaction } from '#platform/context.ts';
import type { PackageEntry } from '#seal/seal.ts';
import { contentOf, fileName, KEY_FILE, KINDS, type Order } from '../chaos/messages.ts';
import type { Entry } from '../chaos/traffic.ts';
import type { Process } from './nodes.ts';

const ACTOR = { kind: 'system', process: 'simulation' } as const;

export function drawOrder(key: string, from: string, agencies: readonly string[], random: Random): Order {
  const others = shuffled(
    agencies.filter((agency) => agency !== from),
    random,
  );
  // Now and then to everybody, as when the lead releases its packages.
  const many = below(random(), 20) === 0 ? others.length : 1 + below(random(), 3);
  const to = others.slice(0, many);
  if (below(random(), 8) === 0) to.push(from);
  return {
    key,
    kind: oneOf(random(), KINDS),
    to: to as AgencyId[],
    files: 1 + below(random(), 2),
    fileBytes: 1 + below(random(), 5000),
  };
}

/** Sends what an entry orders; the ledger is told when the caller would be. */
export async function post({ ctx }: Process, operationId: OperationId, entry: Entry): Promise<void> {
  const { kind, to } = entry.order;
  const sealed = await sealMessage(ctx, { kind, operationId, to, entries: entriesOf(entry.order) });
  await inTransaction(ctx, (tx) => postMessage(ctx, tx, sealed, { actor: ACTOR }));
  entry.told = { messageId: sealed.messageId, sha256: sealed.sha256 };
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

/** Sends a message again, where the product finds that there is something to send. */
export async function resend({ ctx }: Process, messageId: string): Promise<void> {
  await resendMessage(ctx, ACTOR, messageId as MessageId).catch(() => {});
}

/** Does every recipient stand as acknowledged in the product's own words? */
export async function isAcknowledged({ ctx }: Process, messageId: string): Promise<boolean> {
  const all = await deliveryOf(ctx.db, messageId as MessageId, ctx.clock.now());
  return all.length > 0 && all.every(({ state }) => state === 'acknowledged');
}
