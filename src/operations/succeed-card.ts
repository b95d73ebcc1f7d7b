/**
 * A partner's new card that came in a message of theirs. The message was signed by a key that is trusted
 * here, so the card is taken without comparing fingerprints again, as long as it goes on from the one that
 * is known: newer, no key of it gone, no revocation taken back. Anything else is for two persons and a
 * telephone.
 */
import { isCountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { Tx } from '#platform/tables.ts';
import { type AgencyCard, cardFingerprints, readCard } from '#seal/card.ts';
import { sameKey } from '#seal/public-key.ts';
import { agencyById, upsertAgency } from './store.ts';

/**
 * @returns false where this very card is here already
 * @throws agency/not-found, agency/older-card, agency/rotation-unlinked, seal/card-invalid, seal/signature-invalid
 */
export async function succeedCard(
  tx: Tx,
  { from, text, at }: { readonly from: AgencyId; readonly text: string; readonly at: Date },
): Promise<boolean> {
  const row = await agencyById(tx, from);
  if (!row) throw new IcarusError('agency/not-found', { agency: from });
  if (row.card === text) return false;
  const [known, next] = [await readCard(row.card), await readCard(text)];
  if (next.agencyId !== from || row.own) throw new IcarusError('agency/rotation-unlinked', { agency: from });
  if (next.issuedAt <= known.issuedAt) throw new IcarusError('agency/older-card', { agency: from });
  if (!goesOn(known, next)) throw new IcarusError('agency/rotation-unlinked', { agency: from });
  const country = next.country !== null && isCountryCode(next.country) ? next.country : null;
  await upsertAgency(tx, {
    agencyId: from,
    name: next.name,
    country,
    own: false,
    card: text,
    addedAt: at,
  });
  const { signingKeys, ageRecipients } = cardFingerprints(next);
  await recordEvent(tx, {
    at,
    kind: 'agency.keys-rotated',
    actor: `agency:${from}`,
    subject: { kind: 'agency', id: from },
    facts: { signingKeys, ageRecipients, issuedAt: next.issuedAt, before: known.issuedAt },
  });
  return true;
}

/** Is every key that is known still on the new card, and every revocation? Pure. */
export function goesOn(known: AgencyCard, next: AgencyCard): boolean {
  return known.signingKeys.every((before) => {
    const after = next.signingKeys.find(({ publicKey }) => sameKey(publicKey, before.publicKey));
    if (!after) return false;
    return before.revokedAt === null || after.revokedAt === before.revokedAt;
  });
}
