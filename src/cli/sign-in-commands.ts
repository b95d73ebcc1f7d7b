/** Signing in at this terminal: a code here, confirmed on the page with the passkey. */
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { addCommand } from './commands.ts';
import { type NodeRun, runOnNode } from './session.ts';
import { forgetSession, keepSession, keptSession } from './terminal-session.ts';

/** RFC 8628 section 3.5 lets a device ask every five seconds; the database is nearer. */
const ASK_EVERY_MS = 1000;

export function signInCommands(program: Command): void {
  addCommand(
    program,
    'sign-in',
    'sign in at this terminal: confirm its code on the page "Your account"',
    'icarus sign-in',
  ).action((_options: object, command: Command) => runOnNode(command, signIn));
  addCommand(program, 'sign-out', 'end the session of this terminal', 'icarus sign-out').action(
    (_options: object, command: Command) => runOnNode(command, signOut),
  );
}

async function signIn({ node, config, out, signal }: NodeRun): Promise<void> {
  const { askTerminal, takeTerminal } = await import('#access/command/terminal.ts');
  const { agencyId } = node.ctx.node;
  const { code, secret } = await askTerminal(node.ctx, `${userInfo().username}@${hostname()}`);
  const earlier = await keptSession(agencyId, true);
  const pages = config.pagesOrigin ?? `http://localhost:${config.httpPort}`;
  out.note(`Open ${pages}/${agencyId}/account, where you are signed in, and type the code ${code}`);
  for (;;) {
    const taken = await takeTerminal(node.ctx, { secret, hours: config.sessionHours, earlier });
    if (taken) {
      const file = await keepSession(agencyId, taken.token);
      out.result({ officerId: taken.officerId, file }, `You are signed in here as ${taken.officerId}.`);
      return;
    }
    await sleep(ASK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function signOut({ node, config, out }: NodeRun): Promise<void> {
  const { endSessions, sessionByToken } = await import('#access/sign-in/sessions.ts');
  const { agencyId } = node.ctx.node;
  const token = await keptSession(agencyId);
  const limits = { idleMinutes: config.sessionIdleMinutes };
  const found = token === undefined ? undefined : await sessionByToken(node.ctx.db, token, limits);
  if (found) await endSessions(node.ctx, found.actor, found.session);
  await forgetSession(agencyId);
  out.result({ ended: found !== undefined }, found ? 'You are signed out here.' : 'You were not signed in.');
}
