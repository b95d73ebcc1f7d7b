/**
 * The network: a request may be lost, doubled, late, broken off, come again much later, or arrive while its
 * answer is lost. Each arrival runs the recipient's real way in, in the recipient's process.
 */

import type { Arrival } from '#exchange/accept.ts';
import type { NoAnswer, PeerAnswer, PeerCall } from '#exchange/call-peer.ts';
import { below } from '#exercise/log/random.ts';
import { answerTo, type Call } from './doors.ts';
import { createReadStream } from './instead/fs.ts';
import type { SimulatedNode } from './nodes.ts';
import type { Storm } from './storm.ts';
import { lifeNow, theWorld } from './world.ts';

export type Answer = PeerAnswer | NoAnswer;

export interface Network {
  call(target: URL, call: PeerCall): Promise<Answer>;
  /** Brings a request to its recipient's door. */
  arrive(call: Call, answered: (answer: Answer) => void): void;
}

export interface NetworkWatch {
  /** A node hands something out. */
  leaving(call: Call): void;
  /** A node is about to answer that it has a message. */
  accepted(node: string, arrival: Arrival): void;
}

const TIMEOUT_MS = 10_000;
const CHUNK_BYTES = 1500;

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

  function send(call: Call, answer: (answer: Answer) => void): void {
    const sender = lifeNow();
    let answered = false;
    const once = (value: Answer, afterMs: number): void => {
      const act = (): void => {
        if (answered) return;
        answered = true;
        answer(value);
      };
      world.after(afterMs, act, sender);
    };
    once('exchange/peer-silent', TIMEOUT_MS);
    const way = (heard: (value: Answer) => void): void => {
      if (storm.isParted(call.from, call.to) || storm.transfer('lose')) return;
      world.after(pause(), () => network.arrive(call, heard));
    };
    way((value) => {
      if (!storm.isParted(call.from, call.to) && !storm.transfer('loseAnswer')) once(value, pause());
    });
    if (storm.transfer('double')) way(() => {});
    if (storm.transfer('replay'))
      world.after(below(storm.random(), 120_000), () => network.arrive(call, () => {}));
  }

  const network: Network = {
    async call(target, { method, headers, body }) {
      const chunks: Uint8Array[] = [];
      if (body) {
        const { path, offset: start, sizeBytes } = body;
        const part = createReadStream(path, { start, end: start + sizeBytes - 1 });
        for await (const chunk of part) chunks.push(chunk);
      }
      const [, to = '', messageId = '', upload] =
        /\/nodes\/([^/]+)\/exchange\/v1\/messages\/([^/]+?)(\/upload)?$/.exec(target.pathname) ?? [];
      const from = lifeNow()?.node ?? '';
      const whole = upload === undefined;
      const call: Call = { from, to, messageId, method, whole, headers, bytes: Buffer.concat(chunks) };
      watch.leaving(call);
      await world.step('send');
      return new Promise((answer) => send(call, answer));
    },
    arrive(call, answered) {
      const node = nodeOf(call.to);
      if (!node || (node.started && !node.server)) return answered('exchange/peer-unreachable');
      node.whenUp((server) => {
        const { bytes } = call;
        const breaksAt = storm.transfer('breakOff') ? below(storm.random(), bytes.length + 1) : undefined;
        world.onEnd(server.life, () => answered('exchange/peer-unreachable'));
        void answerTo(server, call, chunksOf(bytes, breaksAt)).then(({ answer, arrival }) => {
          if (arrival) watch.accepted(call.to, arrival);
          answered(breaksAt !== undefined && answer.status >= 400 ? 'exchange/peer-unreachable' : answer);
        });
      });
    },
  };
  return network;
}

async function* chunksOf(bytes: Buffer, breaksAt: number | undefined): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    await theWorld().step('receive');
    if (breaksAt !== undefined && at + CHUNK_BYTES > breaksAt) throw new Error('the connection broke');
    yield bytes.subarray(at, at + CHUNK_BYTES);
  }
}
