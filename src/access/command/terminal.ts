/**
 * Signing in at a terminal: it shows a short code, its officer types it on the page where he is signed in, sees which
 * terminal asks, and confirms it with his passkey. The terminal then has a session of its own, which no page takes.
 */
import { newCode, newToken, plainCode, sha256 } from '#access/sign-in/secret.ts';
import { endReplaced, type Session, type SessionId, signInOfficer } from '#access/sign-in/sessions.ts';
import { actorById } from '#access/store.ts';
import type { TerminalSignInTable } from '#access/tables.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';

/** How long a code waits. */
const LIFE_MINUTES = 10;
/** 40 bits, tried by signed-in officers only, and few at a time. */
const CODE_LETTERS = 8;

export interface AskedTerminal {
  /** To be shown: `7K2M-9QXA`. */
  readonly code: string;
  /** To be kept: with it the terminal takes its session. */
  readonly secret: string;
  readonly expiresAt: Date;
}

/** @param device how the terminal names itself: `maria@desk-7` */
export async function askTerminal({ db }: Pick<NodeContext, 'db'>, device: string): Promise<AskedTerminal> {
  const now = new Date();
  const asked = {
    code: newCode(CODE_LETTERS),
    secret: newToken(),
    expiresAt: new Date(now.getTime() + LIFE_MINUTES * MINUTE_MS),
  };
  await db.deleteFrom('terminal_sign_in').where('expires_at', '<', now).execute();
  await db
    .insertInto('terminal_sign_in')
    .values({
      code_sha256: sha256(asked.code),
      secret_sha256: sha256(asked.secret),
      device: device.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 100),
      asked_at: now,
      expires_at: asked.expiresAt,
      confirmed_by: null,
      confirmed_session: null,
    })
    .execute();
  return asked;
}

export interface WaitingTerminal {
  readonly device: string;
  readonly askedAt: Date;
}

/** Which terminal shows this code. @throws access/terminal-unknown */
export async function waitingTerminal(
  { db }: Pick<NodeContext, 'db'>,
  typed: string,
): Promise<WaitingTerminal> {
  const { device, asked_at } = await waiting(db, typed);
  return { device, askedAt: asked_at };
}

/**
 * The officer's word that the terminal is his.
 * @throws access/terminal-unknown, which says the same of a code that never was, is over or was confirmed
 */
export async function confirmTerminal(ctx: NodeContext, session: Session, typed: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const { code_sha256, device } = await waiting(tx, typed);
    const { officerId, sessionId } = session;
    const { numUpdatedRows } = await tx
      .updateTable('terminal_sign_in')
      .set({ confirmed_by: officerId, confirmed_session: sessionId })
      .where('code_sha256', '=', code_sha256)
      .where('confirmed_by', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new IcarusError('access/terminal-unknown');
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'officer.terminal-confirmed',
      actor: officerId,
      subject: { kind: 'officer', id: officerId },
      facts: { device, session: sessionId },
    });
  });
}

/**
 * The terminal's session, once its officer has confirmed it. The one that it had ends.
 * @param terminal `earlier`: the token of the session that it had
 * @returns the token, which is kept nowhere else; undefined while the code waits
 * @throws access/terminal-unknown where the code is over, was taken before, or its officer is in service no more
 */
export async function takeTerminal(
  ctx: NodeContext,
  { secret, hours, earlier }: { secret: string; hours: number; earlier?: string | undefined },
): Promise<{ token: string; officerId: OfficerId } | undefined> {
  return inTransaction(ctx, async (tx) => {
    const row = await tx
      .selectFrom('terminal_sign_in')
      .selectAll()
      .where('secret_sha256', '=', sha256(secret))
      .where('expires_at', '>', new Date())
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new IcarusError('access/terminal-unknown');
    if (row.confirmed_by === null) return undefined;
    await tx.deleteFrom('terminal_sign_in').where('code_sha256', '=', row.code_sha256).execute();
    const officerId = row.confirmed_by as OfficerId;
    const confirmed = await tx
      .selectFrom('session')
      .select('id')
      .where('id', '=', row.confirmed_session as SessionId)
      .executeTakeFirst();
    if (!confirmed || !(await actorById(tx, officerId))) throw new IcarusError('access/terminal-unknown');
    const over = earlier === undefined ? undefined : await terminalSession(tx, earlier);
    if (over) await endReplaced(ctx, tx, over);
    const token = await signInOfficer(ctx, tx, {
      officerId,
      by: { way: 'terminal' },
      device: row.device,
      hours,
      facts: { confirmedIn: confirmed.id },
    });
    return { token, officerId };
  });
}

async function terminalSession(
  tx: Tx,
  token: string,
): Promise<{ officerId: OfficerId; sessionId: SessionId } | undefined> {
  const row = await tx
    .selectFrom('session')
    .select(['id', 'officer_id'])
    .where('token_sha256', '=', sha256(token))
    .where('way', '=', 'terminal')
    .executeTakeFirst();
  return row && { officerId: row.officer_id as OfficerId, sessionId: row.id as SessionId };
}

async function waiting(db: Db, typed: string): Promise<TerminalSignInTable> {
  const row = await db
    .selectFrom('terminal_sign_in')
    .selectAll()
    .where('code_sha256', '=', sha256(plainCode(typed)))
    .where('expires_at', '>', new Date())
    .where('confirmed_by', 'is', null)
    .executeTakeFirst();
  if (!row) throw new IcarusError('access/terminal-unknown');
  return row;
}
