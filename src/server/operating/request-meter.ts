/** Counting what a node's routes answer: by the route's pattern and the status, never by what stands in an address. */
import { routeKey } from '#access/gate.ts';
import type { App } from '#access/http.ts';

export interface RequestMeter {
  /** @param route as src/access/route-access.ts lists it; `none` for an address that no route has */
  answered(route: string, status: number, seconds: number): void;
}

export function meterRequests(app: App, meter: RequestMeter): void {
  app.addHook('onResponse', async (request, reply) => {
    const { url } = request.routeOptions;
    const route = request.is404 || url === undefined ? 'none' : routeKey(request.method, url);
    meter.answered(route, reply.statusCode, reply.elapsedTime / 1000);
  });
}
