/** `fetch` for libraries and small requests of our own, through the one judge of addresses: no redirect, no more than fits. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { IcarusError } from '#core/errors.ts';
import type { Outgoing } from './outgoing.ts';

/** Largest answer: a provider's description, its keys, a token. */
const MOST_BYTES = 1024 ** 2;
const WITHIN_MS = 30_000;

interface Init {
  readonly method?: string | undefined;
  readonly headers?: Record<string, string> | Headers | undefined;
  readonly body?:
    | string
    | Uint8Array
    | ArrayBuffer
    | URLSearchParams
    | FormData
    | ReadableStream
    | null
    | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

/**
 * An answer that leads elsewhere (3xx) is given back as it is; whoever asked decides, and ours refuse it.
 * @param ca PEM of the authority that vouches for the host. Default: those that Node knows
 * @throws transport/address-refused; an answer of more than a megabyte, none within 30 seconds
 */
export function fetchThrough(
  outgoing: Outgoing,
  { ca }: { readonly ca?: string | undefined } = {},
): (url: string | URL, init?: Init) => Promise<Response> {
  return async (url, { method = 'GET', headers, body, signal } = {}) => {
    const target = new URL(url);
    outgoing.check(target);
    // Whatever a body may be, it is collected alike.
    const bytes =
      body === undefined || body === null ? undefined : await new Response(body as string).arrayBuffer();
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const within = AbortSignal.timeout(WITHIN_MS);
    const request = send(target, {
      method,
      lookup: outgoing.lookup,
      headers: Object.fromEntries(new Headers(headers)),
      // No connection is kept: the next request looks up and judges anew.
      agent: false,
      ...(ca !== undefined && { ca }),
      // Whatever the environment says.
      rejectUnauthorized: true,
      signal: signal ? AbortSignal.any([signal, within]) : within,
    });
    const answer = await new Promise<IncomingMessage>((come, failed) => {
      request.once('response', come).once('error', failed);
      request.end(bytes && Buffer.from(bytes));
    });
    const { statusCode = 500 } = answer;
    const empty = statusCode === 204 || statusCode === 205 || statusCode === 304;
    const content = await wholeOf(answer, target);
    return new Response(empty ? null : content, { status: statusCode, headers: headersOf(answer) });
  };
}

async function wholeOf(answer: Readable, target: URL): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES)
      throw new IcarusError('transport/address-refused', {
        host: target.hostname,
        reason: 'it answers with more than a megabyte',
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  return headers;
}
