/**
 * The door before records of victims, other parties and minors: whoever names one, in the path, the query or the body,
 * and has no role that needs it, is refused before the route runs. Deny by default: a route that names a target is
 * guarded without being listed. Lists leave closed records out by themselves.
 */
import { routeKey } from '#access/gate.ts';
import type { App } from '#access/http.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { namedIn, requireNamedOpen } from '#protection/named-persons.ts';

/** Routes that name a target and stay open, with the reason. */
const STAYS_OPEN: Readonly<Record<string, string>> = {
  'GET {op}/risks/:targetId': 'somebody may be harmed now: no rule on records stands before it',
  'POST {op}/risks/:targetId': 'as above',
  'POST {op}/persons/:targetId/opening': 'asks for the opening itself',
};

/** Files of a package name all its persons at once. */
const WHOLE_PACKAGE = /\/(summary\.pdf|preservation)(\/|$)/;

/** Holds for every route that is added to `app` from now on. */
export function closedPersons(app: App, ctx: NodeContext): void {
  app.addHook('preHandler', async (request) => {
    const { actor, params, query, body } = request;
    const { operationId } = params as { operationId?: OperationId };
    if (actor?.kind !== 'officer' || operationId === undefined) return;
    const { url } = request.routeOptions;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (url === undefined || routeKey(method, url) in STAYS_OPEN) return;
    const named = namedIn([params, query, body]);
    const packages = WHOLE_PACKAGE.test(url) ? named.packages : [];
    await requireNamedOpen(ctx, actor, { operationId, ...named, packages });
  });
}
