/**
 * Who acts at the command line of a node. The process of a command opens the database itself, so whoever has the
 * database's password and the keys on the disk can do without it: what is proven here is who gave a command, to
 * whoever reads the custody log later (docs/adr/0023-proven-commands.md).
 */
import type { Actor } from '#access/policy.ts';
import { PROOF_MINUTES } from '#access/sign-in/options.ts';
import { type SessionId, sessionById, sessionByToken } from '#access/sign-in/sessions.ts';
import { actorById } from '#access/store.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId, type OfficerId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { actIn } from '#platform/acting-call.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { fingerprint } from '#seal/public-key.ts';
import { keyInForce, noteKeyUse, type OfficerKey } from './key-store.ts';
import { useNonce } from './nonces.ts';
import { type Call, checkCall, digestOf, type SignedCall } from './statement.ts';

export type CallId = Id<'call'>;

/** An officer who proved that he gives a command, which does not yet stand in the custody log. */
export interface Proved {
  readonly actor: Extract<Actor, { kind: 'officer' }>;
  readonly call: Call;
  readonly by: ProvedBy;
}

type ProvedBy =
  | ({ readonly key: string; readonly nonce: string } & SignedCall)
  | { readonly session: SessionId };

/**
 * The officer whose key signed the command.
 * @throws access/proof-other, access/proof-old, access/key-unknown, seal/signature-invalid
 */
export async function proveByKey(ctx: NodeContext, call: Call, signed: SignedCall): Promise<Proved> {
  const { publicKey, nonce } = checkCall(ctx, call, signed);
  const key = fingerprint(publicKey);
  const { officerId } = await knownKey(ctx.db, key);
  return { actor: await inService(ctx.db, officerId), call, by: { key, nonce, ...signed } };
}

/**
 * The officer who is signed in at the terminal that has this token.
 * @param limits `grave`: he must have confirmed the terminal within minutes
 * @throws access/terminal-over, access/sign-in-again
 */
export async function proveBySession(
  ctx: NodeContext,
  call: Call,
  { token, idleMinutes, grave }: { token: string; idleMinutes: number; grave: boolean },
): Promise<Proved> {
  const found = await sessionByToken(ctx.db, token, { idleMinutes });
  if (found?.actor.kind !== 'officer' || found.session.way !== 'terminal')
    throw new IcarusError('access/terminal-over');
  const { sessionId, provedAt } = found.session;
  if (grave && Date.now() - provedAt.getTime() > PROOF_MINUTES * MINUTE_MS)
    throw new IcarusError('access/sign-in-again', { minutes: PROOF_MINUTES });
  return { actor: found.actor, call, by: { session: sessionId } };
}

/**
 * Writes the proof into the custody log; what the officer does over this connection from now on names it there. A proof
 * begins one command.
 * @param operationId that the command is about: whoever may read its log sees the proof
 * @throws access/proof-used, access/key-unknown, access/terminal-over where the key was revoked or the session ended meanwhile
 */
export async function beginCall(
  ctx: NodeContext,
  { actor, call, by }: Proved,
  operationId?: OperationId,
): Promise<void> {
  const { officerId } = actor;
  const at = ctx.clock.now();
  const callId = newId<CallId>('call', at);
  await inTransaction(ctx, async (tx) => {
    await spend(tx, by);
    const { command } = call;
    await recordEvent(tx, {
      at,
      kind: 'officer.command-proved',
      actor: officerId,
      ...(operationId && { operationId }),
      subject: { kind: 'officer', id: officerId },
      facts: { call: callId, command, argumentsSha256: digestOf(call), ...factsOf(by) },
    });
  });
  actIn(ctx.db, { officerId, callId });
}

function factsOf(by: ProvedBy): Readonly<Record<string, string>> {
  if ('session' in by) return { session: by.session };
  const { key, statement, signature } = by;
  return { key, statement, signature };
}

async function spend(tx: Tx, by: ProvedBy): Promise<void> {
  if ('session' in by) {
    if (!(await sessionById(tx, by.session))) throw new IcarusError('access/terminal-over');
    return;
  }
  const { key, nonce } = by;
  await knownKey(tx, key);
  await useNonce(tx, nonce);
  await noteKeyUse(tx, key, new Date());
}

async function knownKey(db: Db, wanted: string): Promise<OfficerKey> {
  const key = await keyInForce(db, wanted);
  if (!key) throw new IcarusError('access/key-unknown', { fingerprint: wanted });
  return key;
}

async function inService(db: Db, officerId: OfficerId): Promise<Proved['actor']> {
  const actor = await actorById(db, officerId);
  if (actor?.kind !== 'officer') throw new IcarusError('access/officer-not-found', { officer: officerId });
  return actor;
}
