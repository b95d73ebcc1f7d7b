/**
 * A node's own card, issued anew when what it states has changed: keys of other uses, an address. The new
 * card is signed by the key that signs for the node now, and is always newer than the one before, so that
 * partners who know the agency take it without comparing fingerprints again (its signing keys and
 * recipients apart).
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { type AgencyCard, cardFingerprints, readCard, writeCard } from '#seal/card.ts';
import { ownCard, requireOwnAgency } from './cards.ts';
import { lockOwnAgency, upsertAgency } from './store.ts';

/** What a renewal may change; whose card it is stays. */
export type CardChange = Partial<Omit<AgencyCard, 'format' | 'agencyId' | 'issuedAt'>>;

/** What the log says of a renewal beside the card: which key was revoked, and why. */
export interface Because {
  readonly revoked?: string;
  readonly reason?: string;
}

type RenewContext = Pick<NodeContext, 'db' | 'clock' | 'jobs' | 'keys'>;

/**
 * Issues this node's card anew, in a transaction of its own; where nothing changes, the card stays.
 *
 * @param change what is other on the new card, given the card as it stands
 * @param because stands in the event of the renewal
 * @returns the text of the card that stands now
 * @throws node/missing, access/denied, seal/card-invalid when the node's key may not sign the new card
 */
export async function renewOwnCard(
  ctx: RenewContext,
  actor: Actor,
  change: (card: AgencyCard) => CardChange,
  because: Because = {},
): Promise<string> {
  authorize(actor, 'node.administer');
  return inTransaction(ctx, (tx) => renewWithin(ctx, tx, { actor, change, because }));
}

const START: Actor = { kind: 'system', process: 'start' };

/** States the key of the custody log on the card of a node that was set up before it had one, or lost it. */
export async function stateLogKey(ctx: RenewContext): Promise<void> {
  const { verifierKey } = ctx.keys.log;
  if ((await ownCard(ctx.db)).logKey === verifierKey) return;
  await renewOwnCard(ctx, START, () => ({ logKey: verifierKey }));
}

async function renewWithin(
  { clock, keys }: RenewContext,
  tx: Tx,
  { actor, change, because }: { actor: Actor; change: (card: AgencyCard) => CardChange; because: Because },
): Promise<string> {
  await lockOwnAgency(tx);
  const own = await requireOwnAgency(tx);
  const before = await readCard(own.card);
  const changed: AgencyCard = { ...before, ...change(before) };
  if (JSON.stringify(changed) === JSON.stringify(before)) return own.card;
  const at = clock.now();
  // Also where the clock stands still or went back: of two cards the newer one counts.
  const issuedAt = new Date(Math.max(at.getTime(), new Date(before.issuedAt).getTime() + 1)).toISOString();
  const card = { ...changed, issuedAt };
  const text = await writeCard(card, keys.signer);
  await upsertAgency(tx, { ...own, name: card.name, card: text, addedAt: at });
  const { signingKeys, ageRecipients } = cardFingerprints(card);
  await recordEvent(tx, {
    at,
    kind: 'agency.card-renewed',
    actor: actorName(actor),
    subject: { kind: 'agency', id: card.agencyId },
    facts: {
      signingKeys,
      ageRecipients,
      logKey: card.logKey ?? null,
      tlsKeys: card.tlsKeys ?? [],
      address: card.address,
      issuedAt,
      ...because,
    },
  });
  return text;
}
