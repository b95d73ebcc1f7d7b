/**
 * The network: a transfer may be lost, doubled, late, broken off, come again much later, or arrive while its
 * answer is lost. Each arrival runs the recipient's real way in, in the recipient's process.
 */
import { isIcarusError } from '#core/errors.ts';
import { type Arrival, acceptMessage } from '#exchange/accept.ts';
import type { FileToHandOver, PeerAnswer, SilentOrGone } from '#exchange/put.ts';
import { below } from '#exercise/log/random.ts';
import { createReadStream } from './instead/fs.ts';
import type { Process, SimulatedNode } from './nodes.ts';
import type { Storm } from './storm.ts';
import { lifeNow, theWorld } from './world.ts';

export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  readonly sha256: string;
  readonly bytes: Buffer;
}

export interface Network {
  put(target: URL, file: FileToHandOver): Promise<PeerAnswer | SilentOrGone>;
  /** Brings a transfer to its recipient's door. */
  arrive(transfer: Transfer, answered: (answer: PeerAnswer | SilentOrGone) => void): void;
}

export interface NetworkWatch {
  /** A node hands something out. */
  leaving(transfer: Transfer): void;
  /** A node is about to answer that it has a message. */
  accepted(node: string, arrival: Arrival): void;
}

const TIMEOUT_MS = 10_000;
const CHUNK_BYTES = 1500;
const PEER = { kind: 'system', process: 'exchange' } as const;

let current: Network | undefined;

export function theNetwork(): Network {
  if (!current) throw new Error('there is no network now');
  return current;
}

export function setNetwork(network: Network | undefined): void {
  current = network;
}

export function createNetwork(
  nodeOf: (agency: string) => SimulatedNode | undefined,
  storm: Storm,
  watch: NetworkWatch,
): Network {
  const world = theWorld();
  const pause = (): number => {
    const usual = 2 + below(storm.random(), 60);
    return storm.transfer('slow') ? usual + below(storm.random(), 25_000) : usual;
  };

  function send(transfer: Transfer, answer: (answer: PeerAnswer | SilentOrGone) => void): void {
    const sender = lifeNow();
    let answered = false;
    const once = (value: PeerAnswer | SilentOrGone, afterMs: number): void => {
      world.after(
        afterMs,
        () => {
          if (answered) return;
          answered = true;
          answer(value);
        },
        sender,
      );
    };
    once('silent', TIMEOUT_MS);
    const way = (heard: (value: PeerAnswer | SilentOrGone) => void): void => {
      if (storm.isParted(transfer.from, transfer.to) || storm.transfer('lose')) return;
      world.after(pause(), () => network.arrive(transfer, heard));
    };
    way((value) => {
      if (!storm.isParted(transfer.from, transfer.to) && !storm.transfer('loseAnswer')) once(value, pause());
    });
    if (storm.transfer('double')) way(() => {});
    if (storm.transfer('replay'))
      world.after(below(storm.random(), 120_000), () => network.arrive(transfer, () => {}));
  }

  const network: Network = {
    async put(target, file) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of createReadStream(file.path)) chunks.push(chunk);
      const [, to = '', messageId = ''] =
        /\/nodes\/([^/]+)\/exchange\/v1\/messages\/([^/]+)$/.exec(target.pathname) ?? [];
      const from = lifeNow()?.node ?? '';
      const transfer = { from, to, messageId, sha256: file.sha256, bytes: Buffer.concat(chunks) };
      watch.leaving(transfer);
      await world.step('send');
      return new Promise((answer) => send(transfer, answer));
    },
    arrive(transfer, answered) {
      const node = nodeOf(transfer.to);
      if (!node) return answered('unreachable');
      if (node.started && !node.server) return answered('unreachable');
      node.whenUp((server) => takeIn(server, transfer, answered));
    },
  };

  function takeIn(
    server: Process,
    transfer: Transfer,
    answered: (answer: PeerAnswer | SilentOrGone) => void,
  ): void {
    const { messageId, sha256, bytes } = transfer;
    const breaksAt = storm.transfer('breakOff') ? below(storm.random(), bytes.length + 1) : undefined;
    world.onEnd(server.life, () => answered('unreachable'));
    acceptMessage(server.exchange, {
      bytes: chunksOf(bytes, breaksAt),
      way: 'http',
      actor: PEER,
      sizeBytes: bytes.length,
      claim: { messageId, sha256 },
    }).then(
      (arrival) => {
        watch.accepted(transfer.to, arrival);
        answered({ status: arrival.known ? 200 : 201, text: JSON.stringify(arrival) });
      },
      (error: unknown) => {
        const code = isIcarusError(error) ? error.code : 'internal/unexpected';
        const status = isIcarusError(error) ? error.httpStatus : 500;
        answered(breaksAt === undefined ? { status, text: JSON.stringify({ code }) } : 'unreachable');
      },
    );
  }

  return network;
}

async function* chunksOf(bytes: Buffer, breaksAt: number | undefined): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    await theWorld().step('receive');
    if (breaksAt !== undefined && at + CHUNK_BYTES > breaksAt) throw new Error('the connection broke');
    yield bytes.subarray(at, at + CHUNK_BYTES);
  }
}
