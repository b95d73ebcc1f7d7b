/** Officers who have signed in with passkeys and said why they read, and the questions that their pages ask. */
import { testAuthenticator } from '#access/sign-in/fixtures.ts';
import type { Served } from './server-child.ts';

export interface Reader {
  readonly cookie: string;
  /** Questions that this officer may ask, each as often as its page is opened. */
  readonly pages: readonly Page[];
}

export interface Page {
  /** As its route is named. */
  readonly name: string;
  readonly path: string;
}

/** Questions of the pages below an operation, and how often they are opened: lists of the day most of all. */
const QUESTIONS: readonly (readonly [path: string, weight: number])[] = [
  ['/board', 6],
  ['/targets?limit=50', 4],
  ['/target-list', 1],
  ['/countries', 2],
  ['/packages', 2],
  ['/received-packages', 2],
  ['/received-targets?limit=50', 6],
  ['/casework/targets?limit=50', 6],
  ['/messages?limit=50', 5],
  ['/deadlines', 3],
  ['/letters', 3],
  ['/reports', 2],
  ['/exhibits', 2],
  ['/hash-lists', 1],
  ['/crossmatch/hits?limit=50', 3],
  ['/crossmatch/networks', 1],
  ['/referrals/icse', 2],
  ['/referrals/eurojust', 1],
  ['/figures', 2],
  ['/risks', 3],
  ['/custody?limit=50', 3],
  ['/meetings', 1],
  ['/protection', 1],
];

/** Of one thing of a list: its page. */
const RECORDS: readonly (readonly [list: string, id: string, record: string, weight: number])[] = [
  ['/targets?limit=50', 'targetId', '/targets/:id', 5],
  ['/received-targets?limit=50', 'targetId', '/received-targets/:id', 6],
  ['/casework/targets?limit=50', 'targetId', '/casework/targets/:id', 6],
  ['/messages?limit=50', 'messageId', '/messages/:id', 4],
  ['/reports', 'reportId', '/reports/:id', 2],
  ['/exhibits', 'exhibitId', '/exhibits/:id', 2],
  ['/crossmatch/hits?limit=50', 'hitId', '/crossmatch/hits/:id', 3],
];

/** Eight enrol at a time. Officers of one agency have the same roles, so the same pages. */
export async function signInReaders(served: Served, say: (text: string) => void): Promise<Reader[]> {
  const waiting = [...served.officers];
  const pages = new Map<string, Promise<Page[]>>();
  const readers: Reader[] = [];
  const enrolNext = async (): Promise<void> => {
    for (let officer = waiting.shift(); officer; officer = waiting.shift()) {
      const { agency, operationId } = officer;
      const operation = `/nodes/${agency}/api/operations/${operationId}`;
      const cookie = await signIn(served.url, officer);
      await send(`${served.url}${operation}/consultations/reason`, REASON, cookie);
      const known = pages.get(agency) ?? pagesOf(served.url, operation, { cookie, agency });
      pages.set(agency, known);
      readers.push({ cookie, pages: await known });
      if (readers.length % 100 === 0) say(`${readers.length} signed in`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, enrolNext));
  return readers;
}

const REASON = { reason: 'The work of the day on this operation' };

/** @returns the cookie of a session that a passkey began */
async function signIn(url: string, { agency, code }: Served['officers'][number]): Promise<string> {
  const api = `${url}/nodes/${agency}/api`;
  const authenticator = testAuthenticator(url.replace('127.0.0.1', 'localhost'));
  const options = await answerTo<Parameters<typeof authenticator.create>[0]>(`${api}/enrol/options`, {
    code,
  });
  await send(`${api}/enrol`, { code, label: 'load', response: authenticator.create(options) });
  const asked = await answerTo<Parameters<typeof authenticator.get>[0]>(`${api}/sign-in/options`);
  const signedIn = await send(`${api}/sign-in`, { response: authenticator.get(asked) });
  return signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function answerTo<T>(url: string, body?: object): Promise<T> {
  return (await (await send(url, body)).json()) as T;
}

async function pagesOf(
  url: string,
  operation: string,
  { cookie, agency }: { cookie: string; agency: string },
): Promise<Page[]> {
  const pages: Page[] = Array.from({ length: 3 }, () => ({
    name: '/session',
    path: `/nodes/${agency}/api/session`,
  }));
  const answers = new Map<string, string>();
  for (const [path, weight] of QUESTIONS) {
    const answer = await fetch(`${url}${operation}${path}`, { headers: { cookie } });
    const text = await answer.text();
    if (answer.status >= 500) throw new Error(`${path}: ${text}`);
    // What his roles do not open is on none of his pages.
    if (!answer.ok) continue;
    answers.set(path, text);
    for (let n = 0; n < weight; n++) pages.push({ name: path, path: `${operation}${path}` });
  }
  for (const [list, id, record, weight] of RECORDS) {
    const ids = [...(answers.get(list) ?? '').matchAll(new RegExp(`"${id}":"([^"]+)"`, 'g'))].map(
      ([, found = '']) => found,
    );
    const known = [...new Set(ids)].slice(0, weight);
    for (const one of known) {
      const path = `${operation}${record.replace(':id', encodeURIComponent(one))}`;
      const answer = await fetch(`${url}${path}`, { headers: { cookie } });
      await answer.arrayBuffer();
      if (answer.ok) pages.push({ name: record, path });
    }
  }
  return pages;
}

async function send(url: string, body?: object, cookie?: string): Promise<Response> {
  const headers = { ...(body && { 'content-type': 'application/json' }), ...(cookie && { cookie }) };
  const answer = await fetch(url, { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) });
  if (answer.ok) return answer;
  throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}
