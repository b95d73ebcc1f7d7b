/** The stream of orders, and the ledger of what callers were told: the harness's own memory, which nothing kills. */
import type { AgencyId } from '#core/ids.ts';
import { below, oneOf, type Random } from '#exercise/log/random.ts';
import { KINDS, type Order, type Word } from './messages.ts';
import type { Supervised } from './processes.ts';
import type { SceneNode } from './scene.ts';

/** One order as the harness knows it. */
export interface Entry {
  readonly order: Order;
  readonly from: AgencyId;
  /** Set when the caller was told that it is done; without it the message may exist or not. */
  told?: { readonly messageId: string; readonly sha256: string };
}

export interface Ledger {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly told: number;
  /** Orders that the node said it could not carry out. */
  readonly failed: number;
}

export interface Traffic {
  readonly ledger: Ledger;
  /** A node's word, as it comes. */
  hear(word: Word): void;
  /** One more order, to a node that is ready. False where none is. */
  sendOne(): boolean;
}

const KB = 1024;

export function createTraffic(
  nodes: readonly SceneNode[],
  processOf: (agencyId: AgencyId) => Supervised | undefined,
  random: Random,
): Traffic {
  const entries = new Map<string, Entry>();
  let told = 0;
  let failed = 0;
  return {
    ledger: {
      entries,
      get told() {
        return told;
      },
      get failed() {
        return failed;
      },
    },
    hear(word) {
      if (word.say === 'ready') return;
      if (word.say === 'failed') failed += 1;
      const entry = word.say === 'posted' ? entries.get(word.key) : undefined;
      if (!entry || word.say !== 'posted') return;
      entry.told = { messageId: word.messageId, sha256: word.sha256 };
      told += 1;
    },
    sendOne() {
      const from = oneOf(random(), nodes).agencyId;
      const process = processOf(from);
      if (!process?.ready) return false;
      const order = drawOrder(`${from}-${entries.size}`, nodes, from, random);
      entries.set(order.key, { order, from });
      process.send(order);
      return true;
    },
  };
}

/** Most are small, some have many files, a few are large; to one or two others, now and then to the sender too. */
function drawOrder(key: string, nodes: readonly SceneNode[], from: AgencyId, random: Random): Order {
  const others = nodes.map(({ agencyId }) => agencyId).filter((agencyId) => agencyId !== from);
  const first = oneOf(random(), others);
  const to = below(random(), 3) === 0 ? others : [first];
  if (below(random(), 12) === 0) to.push(from);
  const size = below(random(), 100);
  const shape =
    size < 70
      ? { files: 1, fileBytes: 1 + below(random(), 4 * KB) }
      : size < 92
        ? { files: 2 + below(random(), 12), fileBytes: 1 + below(random(), 40 * KB) }
        : { files: 1, fileBytes: KB * KB + below(random(), 3 * KB * KB) };
  return { key, kind: oneOf(random(), KINDS), to, ...shape };
}
