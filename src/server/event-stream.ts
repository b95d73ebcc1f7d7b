/**
 * Live updates by server-sent events (WHATWG HTML, "Server-sent events"). The stream of a node is the
 * tail of its custody log: every act writes there, so every page learns of every act, and a client that
 * comes back says which sequence number it saw last.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { listEvents, newestSequence } from '#custody/record.ts';
import type { Db } from '#platform/tables.ts';

const POLL_MS = 500;
const HEARTBEAT_MS = 15_000;

export interface EventStream {
  send(event: string, data: unknown, id?: number): void;
  readonly closed: AbortSignal;
}

/**
 * Turns the reply into an open stream of events.
 * @param ending ends the stream from this side, when the node or the process stops
 */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  ending: AbortSignal,
): EventStream {
  const closing = new AbortController();
  reply.hijack();
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  reply.raw.write('retry: 2000\n\n');
  const heartbeat = setInterval(() => reply.raw.write(': \n\n'), HEARTBEAT_MS);
  const close = (): void => {
    clearInterval(heartbeat);
    closing.abort();
    reply.raw.end();
  };
  request.raw.once('close', close);
  if (ending.aborted) close();
  else ending.addEventListener('abort', close, { once: true, signal: closing.signal });
  return {
    closed: closing.signal,
    send(event, data, id) {
      if (closing.signal.aborted) return;
      reply.raw.write(
        `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
      );
    },
  };
}

/** Sends each new custody event until the client goes away. Facts stay behind: a page asks for what it may see. */
export async function followCustody(
  db: Db,
  stream: EventStream,
  lastSeen: number | undefined,
): Promise<void> {
  let after = lastSeen ?? (await newestSequence(db));
  while (!stream.closed.aborted) {
    for (const event of await listEvents(db, { after, limit: 200 })) {
      const { facts: _, ...shown } = event;
      stream.send('custody', shown, event.sequence);
      after = event.sequence;
    }
    await pause(POLL_MS, stream.closed);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });
}
