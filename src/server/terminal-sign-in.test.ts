/** Signing in at a terminal: a code there, the officer's word on the page, a session that is the terminal's alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginCall, proveBySession } from '#access/command/prove.ts';
import type { Call } from '#access/command/statement.ts';
import { askTerminal, takeTerminal } from '#access/command/terminal.ts';
import { retireOfficer } from '#access/service.ts';
import { listEvents } from '#custody/record.ts';
import { OPERATOR, type SignInNode, signInNode } from './fixtures.ts';

const LIST: Call = { command: 'operation list', given: { arguments: [], options: {} } };
const AT_TERMINAL = { idleMinutes: 30, grave: false };

let node: SignInNode;
beforeAll(async () => {
  node = await signInNode();
});
afterAll(() => node[Symbol.asyncDispose]());

async function officer(name: string) {
  const { officerId, code } = await node.officer(name);
  return { officerId, cookie: (await node.enrolled(code)).cookie };
}

const post = (path: string, cookie: string, code: string) =>
  node.ask(`/account/terminals/${path}`, { method: 'POST', cookie, body: { code } });

/** A terminal that the officer has confirmed. */
async function signedIn(name: string) {
  const who = await officer(name);
  const { code, secret } = await askTerminal(node.ctx, `${name}@desk-7`);
  await post('confirm', who.cookie, code);
  const taken = await takeTerminal(node.ctx, { secret, hours: 12 });
  return { ...who, token: taken?.token ?? '' };
}

async function backdate(officerId: string, change: { proved_at?: Date; seen_at?: Date }): Promise<void> {
  await node.ctx.db.updateTable('session').set(change).where('officer_id', '=', officerId).execute();
}

const hourAgo = () => new Date(Date.now() - 3_600_000);

test('the officer sees which terminal asks, confirms it with his presence, and the terminal takes its session once', async () => {
  const { officerId, cookie } = await officer('maria');
  const { code, secret } = await askTerminal(node.ctx, 'maria@desk-7');
  const take = () => takeTerminal(node.ctx, { secret, hours: 12 });
  expect(await take()).toBeUndefined();
  const typed = code.toLowerCase().replace('-', ' ');
  expect(await post('look', cookie, typed)).toMatchObject({ status: 200, body: { device: 'maria@desk-7' } });
  expect(await take()).toBeUndefined();
  await backdate(officerId, { proved_at: hourAgo() });
  expect(await post('confirm', cookie, typed)).toMatchObject({ body: { code: 'access/prove-again' } });
  await backdate(officerId, { proved_at: new Date() });
  expect(await post('confirm', cookie, typed)).toMatchObject({ status: 204 });
  expect(await post('confirm', cookie, typed)).toMatchObject({ body: { code: 'access/terminal-unknown' } });
  expect(await take()).toMatchObject({ officerId, token: expect.stringMatching(/^[\w-]{43}$/) });
  await expect(take()).rejects.toMatchObject({ code: 'access/terminal-unknown' });
});

test('a command of the terminal names its session in the log, and the page lists and ends it', async () => {
  const { officerId, cookie, token } = await signedIn('lists');
  const proved = await proveBySession(node.ctx, LIST, { token, ...AT_TERMINAL });
  expect(proved.actor.officerId).toBe(officerId);
  const { sessions } = (await node.ask('/account', { cookie })).body as {
    sessions: { sessionId: string; way: string; device: string }[];
  };
  const terminal = sessions.find(({ way }) => way === 'terminal');
  expect(terminal).toMatchObject({ device: 'lists@desk-7' });
  await beginCall(node.ctx, proved);
  const calls = await listEvents(node.ctx.db, { kinds: ['officer.command-proved'] });
  expect(calls.at(-1)).toMatchObject({
    actor: officerId,
    facts: { command: 'operation list', session: terminal?.sessionId },
  });
  const path = `/account/sessions/${terminal?.sessionId}`;
  expect(await node.ask(path, { method: 'DELETE', cookie })).toMatchObject({ status: 204 });
  const over = { code: 'access/terminal-over' };
  await expect(beginCall(node.ctx, proved)).rejects.toMatchObject(over);
  await expect(proveBySession(node.ctx, LIST, { token, ...AT_TERMINAL })).rejects.toMatchObject(over);
});

test('no page takes the session of a terminal, and no terminal that of a page', async () => {
  const { cookie, token } = await signedIn('apart');
  const [name = '', page = ''] = cookie.split('=');
  expect(await node.ask('/session', { cookie: `${name}=${token}` })).toMatchObject({ status: 401 });
  await expect(proveBySession(node.ctx, LIST, { token: page, ...AT_TERMINAL })).rejects.toMatchObject({
    code: 'access/terminal-over',
  });
});

test('an act that cannot be taken back wants the terminal confirmed within minutes; an idle one is over', async () => {
  const { officerId, token } = await signedIn('grave');
  const prove = (grave: boolean) => proveBySession(node.ctx, LIST, { token, idleMinutes: 30, grave });
  await prove(true);
  await backdate(officerId, { proved_at: hourAgo() });
  await expect(prove(true)).rejects.toMatchObject({ code: 'access/sign-in-again' });
  await prove(false);
  await backdate(officerId, { seen_at: hourAgo() });
  await expect(prove(false)).rejects.toMatchObject({ code: 'access/terminal-over' });
});

test('with a passkey that is revoked, and with its officer, the session of a terminal ends', async () => {
  const { cookie, token, officerId } = await signedIn('ends');
  const other = await signedIn('leaves');
  await node.ctx.db.transaction().execute(async (tx) => {
    const { recordEvent } = await import('#custody/record.ts');
    const [key] = await tx.selectFrom('passkey').selectAll().where('officer_id', '=', officerId).execute();
    if (key)
      await tx
        .insertInto('passkey')
        .values({ ...key, id: 'second' })
        .execute();
    const subject = { kind: 'officer', id: officerId };
    await recordEvent(tx, { at: new Date(), kind: 'officer.passkey-enrolled', actor: officerId, subject });
  });
  expect(await node.ask('/account/passkeys/second', { method: 'DELETE', cookie })).toMatchObject({
    status: 204,
  });
  await node.officer('stays', [['administrator', null]]);
  await retireOfficer(node.ctx, OPERATOR, other.officerId);
  for (const ended of [token, other.token])
    await expect(proveBySession(node.ctx, LIST, { token: ended, ...AT_TERMINAL })).rejects.toMatchObject({
      code: 'access/terminal-over',
    });
});

test('a code that is over, or whose officer signed out before the terminal took it, signs nobody in', async () => {
  const { cookie } = await officer('late');
  const over = await askTerminal(node.ctx, 'late@desk-7');
  const passed = { expires_at: new Date(Date.now() - 1) };
  await node.ctx.db.updateTable('terminal_sign_in').set(passed).execute();
  const unknown = { code: 'access/terminal-unknown' };
  expect(await post('look', cookie, over.code)).toMatchObject({ body: unknown });
  await expect(takeTerminal(node.ctx, { secret: over.secret, hours: 1 })).rejects.toMatchObject(unknown);
  const asked = await askTerminal(node.ctx, 'late@desk-7');
  await post('confirm', cookie, asked.code);
  await node.ask('/session', { method: 'DELETE', cookie });
  await expect(takeTerminal(node.ctx, { secret: asked.secret, hours: 1 })).rejects.toMatchObject(unknown);
});
