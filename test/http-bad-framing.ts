/** Requests that harm a server which reads them loosely, each with what a node answers on every port. */

export interface BadRequest {
  readonly what: string;
  /** Its bytes, one for each character. */
  readonly bytes: string;
  /** Of the answer; null: the connection ends without one. */
  readonly status: number | null;
  readonly code?: string;
}

const SESSION = '/nodes/mt/api/session';
export const WAYS = '/nodes/mt/api/sign-in/ways';

export interface Parts {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  /** Without line ends. Host comes first by itself. */
  readonly fields?: readonly string[];
  readonly host?: string | null;
  readonly body?: string;
}

export function http({
  method = 'GET',
  target = SESSION,
  version = '1.1',
  fields = [],
  host = 'localhost:4711',
  body = '',
}: Parts): string {
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...(host === null ? [] : [`Host: ${host}`]),
    ...fields,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

export const invalid = { status: 400, code: 'request/invalid' } as const;
export const method = { status: 405, code: 'request/method' } as const;
const post = (fields: readonly string[], body: string, version?: string) =>
  http({ method: 'POST', fields, body, ...(version !== undefined && { version }) });

/** Framing and heads: refused alike on every port. */
export const FRAMING: readonly BadRequest[] = [
  {
    what: 'a length and chunks',
    bytes: post(['Content-Length: 3', 'Transfer-Encoding: chunked'], '0\r\n\r\nGET /'),
    ...invalid,
  },
  {
    what: 'chunks and a length',
    bytes: post(['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'),
    ...invalid,
  },
  { what: 'two lengths', bytes: post(['Content-Length: 3', 'Content-Length: 4'], 'abcd'), ...invalid },
  {
    what: 'the same length twice',
    bytes: post(['Content-Length: 3', 'Content-Length: 3'], 'abc'),
    ...invalid,
  },
  { what: 'two lengths in one field', bytes: post(['Content-Length: 3, 3'], 'abc'), ...invalid },
  { what: 'a length with a sign', bytes: post(['Content-Length: +3'], 'abc'), ...invalid },
  { what: 'a length below zero', bytes: post(['Content-Length: -1'], ''), ...invalid },
  {
    what: 'a length that no number holds',
    bytes: post([`Content-Length: ${'9'.repeat(40)}`], ''),
    ...invalid,
  },
  { what: 'a length in hexadecimal', bytes: post(['Content-Length: 0x3'], 'abc'), ...invalid },
  { what: 'a folded field', bytes: http({ fields: ['X-A: b', ' c: d'] }), ...invalid },
  { what: 'line feeds alone', bytes: 'GET / HTTP/1.1\nHost: localhost\n\n', ...invalid },
  { what: 'one line feed alone', bytes: http({ fields: ['X-A: b\nX-B: c'] }), ...invalid },
  { what: 'one carriage return alone', bytes: http({ fields: ['X-A: b\rX-B: c'] }), ...invalid },
  { what: 'a space before the colon', bytes: http({ fields: ['Content-Length : 0'] }), ...invalid },
  { what: 'a field without a name', bytes: http({ fields: [': b'] }), ...invalid },
  { what: 'NUL in a field', bytes: http({ fields: ['X-A: b\0c'] }), ...invalid },
  {
    what: 'chunks twice',
    bytes: post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    ...invalid,
  },
  { what: 'chunks disguised', bytes: post(['Transfer-Encoding: xchunked'], '0\r\n\r\n'), ...invalid },
  {
    what: 'chunks behind another coding',
    bytes: post(['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'),
    ...invalid,
  },
  { what: 'chunks in HTTP/1.0', bytes: post(['Transfer-Encoding: chunked'], '0\r\n\r\n', '1.0'), ...invalid },
  { what: 'no host', bytes: http({ host: null }), ...invalid },
  { what: 'two hosts', bytes: http({ fields: ['Host: example.org'] }), ...invalid },
  {
    what: 'two content types',
    bytes: post(['Content-Type: text/plain', 'Content-Type: application/json', 'Content-Length: 2'], '{}'),
    ...invalid,
  },
  { what: 'HTTP/0.9', bytes: 'GET /\r\n\r\n', ...invalid },
  { what: 'HTTP/1.2', bytes: http({ version: '1.2' }), ...invalid },
  { what: 'HTTP/2 without TLS', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ...invalid },
  { what: 'a handshake of TLS in plain', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', ...invalid },
  { what: 'no HTTP at all', bytes: 'EHLO example.org\r\n\r\n', ...invalid },
  {
    what: 'a body where none is read',
    bytes: http({ fields: ['Content-Length: 3'], body: 'abc' }),
    ...invalid,
  },
  {
    what: 'a request within the body of a reading',
    bytes: http({ fields: ['Content-Length: 40'], body: http({ method: 'DELETE' }) }),
    ...invalid,
  },
  {
    what: 'one field of 20 kB',
    bytes: http({ fields: [`X-A: ${'a'.repeat(20_000)}`] }),
    status: 431,
    code: 'request/too-many-fields',
  },
  {
    what: '3000 fields',
    bytes: http({ fields: Array.from({ length: 3000 }, () => 'a: b') }),
    status: 431,
    code: 'request/too-many-fields',
  },
  {
    what: '200 fields',
    bytes: http({ fields: Array.from({ length: 200 }, (_, n) => `x-${n}: b`) }),
    status: 431,
    code: 'request/too-many-fields',
  },
  { what: 'TRACE', bytes: http({ method: 'TRACE' }), ...method },
  { what: 'CONNECT', bytes: http({ method: 'CONNECT', target: 'example.org:443' }), ...method },
  { what: 'OPTIONS of the server', bytes: http({ method: 'OPTIONS', target: '*' }), ...method },
  { what: 'PROPFIND', bytes: http({ method: 'PROPFIND' }), ...method },
  { what: 'a method of nobody', bytes: http({ method: 'FROB' }), ...invalid },
  { what: 'a method in small letters', bytes: http({ method: 'get' }), ...invalid },
  {
    what: 'an expectation of nobody',
    bytes: http({ fields: ['Expect: the unexpected'] }),
    status: 417,
    code: 'request/expectation',
  },
  {
    what: 'a change to WebSocket',
    bytes: http({ fields: ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'] }),
    ...invalid,
  },
  {
    what: 'a change to HTTP/2',
    bytes: http({
      fields: ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'],
    }),
    ...invalid,
  },
  { what: 'a space in the path', bytes: http({ target: '/nodes/mt/api/ses sion' }), ...invalid },
  { what: 'bytes that are no ASCII', bytes: http({ target: '/nodes/mt/api/\xc0\xae' }), ...invalid },
  { what: 'NUL in the path', bytes: http({ target: '/nodes/mt/api/session\0.html' }), ...invalid },
  { what: 'a whole address', bytes: http({ target: `http://example.org${SESSION}` }), ...invalid },
  {
    what: 'a path that leads upwards',
    bytes: http({ target: '/nodes/mt/exchange/../api/session' }),
    ...invalid,
  },
  {
    what: 'a path that leads upwards, written otherwise',
    bytes: http({ target: '/nodes/mt/exchange/%2e%2E/api/session' }),
    ...invalid,
  },
  {
    what: 'a path that leads upwards behind a written slash',
    bytes: http({ target: '/nodes/mt/exchange/v1/messages/..%2f..%2fapi' }),
    ...invalid,
  },
  {
    what: 'a path that leads upwards by backslashes',
    bytes: http({ target: '/nodes/mt/exchange/..%5capi' }),
    ...invalid,
  },
  { what: 'a dot for a part', bytes: http({ target: '/nodes/mt/./api/session' }), ...invalid },
  { what: 'an empty part', bytes: http({ target: '/nodes/mt//api/session' }), ...invalid },
  { what: 'an empty host in the path', bytes: http({ target: '//example.org/session' }), ...invalid },
  { what: 'a backslash', bytes: http({ target: '\\nodes\\mt\\api\\session' }), ...invalid },
  { what: 'a backslash within', bytes: http({ target: '/nodes/mt\\api/session' }), ...invalid },
  { what: 'a written NUL', bytes: http({ target: '/nodes/mt/api/session%00' }), ...invalid },
  { what: 'a written line end', bytes: http({ target: '/nodes/mt/api/session%0d%0aX-A:%20b' }), ...invalid },
  { what: 'an overlong dot', bytes: http({ target: '/nodes/mt/api/%c0%ae%c0%ae/session' }), ...invalid },
  { what: 'an overlong slash', bytes: http({ target: '/nodes/mt/api%e0%80%afsession' }), ...invalid },
  { what: 'half of a character', bytes: http({ target: '/nodes/mt/api/%ed%a0%80' }), ...invalid },
  { what: 'a percent sign alone', bytes: http({ target: '/nodes/mt/api/session%' }), ...invalid },
  {
    what: 'a percent sign with other letters',
    bytes: http({ target: '/nodes/mt/api/session%zz' }),
    ...invalid,
  },
  { what: 'a fragment', bytes: http({ target: '/nodes/mt/api/session#x' }), ...invalid },
  {
    what: 'an address of 9000 characters',
    bytes: http({ target: `/nodes/mt/api/${'a'.repeat(9000)}` }),
    ...invalid,
  },
];
