/** One request to one route: as its schema says, broken in places, or bytes. */
import { readFileSync } from 'node:fs';
import { below, oneOf, type Random } from '#exercise/log/random.ts';
import { exampleLog } from '#observations/import/examples.ts';
import type { Route } from '#test/access-node.ts';
import { mutated } from '../fuzz/mutate.ts';
import { broken, generated, type Known, ODD_TEXTS, type Schema } from './generate.ts';

export interface FuzzRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: Buffer;
}

const HASH = 'd41d8cd98f00b204e9800998ecf8427e';
/** First inputs for routes that take bytes: what importers read. */
const FILES: readonly Buffer[] = [
  readFileSync(exampleLog('gnutella')),
  readFileSync(exampleLog('emule')),
  readFileSync(exampleLog('bittorrent')),
  Buffer.from(`${HASH}\n${HASH.replaceAll('d', 'e')}\n`),
  Buffer.from(`md5,category\n${HASH},1\n`),
  Buffer.from(JSON.stringify({ value: [{ MD5: HASH, Category: 1 }] })),
  Buffer.from('address,client id,phone,name,born\n192.0.2.7,ABC,+35621000000,Ada Camilleri,1980-01-02\n'),
  Buffer.from(`sha256,group\n${HASH}${HASH},a\n`),
  Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x00, 0x01, 0x00, 0x00, 0x99, 0xe9, 0xd8, 0x51]),
  Buffer.alloc(1024),
];
const TYPES = ['application/octet-stream', 'text/csv', 'application/json'];

export function requestFor(
  route: Route,
  { random, known, operation }: { random: Random; known: Known; operation: string },
): FuzzRequest {
  const draw = below(random(), 10);
  const harm = draw < 4 ? 'none' : draw < 8 ? 'values' : 'bytes';
  const { schema, method } = route;
  const path = pathOf(route, { random, known, operation, harm });
  const search = queryOf(schema.querystring as Schema | undefined, { random, known, harm });
  const headers: Record<string, string> = { host: 'localhost:4711' };
  if (method === 'GET') return { method, url: `${path}${search}`, headers };
  const { payload, type } = bodyOf(route, { random, known, harm });
  if (payload === undefined) return { method, url: `${path}${search}`, headers };
  const odd = below(random(), 40) === 0;
  headers['content-type'] = odd
    ? oneOf(random(), [...TYPES, 'text/plain', 'x', 'application/json; charset=utf-16'])
    : type;
  return { method, url: `${path}${search}`, headers, payload };
}

interface Drawn {
  readonly random: Random;
  readonly known: Known;
  readonly harm: 'none' | 'values' | 'bytes';
}

function pathOf(
  { url, schema }: Route,
  { random, known, operation, harm }: Drawn & { operation: string },
): string {
  const properties = (schema.params as Schema | undefined)?.properties ?? {};
  return url.replaceAll(/:(\w+)|\*/g, (_, name: string | undefined) => {
    if (name === 'operationId' && below(random(), 20) > 0) return operation;
    const value =
      harm !== 'none' && below(random(), 4) === 0
        ? oneOf(random(), ODD_TEXTS)
        : String(generated(properties[name ?? '*'] ?? {}, random, known));
    return escaped(value) || 'x';
  });
}

function queryOf(schema: Schema | undefined, { random, known, harm }: Drawn): string {
  if (!schema && harm !== 'values') return '';
  let value = generated(schema ?? { type: 'object' }, random, known) as Record<string, unknown>;
  if (harm === 'values' && below(random(), 2)) {
    const changed = broken(value, random);
    value =
      typeof changed === 'object' && changed !== null ? (changed as Record<string, unknown>) : { x: changed };
  }
  const pairs = Object.entries(value).flatMap(([name, one]) =>
    (Array.isArray(one) ? one.slice(0, 50) : [one]).map((each) => `${escaped(name)}=${escaped(text(each))}`),
  );
  const query = pairs.join('&');
  return query === '' ? '' : `?${harm === 'bytes' ? noisy(query, random) : query}`;
}

function bodyOf(route: Route, { random, known, harm }: Drawn): { payload?: Buffer; type: string } {
  if (route.takesBytes) {
    const file = oneOf(random(), FILES);
    const bytes =
      harm === 'none' ? file : Buffer.from(mutated(file, oneOf(random(), FILES), 'lines', random));
    return { payload: bytes, type: oneOf(random(), TYPES.slice(0, 2)) };
  }
  if (!route.schema.body)
    return harm === 'none' ? { type: '' } : { payload: Buffer.from('{"a":1}'), type: 'application/json' };
  let value = generated(route.schema.body as Schema, random, known);
  if (harm === 'values')
    for (let left = 1 + below(random(), 2); left > 0; left--) value = broken(value, random);
  const json = Buffer.from(JSON.stringify(value) ?? 'null');
  const payload = harm === 'bytes' ? Buffer.from(mutated(json, json, 'bytes', random)) : json;
  return { payload, type: 'application/json' };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Percent-encoded; half of a character becomes bytes that are no UTF-8. */
function escaped(value: string): string {
  return value.isWellFormed() ? encodeURIComponent(value) : '%ed%a0%80';
}

/** Only what a client can put on the line: printable ASCII. */
function noisy(query: string, random: Random): string {
  const bytes = mutated(Buffer.from(query), Buffer.from(query), 'bytes', random);
  return Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/[^\x21-\x7e]|#/g, '%');
}
