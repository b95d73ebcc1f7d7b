/** Which methods an address takes, for the answer to one that it does not (RFC 9110 section 15.5.6). */
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Methods of the routes that have this path; none where no route has it. */
    methodsAt(path: string): readonly string[];
  }
}

/** Remembers every route that is added to `app` from now on. */
export function knownMethods(app: Pick<FastifyInstance, 'addHook'>): (path: string) => readonly string[] {
  const routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ path: patternOf(url), methods: [method].flat() });
  });
  return (path) => [
    ...new Set(routes.filter((route) => route.path.test(path)).flatMap(({ methods }) => methods)),
  ];
}

/** `/a/:id/b.:format` and `/a/*` as Fastify reads them. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(:\w+|\*)/).map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
