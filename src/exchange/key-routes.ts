/** Keys of this node and of its partners, below `/nodes/<agency>/api`. To change them is grave. */
import { type App, actorOf } from '#access/http.ts';
import { authorize, authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { exportCard } from '#operations/cards.ts';
import { keyOverview } from '#operations/key-overview.ts';
import {
  AnnouncementView,
  KeyOverview,
  RevocationView,
  RevokeBody,
  RotateBody,
} from '#operations/key-schemas.ts';
import { signsFromAgent } from '#operations/rotate.ts';
import type { NodeContext } from '#platform/context.ts';
import { type Announcement, revokeKey, rotateKeys } from './card-update.ts';

const GRAVE = { provesPresence: true } as const;

export function keyRoutes(app: App, ctx: NodeContext): void {
  app.get('/keys', { schema: { response: { 200: KeyOverview } } }, (request) =>
    keyOverview(ctx, actorOf(request)),
  );
  app.get('/keys/card', async (request, reply) => {
    authorizeOnNode(actorOf(request), 'agencies.read');
    return reply
      .type('application/json')
      .header('content-disposition', `attachment; filename="${ctx.node.agencyId}.card.json"`)
      .send(await exportCard(ctx.db));
  });
  app.post(
    '/keys/rotate',
    { config: GRAVE, schema: { body: RotateBody, response: { 200: AnnouncementView } } },
    async (request) => {
      const actor = actorOf(request);
      authorize(actor, 'node.administer');
      const { signing, encryption } = request.body;
      if (!signing && !encryption)
        throw new IcarusError('request/invalid', { reason: 'it names no key to change' });
      if (signing && (await signsFromAgent(ctx.paths))) throw new IcarusError('agency/signing-key-in-agent');
      return announcementView(await rotateKeys(ctx, actor, request.body));
    },
  );
  app.post(
    '/keys/revoke',
    { config: GRAVE, schema: { body: RevokeBody, response: { 200: RevocationView } } },
    async (request) => {
      const { fingerprint, reason } = request.body;
      const { announcement } = await revokeKey(ctx, actorOf(request), { revoked: fingerprint, reason });
      return { announcement: announcement && announcementView(announcement) };
    },
  );
}

function announcementView({ messageIds, told, byHand }: Announcement): AnnouncementView {
  return { messageIds: [...messageIds], told: [...told], byHand: [...byHand] };
}
