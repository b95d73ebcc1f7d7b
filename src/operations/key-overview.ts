/** Keys as two officers compare them by telephone: what each card says, how each key stands, what has changed. */
import { type Actor, authorizeOnNode } from '#access/policy.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { listEvents } from '#custody/record.ts';
import type { NodeContext } from '#platform/context.ts';
import { keyStanding } from '#seal/card.ts';
import { fingerprint, sameKey } from '#seal/public-key.ts';
import { agencyCards } from './cards.ts';
import type { CardView, KeyOverview } from './key-schemas.ts';
import { signsFromAgent } from './rotate.ts';

const KEY_EVENTS: readonly EventKind[] = [
  'agency.added',
  'agency.card-replaced',
  'agency.card-renewed',
  'agency.keys-rotated',
];
/** More than any node sees in years. */
const MOST_EVENTS = 1000;

type KnownCard = Awaited<ReturnType<typeof agencyCards>>[number];

/** @throws access/denied */
export async function keyOverview(ctx: NodeContext, actor: Actor): Promise<KeyOverview> {
  authorizeOnNode(actor, 'agencies.read');
  const cards = await agencyCards(ctx.db);
  const views = cards.map((known) => cardView(known, ctx));
  const own = views.find(({ agencyId }) => agencyId === ctx.node.agencyId);
  if (!own) throw new Error('a node without a card of its own');
  return {
    own,
    inAgent: await signsFromAgent(ctx.paths),
    partners: views.filter((card) => card !== own),
    history: await keyHistory(ctx),
  };
}

function cardView(
  { agency, card }: KnownCard,
  { clock, keys }: Pick<NodeContext, 'clock' | 'keys'>,
): CardView {
  const now = clock.now();
  return {
    agencyId: card.agencyId,
    name: card.name,
    country: card.country,
    address: card.address,
    issuedAt: card.issuedAt,
    addedAt: agency.addedAt.toISOString(),
    signingKeys: card.signingKeys.map(({ publicKey, ...times }) => {
      const standing = keyStanding(card, publicKey, { signedAt: now, checkedAt: now });
      return {
        ...times,
        fingerprint: fingerprint(publicKey),
        type: publicKey.split(' ')[0] ?? '',
        standing: standing === 'unknown' ? 'expired' : standing,
        signsNow: agency.own && sameKey(publicKey, keys.signer.publicKey),
      };
    }),
    ageRecipients: [...card.ageRecipients],
    logKey: card.logKey ?? null,
    tlsPins: [...(card.tlsKeys ?? [])],
  };
}

async function keyHistory({ db }: Pick<NodeContext, 'db'>): Promise<KeyOverview['history']> {
  const events = await listEvents(db, { kinds: KEY_EVENTS, limit: MOST_EVENTS });
  return events.toReversed().map(({ sequence, at, kind, actor, subject, facts }) => ({
    sequence,
    at: at.toISOString(),
    kind,
    actor,
    agencyId: subject.id,
    revoked: textIn(facts['revoked']),
    reason: textIn(facts['reason']),
  }));
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
