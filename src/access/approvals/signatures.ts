/**
 * Signatures of officers' words. Whoever has, or ever had, a passkey or a key for commands signs with it, and a service
 * that needs his word on a digest refuses until that very signature is here; it counts once and for minutes. An officer
 * who never had either, as in an exercise, gives his word unsigned, and it is kept as such.
 */
import { everHadKey } from '#access/command/key-store.ts';
import { type Actor, actorName } from '#access/policy.ts';
import { PROOF_MINUTES } from '#access/sign-in/options.ts';
import { everHadPasskey } from '#access/sign-in/passkey-store.ts';
import { newToken, sha256 } from '#access/sign-in/secret.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { type OfficersWord, readStatement, type SignedThing, statementOf } from './statement.ts';
import type {} from './tables.ts';

export type SignatureId = Id<'signature'>;
export type SignatureWay = 'passkey' | 'ssh' | 'unsigned';

/** What proves a signed word: a passkey's answer (WebAuthn level 3), or an SSH signature (PROTOCOL.sshsig). */
export type SignatureProof =
  | {
      readonly way: 'passkey';
      readonly keyId: string;
      readonly clientData: Uint8Array;
      readonly authenticatorData: Uint8Array;
      readonly signature: Uint8Array;
    }
  | { readonly way: 'ssh'; readonly keyId: string; readonly signature: Uint8Array }
  | { readonly way: 'unsigned' };

export interface UsedSignature {
  readonly signatureId: SignatureId;
  readonly way: SignatureWay;
}

/**
 * Keeps a signed word whose proof was checked, one row a thing, and records it.
 * @param signed `usedAt`: where the act is done in the same transaction
 */
export async function insertSignature(
  tx: Tx,
  { clock }: Pick<NodeContext, 'clock'>,
  signed: {
    readonly statement: string;
    readonly officerId: string;
    readonly proof: SignatureProof;
    readonly usedAt?: Date;
  },
): Promise<SignatureId[]> {
  const { statement, officerId, proof } = signed;
  const said = readStatement(statement);
  if (said?.officer !== officerId) throw new IcarusError('access/challenge-unknown');
  const at = new Date();
  const digest = sha256(statement);
  const keyId = proof.way === 'unsigned' ? null : proof.keyId;
  const rows = said.things.map((thing) => ({
    id: newId<SignatureId>('signature', at),
    officer_id: officerId,
    operation_id: said.operationId,
    word: said.word,
    act_kind: thing.kind,
    act_id: thing.id,
    act_digest: thing.digest,
    statement,
    statement_sha256: digest,
    way: proof.way,
    key_id: keyId,
    client_data: proof.way === 'passkey' ? Buffer.from(proof.clientData) : null,
    authenticator_data: proof.way === 'passkey' ? Buffer.from(proof.authenticatorData) : null,
    signature: proof.way === 'unsigned' ? null : Buffer.from(proof.signature),
    signed_at: at,
    used_at: signed.usedAt ?? null,
  }));
  await tx.insertInto('act_signature').values(rows).execute();
  await recordEvent(tx, {
    at: clock.now(),
    kind: 'approval.signed',
    actor: officerId,
    ...(said.operationId ? { operationId: said.operationId } : {}),
    subject: { kind: 'signed-word', id: digest },
    facts: {
      word: said.word,
      way: proof.way,
      key: keyId,
      things: said.things.map(({ kind, id, digest }) => ({ kind, id, digest })),
    },
  });
  return rows.map(({ id }) => id);
}

/**
 * Refuses an act whose officer has something to sign with and has not signed it: to be asked before work that takes long.
 * @throws access/signature-needed, with what is to be signed
 */
export async function requireSigned(db: Db, actor: Actor, word: OfficersWord): Promise<void> {
  if (await mustSign(db, actor)) await openSignatures(db, actorName(actor), word);
}

/**
 * The officer's word, in the transaction of the act that it is for: his signature, which is used up, or an
 * unsigned word where he has nothing to sign with.
 * @returns one for each thing, in their order
 * @throws access/signature-needed
 */
export async function takeWord(
  tx: Tx,
  ctx: Pick<NodeContext, 'clock' | 'node'>,
  actor: Actor,
  word: OfficersWord,
): Promise<UsedSignature[]> {
  const at = new Date();
  const officerId = actorName(actor);
  if (await mustSign(tx, actor)) {
    const used = await openSignatures(tx, officerId, word);
    await tx
      .updateTable('act_signature')
      .set({ used_at: at })
      .where(
        'id',
        'in',
        used.map(({ signatureId }) => signatureId),
      )
      .execute();
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'approval.signature-used',
      actor: officerId,
      ...(word.operationId ? { operationId: word.operationId } : {}),
      subject: { kind: 'signature', id: used[0]?.signatureId ?? '' },
      facts: { signatures: used.map(({ signatureId }) => signatureId) },
    });
    return used;
  }
  const { agencyId } = ctx.node;
  const statement = statementOf(word, { agencyId, officerId, at, nonce: newToken() });
  const proof = { way: 'unsigned' } as const;
  const ids = await insertSignature(tx, ctx, { statement, officerId, proof, usedAt: at });
  return ids.map((signatureId) => ({ signatureId, way: 'unsigned' }));
}

async function mustSign(db: Db, actor: Actor): Promise<boolean> {
  if (actor.kind !== 'officer') return false;
  return (await everHadPasskey(db, actor.officerId)) || everHadKey(db, actor.officerId);
}

/** His fresh signatures that no act has used, one for each thing. */
async function openSignatures(db: Db, officerId: string, word: OfficersWord): Promise<UsedSignature[]> {
  const found: UsedSignature[] = [];
  for (const thing of word.things) {
    const row = await openSignature(db, officerId, { word, thing });
    if (!row) throw needed(word);
    found.push({ signatureId: row.id as SignatureId, way: row.way as SignatureWay });
  }
  return found;
}

function openSignature(
  db: Db,
  officerId: string,
  { word, thing }: { readonly word: OfficersWord; readonly thing: SignedThing },
) {
  return db
    .selectFrom('act_signature')
    .select(['id', 'way'])
    .where('officer_id', '=', officerId)
    .where('word', '=', word.word)
    .where('operation_id', word.operationId === null ? 'is' : '=', word.operationId)
    .where('act_kind', '=', thing.kind)
    .where('act_id', '=', thing.id)
    .where('act_digest', '=', thing.digest)
    .where('used_at', 'is', null)
    .where('signed_at', '>', new Date(Date.now() - PROOF_MINUTES * MINUTE_MS))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The details carry what the page hands to the passkey. */
function needed({ word, things, operationId }: OfficersWord): IcarusError {
  const named = things.map(({ kind, id, digest }) => ({ kind, id, digest }));
  const toSign = JSON.stringify({ word, things: named, operationId });
  return new IcarusError('access/signature-needed', { things: things.length, toSign });
}
