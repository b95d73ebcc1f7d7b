/**
 * Live updates by server-sent events (WHATWG HTML, "Server-sent events"). The stream of a node is the
 * tail of its custody log, as far as the officer may know of it: every act writes there, so every page learns
 * of it, and a client that comes back says which sequence number it saw last.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, decide } from '#access/policy.ts';
import { ROOM_OF_EVENT } from '#custody/event-kinds.ts';
import { listEvents, newestSequence, type RecordedEvent } from '#custody/record.ts';
import type { NodeContext } from '#platform/context.ts';
import { closedRecords } from '#protection/closed-records.ts';

const POLL_MS = 500;
const HEARTBEAT_MS = 15_000;

export interface EventStream {
  send(event: string, data: unknown, id?: number): void;
  end(): void;
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
    end: close,
    send(event, data, id) {
      if (closing.signal.aborted) return;
      reply.raw.write(
        `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
      );
    },
  };
}

export interface Follower {
  /** The last event that his page saw. */
  readonly lastSeen: number | undefined;
  /**
   * Who he is now: asked again when an event is about him. Undefined when he has no session any more; `renewed` when it
   * goes on under another token than this stream was opened with.
   */
  reader(): Promise<Actor | 'renewed' | undefined>;
}

/**
 * Sends each new custody event that the officer may know of, until the client goes away, he is signed out, or his token
 * is replaced: a browser then comes back by itself with the new one, and misses nothing.
 * Facts stay behind: a page asks for what it may see.
 */
export async function followCustody(
  ctx: Pick<NodeContext, 'db' | 'clock'>,
  stream: EventStream,
  { lastSeen, reader }: Follower,
): Promise<void> {
  const present = async (): Promise<Actor | undefined> => {
    const now = await reader();
    if (now !== undefined && now !== 'renewed') return now;
    stream.send(now ?? 'signed-out', {});
    stream.end();
    return undefined;
  };
  let actor = await present();
  if (!actor) return;
  let after = lastSeen ?? (await newestSequence(ctx.db));
  while (!stream.closed.aborted) {
    for (const event of await listEvents(ctx.db, { after, limit: 200 })) {
      after = event.sequence;
      if (concerns(actor, event)) actor = await present();
      if (!actor) return;
      const { facts: _, ...shown } = event;
      if (mayKnowOf(actor, event) && !(await isClosed(ctx, actor, event)))
        stream.send('custody', shown, event.sequence);
    }
    await pause(POLL_MS, stream.closed);
  }
}

function isAbout(actor: Actor | undefined, { subject }: RecordedEvent): boolean {
  return actor?.kind === 'officer' && subject.kind === 'officer' && subject.id === actor.officerId;
}

/** After it the officer's roles, his session or its token may be others: a signature under an act replaces his token too. */
function concerns(actor: Actor, event: RecordedEvent): boolean {
  return isAbout(actor, event) || (actor.kind === 'officer' && event.actor === actor.officerId);
}

/** Acts of an operation are for who has a role on it; who serves at the node and when, for its administrators. */
function mayKnowOf(actor: Actor, event: RecordedEvent): boolean {
  if (OF_MANY.test(event.kind) && event.operationId !== null && knowsOperation(actor, event)) return true;
  if (ROOM_OF_EVENT.get(event.kind) === 'access')
    return isAbout(actor, event) || decide(actor, 'node.administer', {}).allowed;
  if (event.operationId === null) return true;
  return knowsOperation(actor, event);
}

const CLOSABLE: ReadonlySet<string> = new Set(['target', 'exhibit', 'hit']);

/** What is done to a closed record is no news to whom it is closed. */
async function isClosed(
  ctx: Pick<NodeContext, 'db' | 'clock'>,
  actor: Actor,
  { operationId, subject }: RecordedEvent,
): Promise<boolean> {
  if (operationId === null || !CLOSABLE.has(subject.kind)) return false;
  return (await closedRecords(ctx, actor, operationId)).has(subject.id);
}

/** Kinds of the access room that are not of one officer alone: what waits for another, and alarms. */
const OF_MANY = /^(approval|emergency)\./;

function knowsOperation(actor: Actor, { operationId }: RecordedEvent): boolean {
  return decide(actor, 'operations.read', operationId ? { operationId } : {}).allowed;
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
