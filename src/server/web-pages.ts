/** The built pages. A path that is neither a file nor an API is a page of the single-page application. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fastifyStatic } from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '#access/http.ts';
import { handleNotFound } from './error-handler.ts';
import { pagePolicy } from './security-headers.ts';

const WEB_FILES = join(import.meta.dirname, '../../dist/web');
/** Where the page says which nonce its styles bear. */
const NONCE_PLACE = 'STYLE_NONCE';

export async function webPages(app: App): Promise<void> {
  const files = { root: WEB_FILES, wildcard: false, globIgnore: ['index.html'] };
  await app.register(fastifyStatic, { ...files, index: false });
  app.get('/', { schema: { hide: true } }, sendPage);
  app.setNotFoundHandler((request, reply) => {
    const page = request.method === 'GET' && !/^\/(api|nodes|assets)(\/|$)/.test(request.url);
    return page ? sendPage(request, reply) : handleNotFound(request, reply);
  });
}

async function sendPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const page = await readFile(join(WEB_FILES, 'index.html'), 'utf8').catch(() => undefined);
  if (page === undefined) return handleNotFound(request, reply);
  const nonce = randomBytes(16).toString('base64url');
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', pagePolicy(nonce))
    .header('cache-control', 'no-store')
    .send(page.replace(NONCE_PLACE, nonce));
}
