/**
 * The door before records of victims, other parties and minors: whoever names one, in the path, the query or the body,
 * and has no role that needs it, is refused before the route runs. Deny by default: a route that names a target is
 * guarded without being listed. Lists leave closed records out by themselves.
 */
import type { FastifyRequest } from 'fastify';
import { closedTo } from '#access/closed-persons.ts';
import { routeKey } from '#access/gate.ts';
import type { App } from '#access/http.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';

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
    const { actor, params } = request;
    const { operationId } = params as { operationId?: OperationId };
    if (actor?.kind !== 'officer' || operationId === undefined) return;
    const { url } = request.routeOptions;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (url === undefined || routeKey(method, url) in STAYS_OPEN) return;
    const named = namedIn(request);
    const asksFor = named.exhibits.length + named.packages.length + named.targets.length > 0;
    if (!asksFor) return;
    const closed = await closedTo(ctx, actor, operationId);
    if (closed.size === 0) return;
    const targets = [...named.targets, ...(await targetsBehind(ctx.db, operationId, named))];
    if (targets.some((targetId) => closed.has(targetId))) throw new IcarusError('access/person-closed');
  });
}

interface Named {
  readonly targets: readonly string[];
  readonly exhibits: readonly string[];
  readonly packages: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

function namedIn(request: FastifyRequest): Named {
  const { url = '' } = request.routeOptions;
  const all = [request.params, request.query, request.body].filter(
    (one): one is Members => typeof one === 'object' && one !== null && !Array.isArray(one),
  );
  const texts = (name: string) =>
    all.flatMap((members) => members[name]).filter((value): value is string => typeof value === 'string');
  /** `kind` and `id`, as the custody log, chains and holds name things. */
  const ofKind = (kind: string, kinds: readonly string[], id: string) =>
    all.flatMap((members) =>
      kinds.includes(String(members[kind])) && typeof members[id] === 'string' ? [members[id]] : [],
    );
  return {
    targets: [
      ...['targetId', 'targetIds', 'earlier', 'later'].flatMap(texts),
      ...ofKind('subjectKind', ['target'], 'subjectId'),
      ...ofKind('kind', ['target'], 'recordId'),
      ...ofKind('kind', ['target', 'outcome'], 'id'),
    ],
    exhibits: [
      ...texts('exhibitId'),
      ...ofKind('subjectKind', ['exhibit'], 'subjectId'),
      ...ofKind('kind', ['exhibit'], 'recordId'),
    ],
    packages: WHOLE_PACKAGE.test(url) ? texts('packageId') : [],
  };
}

async function targetsBehind(
  db: Db,
  operationId: OperationId,
  { exhibits, packages }: Named,
): Promise<string[]> {
  const behind: string[] = [];
  if (exhibits.length > 0) {
    const rows = await db
      .selectFrom('exhibit')
      .select('target_id')
      .where('operation_id', '=', operationId)
      .where('id', 'in', exhibits)
      .execute();
    behind.push(...rows.flatMap(({ target_id }) => target_id ?? []));
  }
  if (packages.length > 0) {
    const rows = await db
      .selectFrom('received_target')
      .select('target_id')
      .where('operation_id', '=', operationId)
      .where('package_id', 'in', packages)
      .execute();
    behind.push(...rows.map(({ target_id }) => target_id));
  }
  return behind;
}
