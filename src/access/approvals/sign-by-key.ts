/** Signing an officer's word at the terminal, with the key that proves his commands. */
import { keyInForce } from '#access/command/key-store.ts';
import { newToken } from '#access/sign-in/secret.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Signer } from '#seal/keys.ts';
import { fingerprint } from '#seal/public-key.ts';
import { type Namespace, signStatement, statementSigner } from '#seal/sshsig.ts';
import { insertSignature } from './signatures.ts';
import { type OfficersWord, statementOf } from './statement.ts';

/** Of words, so that the proof of a command is no word (`ssh-keygen -Y verify -n word@icarus`). */
export const WORD_NAMESPACE: Namespace = 'word@icarus';

/**
 * Signs; the act that the word is for can use it within minutes. The signer may ask the officer to touch his token.
 * @throws access/key-unknown where the key is not this officer's, or was revoked; seal/signature-invalid
 */
export async function signWordByKey(
  ctx: NodeContext,
  {
    officerId,
    word,
    signer,
  }: { readonly officerId: OfficerId; readonly word: OfficersWord; readonly signer: Signer },
): Promise<void> {
  const { agencyId } = ctx.node;
  const statement = statementOf(word, { agencyId, officerId, at: new Date(), nonce: newToken() });
  const bytes = Buffer.from(statement);
  const signature = await signStatement(signer, WORD_NAMESPACE, bytes);
  const keyId = fingerprint(statementSigner(signature, WORD_NAMESPACE, bytes));
  await inTransaction(ctx, async (tx) => {
    const key = await keyInForce(tx, keyId);
    if (key?.officerId !== officerId) throw new IcarusError('access/key-unknown', { fingerprint: keyId });
    const proof = { way: 'ssh', keyId, signature: Buffer.from(signature) } as const;
    await insertSignature(tx, ctx, { statement, officerId, proof });
  });
}
