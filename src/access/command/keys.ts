/**
 * The keys that officers sign commands with: enrolled by the officer on the page, once he has proved that he is
 * there, or at the command line with an administrator's one-time code. A key is one officer's, for ever.
 */
import { type Actor, actorName, decide } from '#access/policy.ts';
import { cancelOpen, enrolmentByCode, useEnrolment } from '#access/sign-in/enrolment.ts';
import { startAnew } from '#access/sign-in/recovery.ts';
import type { Json } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { plainPublicKey } from '#seal/card.ts';
import { fingerprint } from '#seal/public-key.ts';
import { insertKey, revokeKeys } from './key-store.ts';
import { useNonce } from './nonces.ts';
import { type Call, checkCall, type SignedCall } from './statement.ts';

/**
 * Enrols a key for an officer who is signed in and has proved that he is there.
 * @param key `publicKey`: one line as in `id_ed25519.pub`
 * @throws seal/key-unreadable, access/key-known
 */
export async function enrolKey(
  ctx: NodeContext,
  officerId: OfficerId,
  key: { publicKey: string; label: string },
): Promise<string> {
  return inTransaction(ctx, (tx) => insert(ctx, tx, { officerId, ...key, facts: {} }));
}

/**
 * Enrols the key that signed `signed` for the officer of a one-time code; after a recovery it is the only way in.
 * @throws access/code-wrong, access/recovery-unconfirmed, access/key-known, access/proof-…
 */
export async function enrolKeyByCode(
  ctx: NodeContext,
  by: { code: string; label: string },
  { call, signed }: { call: Call; signed: SignedCall },
): Promise<{ officerId: OfficerId; fingerprint: string }> {
  const { publicKey, nonce } = checkCall(ctx, call, signed);
  return inTransaction(ctx, async (tx) => {
    await useNonce(tx, nonce);
    const { enrolmentId, officerId, recovery } = await enrolmentByCode(tx, by.code);
    if (!(await useEnrolment(tx, enrolmentId))) throw new IcarusError('access/code-wrong');
    const at = new Date();
    const revoked = recovery ? await startAnew(tx, officerId, at) : [];
    await cancelOpen(tx, officerId, at);
    const facts = { enrolment: enrolmentId, revoked, ...signed };
    const enrolled = await insert(ctx, tx, { officerId, publicKey, label: by.label, facts });
    return { officerId, fingerprint: enrolled };
  });
}

/**
 * Revokes a key: the officer's own, or, by an administrator, another's.
 * @throws access/denied, access/key-not-found
 */
export async function revokeKey(
  ctx: NodeContext,
  actor: Actor,
  which: { officerId: OfficerId; fingerprint: string },
): Promise<void> {
  const own = actor.kind === 'officer' && actor.officerId === which.officerId;
  if (!own && !decide(actor, 'node.administer', {}).allowed)
    throw new IcarusError('access/denied', { reason: 'the key is another officer’s' });
  await inTransaction(ctx, async (tx) => {
    const by = actorName(actor);
    const [revoked] = await revokeKeys(tx, which, { at: new Date(), by });
    if (revoked === undefined) throw new IcarusError('access/key-not-found');
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'officer.key-revoked',
      actor: by,
      subject: { kind: 'officer', id: which.officerId },
      facts: { key: revoked },
    });
  });
}

async function insert(
  ctx: NodeContext,
  tx: Tx,
  key: { officerId: OfficerId; publicKey: string; label: string; facts: Record<string, Json> },
): Promise<string> {
  const publicKey = plainPublicKey(key.publicKey);
  const enrolled = {
    fingerprint: fingerprint(publicKey),
    officerId: key.officerId,
    publicKey,
    label: key.label,
    enrolledAt: new Date(),
  };
  if (!(await insertKey(tx, enrolled)))
    throw new IcarusError('access/key-known', { fingerprint: enrolled.fingerprint });
  await recordEvent(tx, {
    at: ctx.clock.now(),
    kind: 'officer.key-enrolled',
    actor: key.officerId,
    subject: { kind: 'officer', id: key.officerId },
    facts: { key: enrolled.fingerprint, publicKey, ...key.facts },
  });
  return enrolled.fingerprint;
}
