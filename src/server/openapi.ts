/** The description of a node's interface (OpenAPI 3.1): what each route takes and answers, refusals included. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { routeKey } from '#access/gate.ts';
import { isOpen, ROUTE_ACCESS } from '#access/route-access.ts';
import { OTHER_ANSWERS, type OtherAnswer } from './other-answers.ts';

/** What every refusal looks like (error-handler.ts). */
const REFUSAL = {
  description: 'Refused: a code that stays the same, and one sentence for a person',
  type: 'object',
  required: ['code', 'message', 'requestId'],
  properties: {
    code: { type: 'string', pattern: '^[a-z-]+/[a-z0-9-]+$' },
    message: { type: 'string' },
    requestId: { type: 'string' },
    toSign: { type: 'object', description: 'With access/signature-needed: what the officer signs' },
  },
  additionalProperties: false,
} as const;

const BYTES = ['application/octet-stream', 'text/csv'];

export function openApiOf(agencyId: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: { title: `Icarus node ${agencyId}`, version: '1' },
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: `__Host-icarus_${agencyId}` } },
      },
    },
    transform({ schema, url, route }) {
      const { method, config } = route;
      const verb = [method].flat()[0] ?? 'GET';
      const described: Record<string, unknown> = { ...schema };
      const { response = {} } = schema as FastifySchema & { response?: Record<string, unknown> };
      const own =
        Object.keys(response).length > 0 ? response : otherAnswer(OTHER_ANSWERS[routeKey(verb, url)]);
      described['response'] = { ...own, '4xx': REFUSAL, '5xx': REFUSAL };
      const access = ROUTE_ACCESS[routeKey(verb, url)];
      described['security'] = access && isOpen(access) ? [] : [{ session: [] }];
      if (config?.takesBytes) {
        described['consumes'] = BYTES;
        described['body'] = { type: 'string', format: 'binary' };
      }
      return { schema: described as FastifySchema, url };
    },
  };
}

function otherAnswer(answer: OtherAnswer | undefined): Record<string, unknown> {
  if (answer === undefined) return { '2xx': { description: 'Done' } };
  const { status, gives } = answer;
  if (gives === 'nothing')
    return { [status]: { type: 'null', description: status === 303 ? 'Elsewhere' : 'Done' } };
  if (gives === 'json') return { [status]: { description: 'JSON' } };
  const content = gives.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]);
  return { [status]: { description: 'A file', content: Object.fromEntries(content) } };
}
