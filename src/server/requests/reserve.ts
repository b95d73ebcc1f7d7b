/**
 * While less than the reserve is free on the disk, a node reads and delivers, and takes nothing new in. What goes on
 * writes a few rows at most, and without it nobody could sign in and read, make room, or be protected from harm.
 */
import { routeKey } from '#access/gate.ts';
import type { App } from '#access/http.ts';
import type { NodeContext } from '#platform/context.ts';
import { requireReserve } from '#platform/free-space.ts';

export const GOES_ON: ReadonlySet<string> = new Set([
  // Taken in by size: src/exchange/accept.ts
  'PUT /exchange/v1/messages/:messageId',
  'PATCH /exchange/v1/messages/:messageId/upload',
  'POST /api/inbox',
  // Signing in, reading, and signing what makes room
  'POST /api/sign-in/provider',
  'POST /api/sign-in/options',
  'POST /api/sign-in',
  'POST /api/session/prove/provider',
  'POST /api/session/prove/options',
  'POST /api/session/prove',
  'POST /api/session/sign/options',
  'POST /api/session/sign',
  'DELETE /api/session',
  'POST {op}/consultations/reason',
  // Shutting out
  'DELETE /api/account/passkeys/:passkeyId',
  'DELETE /api/account/keys/:fingerprint',
  'DELETE /api/account/sessions/:sessionId',
  'POST /api/officers/:officerId/retire',
  'POST /api/officers/:officerId/sessions/end',
  'POST /api/officers/:officerId/grants/withdraw',
  'POST /api/keys/revoke',
  // Making room
  'POST {op}/observations/uploads/:uploadId/cancel',
  'POST {op}/exhibits/:exhibitId/inventories/:inventoryId/cancel',
  'POST {op}/freeze-curve/cancel',
  'POST {op}/erasures/:messageId/decide',
  'POST {op}/protection/erasures/:erasureId/approve',
  // Somebody may be harmed
  'POST {op}/risks/:targetId',
]);

/** After the hooks that say who asks and whether he may. */
export function refuseBelowReserve(app: App, ctx: Pick<NodeContext, 'paths' | 'diskReserveBytes'>): void {
  app.addHook('onRequest', async ({ method, is404, routeOptions }) => {
    if (is404 || method === 'GET' || method === 'HEAD') return;
    if (!GOES_ON.has(routeKey(method, routeOptions.url ?? ''))) await requireReserve(ctx);
  });
}
