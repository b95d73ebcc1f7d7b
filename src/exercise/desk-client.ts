/**
 * An officer of the story at work: every act is a request to his node, in a session of his own, through the same
 * door as anybody's. What a node asks of a person on the way (who he is, why he looks, that he is still there) is
 * answered, and the act is asked for again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '#access/policy.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import type { OfficerId } from '#core/ids.ts';
import { officerWith } from './desks.ts';
import { type Entry, entryOf } from './entry.ts';
import { type Answered, type Asked, askOverHttp, isRefusal, valueOf } from './http.ts';
import { operationOf, type World } from './world.ts';

/** Paths lie below `/nodes/<agency>/api`; `{op}` stands for the operation, as in src/access/route-access.ts. */
export interface DeskClient {
  readonly officerId: OfficerId;
  get<T>(path: string): Promise<T>;
  /** @throws Refusal */
  post<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T>;
  /** Sends a file. @throws Refusal */
  send<T>(path: string, file: SentFile): Promise<T>;
}

export interface SentFile extends Pick<Asked, 'bytes' | 'signal'> {
  readonly method?: 'POST' | 'PUT';
  /** Default `application/octet-stream`. */
  readonly contentType?: string;
}

/** Why the story looks at personal data; a node asks once a session. */
export const REASON = 'The story of the exercise';
/** More than a node can ask for before one act. */
const MOST_ATTEMPTS = 5;

/** The officer of that role at that node. */
export async function deskAt(world: World, node: OpenNode, role: Role): Promise<DeskClient> {
  const officerId = officerWith(node.ctx.node.agencyId, role, world.host);
  const { operationId } = await operationOf(world);
  const session: Session = { world, node, officerId, entry: entryOf(world.host) };
  const api = `${world.host.baseUrl}/nodes/${node.ctx.node.agencyId}/api`;
  const operation = `/operations/${operationId}`;
  const ask = async <T>(path: string, asked: Asked): Promise<T> =>
    valueOf<T>(await answered(session, asked, { api, operation, path: path.replace('{op}', operation) }));
  return {
    officerId,
    get: (path) => ask(path, {}),
    post: (path, body, signal) => ask(path, { method: 'POST', body, signal }),
    send: (path, { method = 'POST', contentType = 'application/octet-stream', ...file }) =>
      ask(path, { method, contentType, ...file }),
  };
}

interface Session {
  readonly world: World;
  readonly node: OpenNode;
  readonly officerId: OfficerId;
  readonly entry: Entry;
}

interface Where {
  readonly api: string;
  readonly operation: string;
  readonly path: string;
}

async function answered(session: Session, asked: Asked, where: Where): Promise<Answered> {
  const { world, node, officerId, entry } = session;
  for (let attempt = 1; ; attempt++) {
    const cookie = world.sessions.get(officerId) ?? (await entry.comeIn(node, officerId));
    world.sessions.set(officerId, cookie);
    const answer = await askOverHttp(`${where.api}${where.path}`, { ...asked, cookie });
    const wanted = attempt < MOST_ATTEMPTS ? askedBefore(answer) : undefined;
    if (wanted === undefined) return answer;
    switch (wanted) {
      case 'access/sign-in-required':
        if (world.sessions.get(officerId) === cookie) world.sessions.delete(officerId);
        break;
      case 'access/prove-again':
        await renew(session, cookie, () => entry.prove(node, officerId, cookie));
        break;
      case 'access/signature-needed':
        await renew(session, cookie, () => entry.sign(node, { officerId, cookie, toSign: toSignOf(answer) }));
        break;
      case 'consultation/reason-required':
        await sayWhy(where, cookie);
        break;
      case 'request/too-many':
        await sleep(Number(answer.headers['retry-after'] ?? 1) * 1000, undefined, signalOf(asked));
        break;
    }
  }
}

/** A proof gives the session a new cookie. Where another act of his officer's came first, that act's counts. */
async function renew(
  { world, officerId }: Session,
  cookie: string,
  prove: () => Promise<string>,
): Promise<void> {
  if (world.sessions.get(officerId) !== cookie) return;
  try {
    world.sessions.set(officerId, await prove());
  } catch (error) {
    if (!isRefusal(error, 'access/prove-again')) throw error;
  }
}

function signalOf({ signal }: Asked): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

async function sayWhy({ api, operation }: Where, cookie: string): Promise<void> {
  const address = `${api}${operation}/consultations/reason`;
  valueOf(await askOverHttp(address, { method: 'POST', body: { reason: REASON }, cookie }));
}

/** What the refusal says that his passkey is to sign. */
function toSignOf({ text }: Answered): unknown {
  return (JSON.parse(text) as { readonly toSign?: unknown }).toSign;
}

/** What a node wants to know before it does what was asked. */
function askedBefore(answer: Answered): (typeof ASKED_BEFORE)[number] | undefined {
  if (answer.status < 400) return undefined;
  try {
    valueOf(answer);
  } catch (error) {
    return ASKED_BEFORE.find((code) => isRefusal(error, code));
  }
  return undefined;
}

const ASKED_BEFORE = [
  'access/sign-in-required',
  'access/prove-again',
  'access/signature-needed',
  'consultation/reason-required',
  'request/too-many',
] as const;
