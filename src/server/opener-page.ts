/** The page that checks and opens sealed files, for everybody and without signing in: it holds nothing and asks nobody. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '#access/http.ts';
import { IcarusError } from '#core/errors.ts';

export const OPENER_FILE = 'icarus-open.html';
const PLACE = join(import.meta.dirname, '../../dist/opener', OPENER_FILE);
const POLICY = /<meta http-equiv="content-security-policy" content="([^"]+)"/;

/** @throws seal/page-not-built */
export async function openerPage(): Promise<string> {
  try {
    return await readFile(PLACE, 'utf8');
  } catch (cause) {
    throw new IcarusError('seal/page-not-built', {}, { cause });
  }
}

/** `GET /icarus-open.html`; with `?download` as a file to keep. */
export function openerRoutes(app: App): void {
  app.get(`/${OPENER_FILE}`, { schema: { hide: true } }, async (request, reply) => {
    const page = await openerPage();
    // The application's policy would let this page's own script not run, and let it talk to the node.
    reply.header(
      'content-security-policy',
      `${POLICY.exec(page)?.[1] ?? "default-src 'none'"}; frame-ancestors 'none'`,
    );
    if (typeof request.query === 'object' && request.query !== null && 'download' in request.query) {
      reply.header('content-disposition', `attachment; filename="${OPENER_FILE}"`);
    }
    return reply.type('text/html; charset=utf-8').send(page);
  });
}
