/**
 * The one HTTP server of a process: the web pages, what the process hosts, the exercise's controls,
 * and, by its first path segment, the application of each node. Nodes come and go while it listens.
 */
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import { isIP } from 'node:net';
import type { App } from '#access/http.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import type { ExerciseControl } from '#exercise/control.ts';
import type { Log } from '#platform/log.ts';
import { deskChooser, exerciseRoutes, hostedRoutes } from './exercise-routes.ts';
import { buildNodeApp, type NodeApp, type NodeAppOptions } from './node-app.ts';
import { openerRoutes } from './opener-page.ts';
import { healthRoutes } from './operating/health-routes.ts';
import { PAGES_TLS_OPTIONS, type PagesTls, readPagesTls, renewCertificate } from './pages-tls.ts';
import { DOOR_LIMITS, type Door, guardDoor, type Serve, throughDoor } from './requests/front-door.ts';
import { strictApp } from './requests/strict-app.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { refuseCrossSite } from './sessions.ts';
import { webPages } from './web-pages.ts';

export interface HostApp {
  readonly app: App;
  /** Serves a node from now on. */
  add(node: OpenNode): Promise<void>;
  /** Serves it no longer; its requests in flight are finished. */
  remove(node: OpenNode): Promise<void>;
  nodes(): readonly OpenNode[];
  /** What serves the requests of one node that is served. */
  appOf(agencyId: string): NodeApp | undefined;
  /** Aborts when the process stops: live streams end then. */
  readonly ending: AbortSignal;
  /** Stops listening, ends live streams, and closes what is open. */
  close(): Promise<void>;
}

export interface HostOptions extends NodeAppOptions {
  readonly log: Log;
  /** Shown by TLS; without it by HTTP, on the loopback address. */
  readonly tls?: PagesTls | undefined;
  /** Only in an exercise: opens the story's controls and, unless its officers sign in, the desk chooser. */
  readonly exercise?: ExerciseControl;
}

export async function buildHostApp(options: HostOptions): Promise<HostApp> {
  const hosted = new Map<string, { node: OpenNode; app: NodeApp }>();
  const { signIn, log, tls } = options;
  const door: Door = { log, hosts: (name) => isOurs(name, signIn?.origin) };
  const serverFactory = (handler: Serve): Server => {
    const serve = throughDoor(door, (request, response) => {
      const agency = /^\/nodes\/([a-z0-9-]+)\//.exec(request.url ?? '')?.[1];
      const target = agency === undefined ? undefined : hosted.get(agency);
      if (target) target.app.serve(request, response);
      else handler(request, response);
    });
    const answer: Serve = (request, response) => {
      setSecurityHeaders(response, { url: request.url, origin: signIn?.origin });
      serve(request, response);
    };
    if (!tls) return createServer(DOOR_LIMITS, answer);
    const { key, certificate: cert } = readPagesTls(tls);
    return createTlsServer({ ...PAGES_TLS_OPTIONS, ...DOOR_LIMITS, key, cert }, answer);
  };
  const app = strictApp({ ...options, serverFactory });
  guardDoor(app.server, door);
  const renewal = tls && app.server instanceof TlsServer ? renewCertificate(app.server, tls, log) : undefined;
  app.addHook('onRequest', async (request) => refuseCrossSite(request, options.signIn?.origin));
  const ending = new AbortController();
  const host: HostApp = {
    app,
    async add(node) {
      hosted.set(node.ctx.node.agencyId, { node, app: await buildNodeApp(node, options) });
    },
    async remove(node) {
      const { agencyId } = node.ctx.node;
      const leaving = hosted.get(agencyId);
      hosted.delete(agencyId);
      await leaving?.app.close();
    },
    nodes: () => [...hosted.values()].map(({ node }) => node),
    appOf: (agencyId) => hosted.get(agencyId)?.app,
    ending: ending.signal,
    async close() {
      ending.abort();
      await renewal?.stop();
      const closed = app.close();
      // A browser keeps its connections open; nothing is in flight on them any more.
      app.server.closeAllConnections();
      await closed;
    },
  };
  healthRoutes(app, options.condition);
  hostedRoutes(app, host, { exercise: options.exercise, choosesDesk: !options.signIn });
  if (options.exercise) exerciseRoutes(app, options.exercise, host.ending);
  if (options.exercise && !options.signIn) deskChooser(app, host);
  openerRoutes(app);
  await webPages(app);
  return host;
}

/**
 * A page of another site whose name was made to stand for this machine asks by that name (DNS rebinding). An address
 * is no name, and partners come by what stands on a card.
 *
 * @param pages origin of the node's pages; none in an exercise
 */
function isOurs(name: string, pages: string | undefined): boolean {
  if (isIP(name) !== 0 || name === 'localhost') return true;
  return pages !== undefined && name === new URL(pages).hostname;
}
