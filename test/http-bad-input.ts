/** Requests that are well-formed HTTP and harm all the same, each with what a node answers. */
import { type BadRequest, http, invalid, method, type Parts, WAYS } from './http-bad-framing.ts';

const notFound = { status: 404, code: 'request/not-found' } as const;

/** Only at the port of the pages. */
export const PAGES: readonly BadRequest[] = [
  {
    what: 'the host of another site',
    bytes: http({ host: 'example.org' }),
    status: 421,
    code: 'request/wrong-host',
  },
  {
    what: 'a host that ends like ours',
    bytes: http({ host: 'localhost.example.org:4711' }),
    status: 421,
    code: 'request/wrong-host',
  },
  {
    what: 'a host with a user',
    bytes: http({ host: 'a@localhost' }),
    status: 421,
    code: 'request/wrong-host',
  },
  {
    what: 'a path that leads upwards, written twice',
    bytes: http({ target: '/nodes/mt/api/%252e%252e/session' }),
    ...notFound,
  },
  { what: 'a path in other letters', bytes: http({ target: '/nodes/mt/API/session' }), ...notFound },
  { what: 'a slash at the end', bytes: http({ target: '/nodes/mt/api/session/' }), ...notFound },
  { what: 'a part behind a semicolon', bytes: http({ target: '/nodes/mt/api/session;x=1' }), ...notFound },
  { what: 'a node that is not here', bytes: http({ target: '/nodes/pl/api/session' }), ...notFound },
  { what: 'a file of the server', bytes: http({ target: '/assets/%2fetc%2fpasswd' }), ...notFound },
  {
    what: 'the name of a prototype as a path',
    bytes: http({ target: '/nodes/mt/api/__proto__' }),
    ...notFound,
  },
  {
    what: 'the name of a constructor as a node',
    bytes: http({ target: '/nodes/constructor/api/session' }),
    ...notFound,
  },
  {
    what: 'a method that the address does not take',
    bytes: http({ method: 'PUT', fields: ['Content-Length: 0'] }),
    ...method,
  },
  {
    what: 'another method by a field',
    bytes: http({ method: 'POST', fields: ['X-HTTP-Method-Override: DELETE', 'Content-Length: 0'] }),
    ...method,
  },
  { what: 'another method by the query', bytes: http({ target: `${WAYS}?_method=DELETE` }), ...invalid },
  { what: 'a query that nobody declared', bytes: http({ target: `${WAYS}?a=1` }), ...invalid },
  { what: 'a query that is not UTF-8', bytes: http({ target: `${WAYS}?%ff=1` }), ...invalid },
  {
    what: 'the exchange by the way of the pages',
    bytes: http({
      method: 'PUT',
      target: '/nodes/mt/exchange/v1/messages/message_x',
      fields: ['Content-Type: application/octet-stream', 'Content-Length: 1'],
      body: 'a',
    }),
    status: 403,
    code: 'transport/tls-required',
  },
];

/** Only at the port for other nodes. */
export const PARTNERS: readonly BadRequest[] = [
  { what: 'the officers’ side', bytes: http({}), ...notFound },
  { what: 'the pages', bytes: http({ target: '/' }), ...notFound },
  {
    what: 'the exchange of a node that is not here',
    bytes: http({ target: '/nodes/pl/exchange/v1/messages/x/upload' }),
    ...notFound,
  },
  {
    what: 'what the exchange does not have',
    bytes: http({ target: '/nodes/mt/exchange/v1/messages' }),
    ...notFound,
  },
  {
    what: 'a method that the exchange does not take',
    bytes: http({ method: 'DELETE', target: '/nodes/mt/exchange/v1/messages/x' }),
    ...method,
  },
  {
    what: 'JSON for a message',
    bytes: http({
      method: 'PUT',
      target: '/nodes/mt/exchange/v1/messages/message_x',
      fields: ['Content-Type: application/json', 'Content-Length: 2'],
      body: '{}',
    }),
    status: 415,
    code: 'request/media-type',
  },
  {
    what: 'a message of a stranger',
    bytes: http({
      method: 'PUT',
      target: '/nodes/mt/exchange/v1/messages/message_x',
      fields: ['Content-Type: application/octet-stream', 'Content-Length: 1'],
      body: 'a',
    }),
    status: 403,
    code: 'transport/no-certificate',
  },
];

const TOOK = '{"name":"Taken"}';
const json = (body: string, fields: readonly string[] = ['Content-Type: application/json']): Parts => ({
  method: 'POST',
  target: '/nodes/mt/api/officers',
  fields: [...fields, `Content-Length: ${body.length}`],
  body,
});
const mediaType = { status: 415, code: 'request/media-type' } as const;
const denied = { status: 403, code: 'access/denied' } as const;
const utf16 = Buffer.from(TOOK, 'utf16le').toString('latin1');

export interface BadAct {
  readonly what: string;
  readonly parts: Parts;
  readonly status: number;
  readonly code: string;
}

/** By an administrator who may add officers: each would add one if it were taken. */
export const ACTS: readonly BadAct[] = [
  {
    what: 'more than a megabyte',
    parts: json(`{"name":"${'a'.repeat(1_000_001)}"}`),
    status: 413,
    code: 'request/too-large',
  },
  { what: 'brackets without end', parts: json('['.repeat(400_000)), ...invalid },
  { what: 'nesting', parts: json(`{"name":"Taken","a":${'['.repeat(17)}${']'.repeat(17)}}`), ...invalid },
  { what: 'a name twice', parts: json('{"name":"A","name":"Taken"}'), ...invalid },
  { what: 'a prototype', parts: json('{"name":"Taken","__proto__":{"admin":true}}'), ...invalid },
  {
    what: 'a constructor',
    parts: json('{"name":"Taken","constructor":{"prototype":{"admin":true}}}'),
    ...invalid,
  },
  { what: 'what nobody declared', parts: json('{"name":"Taken","officerId":"officer_root"}'), ...invalid },
  { what: 'a list', parts: json(`[${TOOK}]`), ...invalid },
  { what: 'NUL in a text', parts: json('{"name":"Taken\\u0000"}'), ...invalid },
  { what: 'two documents', parts: json(`${TOOK}${TOOK}`), ...invalid },
  { what: 'a byte order mark', parts: json(`\xef\xbb\xbf${TOOK}`), ...invalid },
  { what: 'comments', parts: json(`/* */${TOOK}`), ...invalid },
  { what: 'no type', parts: json(TOOK, []), ...mediaType },
  {
    what: 'plain text, as a form of another site sends it',
    parts: json(TOOK, ['Content-Type: text/plain']),
    ...mediaType,
  },
  {
    what: 'a form',
    parts: json('name=Taken', ['Content-Type: application/x-www-form-urlencoded']),
    ...mediaType,
  },
  {
    what: 'a form in parts',
    parts: json('--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nTaken\r\n--x--', [
      'Content-Type: multipart/form-data; boundary=x',
    ]),
    ...mediaType,
  },
  { what: 'JSON named otherwise', parts: json(TOOK, ['Content-Type: text/json']), ...mediaType },
  {
    what: 'JSON behind plain text',
    parts: json(TOOK, ['Content-Type: text/plain; application/json']),
    ...mediaType,
  },
  { what: 'UTF-16', parts: json(utf16, ['Content-Type: application/json; charset=utf-16le']), ...mediaType },
  {
    what: 'UTF-16 that says to be UTF-8',
    parts: json(utf16, ['Content-Type: application/json; charset=utf-8']),
    ...invalid,
  },
  {
    what: 'UTF-7',
    parts: json('{"name":"+AFQ-aken"}', ['Content-Type: application/json; charset=utf-7']),
    ...mediaType,
  },
  {
    what: 'a compressed body',
    parts: json(TOOK, ['Content-Type: application/json', 'Content-Encoding: gzip']),
    ...mediaType,
  },
  {
    what: 'another site',
    parts: json(TOOK, ['Content-Type: application/json', 'Origin: https://example.org']),
    ...denied,
  },
  {
    what: 'a page without origin',
    parts: json(TOOK, ['Content-Type: application/json', 'Origin: null']),
    ...denied,
  },
  {
    what: 'an origin that ends like ours',
    parts: json(TOOK, ['Content-Type: application/json', 'Origin: http://localhost:4711.example.org']),
    ...denied,
  },
  {
    what: 'our origin by another port',
    parts: json(TOOK, ['Content-Type: application/json', 'Origin: http://localhost:4712']),
    ...denied,
  },
  {
    what: 'two origins',
    parts: json(TOOK, [
      'Content-Type: application/json',
      'Origin: http://localhost:4711',
      'Origin: https://example.org',
    ]),
    ...invalid,
  },
  {
    what: 'two origins in one field',
    parts: json(TOOK, [
      'Content-Type: application/json',
      'Origin: http://localhost:4711, https://example.org',
    ]),
    ...denied,
  },
  {
    what: 'a cross-site request',
    parts: json(TOOK, ['Content-Type: application/json', 'Sec-Fetch-Site: cross-site']),
    ...denied,
  },
  {
    what: 'a same-site request',
    parts: json(TOOK, ['Content-Type: application/json', 'Sec-Fetch-Site: same-site']),
    ...denied,
  },
  {
    what: 'a cross-site request that says to be our own too',
    parts: json(TOOK, [
      'Content-Type: application/json',
      'Sec-Fetch-Site: cross-site',
      'Sec-Fetch-Site: same-origin',
    ]),
    ...invalid,
  },
  {
    what: 'our origin, cross-site',
    parts: json(TOOK, [
      'Content-Type: application/json',
      'Origin: http://localhost:4711',
      'Sec-Fetch-Site: cross-site',
    ]),
    ...denied,
  },
];
