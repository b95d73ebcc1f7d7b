/**
 * Agency cards: a node trusts the cards that its administrator took after comparing fingerprints.
 * A card with other keys never replaces a known one unless the administrator says so.
 */

import { type Actor, actorName, authorize } from '#access/policy.ts';
import { isCountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { type AgencyCard, cardFingerprints, readCard } from '#seal/card.ts';
import type { Keyring } from '#seal/open.ts';
import { type AgencyRow, agencyById, listAgencies, ownAgency, upsertAgency } from './store.ts';

export type CardFingerprints = ReturnType<typeof cardFingerprints>;

export interface CardPreview {
  readonly card: AgencyCard;
  /** What two people compare by telephone before the card is added. */
  readonly fingerprints: CardFingerprints;
}

/** This node's own agency; `node/missing` where none is set up. */
export async function requireOwnAgency(db: Db): Promise<AgencyRow> {
  const own = await ownAgency(db);
  if (!own) throw new IcarusError('node/missing', { path: 'this database' });
  return own;
}

/** The text of this node's own signed card, as it is handed to partners. */
export async function exportCard(db: Db): Promise<string> {
  return (await requireOwnAgency(db)).card;
}

export async function ownCard(db: Db): Promise<AgencyCard> {
  return parsedCard((await requireOwnAgency(db)).card);
}

/**
 * Reads a card without taking it.
 * @throws seal/card-invalid, seal/signature-invalid
 */
export async function previewCard(text: string): Promise<CardPreview> {
  const card = await readCard(text);
  return { card, fingerprints: cardFingerprints(card) };
}

/**
 * Takes an agency's card: messages from its keys are believed and messages to it are sealed for them
 * from now on. The same card again changes nothing.
 *
 * @param options `replace`: take the card although this node knows the agency with other keys, or with a newer card
 * @throws agency/other-keys, agency/older-card, agency/own-card, seal/card-invalid, seal/signature-invalid
 */
export async function addCard(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'jobs' | 'node'>,
  actor: Actor,
  text: string,
  options: { readonly replace?: boolean } = {},
): Promise<CardPreview> {
  authorize(actor, 'agencies.add');
  const preview = await previewCard(text);
  const { card, fingerprints } = preview;
  if (card.agencyId === ctx.node.agencyId)
    throw new IcarusError('agency/own-card', { agency: card.agencyId });
  const at = ctx.clock.now();
  await inTransaction(ctx, async (tx) => {
    const known = await agencyById(tx, card.agencyId);
    if (known?.card === text) return;
    if (known && !options.replace) checkSuccession(await parsedCard(known.card), card);
    const country = card.country !== null && isCountryCode(card.country) ? card.country : null;
    await upsertAgency(tx, {
      agencyId: card.agencyId,
      name: card.name,
      country,
      own: false,
      card: text,
      addedAt: at,
    });
    await recordEvent(tx, {
      at,
      kind: known ? 'agency.card-replaced' : 'agency.added',
      actor: actorName(actor),
      subject: { kind: 'agency', id: card.agencyId },
      facts: {
        signingKeys: fingerprints.signingKeys,
        ageRecipients: fingerprints.ageRecipients,
        issuedAt: card.issuedAt,
      },
    });
  });
  return preview;
}

/** A newer card of the same keys may change the rest: an address, a name, a key's end or revocation. */
function checkSuccession(known: AgencyCard, next: AgencyCard): void {
  if (keysOf(known) !== keysOf(next)) throw new IcarusError('agency/other-keys', { agency: next.agencyId });
  // An old card would take a revocation back.
  if (next.issuedAt < known.issuedAt) throw new IcarusError('agency/older-card', { agency: next.agencyId });
}

function keysOf(card: AgencyCard): string {
  return [...card.signingKeys.map(({ publicKey }) => publicKey), ...card.ageRecipients].sort().join('\n');
}

/** The cards that this node trusts, its own included, as they stand now. */
export async function keyringOf(db: Db): Promise<Keyring> {
  const agencies = await listAgencies(db);
  const cards = await Promise.all(
    agencies.map(async ({ agencyId, card }) => [agencyId, await parsedCard(card)] as const),
  );
  const byAgency = new Map<AgencyId, AgencyCard>(cards);
  return { cardOf: (agencyId) => byAgency.get(agencyId) };
}

/** Every agency that this node knows, with its card and fingerprints. */
export async function agencyCards(db: Db): Promise<({ readonly agency: AgencyRow } & CardPreview)[]> {
  const agencies = await listAgencies(db);
  return Promise.all(
    agencies.map(async (agency) => {
      const card = await parsedCard(agency.card);
      return { agency, card, fingerprints: cardFingerprints(card) };
    }),
  );
}

const MAX_REMEMBERED = 512;
const remembered = new Map<string, Promise<AgencyCard>>();

/** Checking a card's signature gives the same answer for the same text: it is done once. */
function parsedCard(text: string): Promise<AgencyCard> {
  const known = remembered.get(text);
  if (known) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const card = readCard(text);
  remembered.set(text, card);
  return card;
}
