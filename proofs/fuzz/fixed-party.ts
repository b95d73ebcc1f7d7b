/** The agency of the corpus: throwaway keys that stay, so that its signatures and ciphertexts go on to hold. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgencyId } from '#core/ids.ts';
import { recipientOf } from '#seal/age-keys.ts';
import { type AgencyCard, CARD_FORMAT, plainPublicKey } from '#seal/card.ts';
import { ISSUED_AT, type Party, RECEIVED_AT } from '#seal/fixtures.ts';
import { signerFrom } from '#seal/keys.ts';

export const CORPUS = join(import.meta.dirname, '..', 'corpus');
export const AT = RECEIVED_AT;

const keyFile = (name: string) => readFileSync(join(CORPUS, 'keys', name), 'utf8');

export async function fixedParty(): Promise<Party> {
  const privateKey = keyFile('signing-key');
  const signer = signerFrom(privateKey);
  const identity = keyFile('identity.txt').trim();
  const publicKey = plainPublicKey(signer.publicKey);
  const card: AgencyCard = {
    format: CARD_FORMAT,
    agencyId: 'dk' as AgencyId,
    name: 'Agency dk',
    country: 'DK',
    address: null,
    signingKeys: [{ publicKey, validAfter: ISSUED_AT, validBefore: null, revokedAt: null }],
    ageRecipients: [await recipientOf(identity)],
    issuedAt: ISSUED_AT,
  };
  return { card, signer, privateKey, identity };
}
