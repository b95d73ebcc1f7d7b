/** One HTTP request to a peer, its body a file or a part of one, streamed from the disk. */
import { createReadStream } from 'node:fs';
import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { isIcarusError } from '#core/errors.ts';
import { readSmallFile } from '#platform/recent-files.ts';
import { SMALL_BYTES } from './file-bytes.ts';

/** A part of a file on this disk. */
export interface FilePart {
  readonly path: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface PeerCall {
  readonly method: 'PUT' | 'HEAD' | 'PATCH';
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: FilePart;
}

export interface PeerAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** At most 64 KiB; the peer's words, not ours. */
  readonly text: string;
}

/** Why there is no answer. */
export type NoAnswer =
  | 'exchange/peer-silent'
  | 'exchange/peer-unreachable'
  | 'transport/tls-failed'
  | 'transport/pin-mismatch'
  | 'transport/address-refused';

export interface CallOptions {
  readonly agent: Agent;
  /** Longest silence, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const MAX_ANSWER_BYTES = 64 * 1024;

/** @returns the peer's answer, or why there is none */
export async function callPeer(
  target: URL,
  call: PeerCall,
  options: CallOptions,
): Promise<PeerAnswer | NoAnswer> {
  const first = await callOnce(target, call, options);
  if (first !== 'stale') return first;
  // The peer closed an idle connection just as it was used again: that says nothing about the peer.
  const second = await callOnce(target, call, options);
  return second === 'stale' ? 'exchange/peer-unreachable' : second;
}

async function callOnce(
  target: URL,
  call: PeerCall,
  options: CallOptions,
): Promise<PeerAnswer | NoAnswer | 'stale'> {
  let silent = false;
  const { method, headers, body } = call;
  const { agent, signal } = options;
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(target, { method, headers, agent, signal });
  request.setTimeout(options.timeoutMs, () => {
    silent = true;
    request.destroy();
  });
  try {
    const answer = await answerTo(request, body);
    // An answer before the end of the body leaves a connection that nobody can use; a whole exchange keeps it.
    if (!request.writableFinished) request.destroy();
    return answer;
  } catch (error) {
    request.destroy();
    signal.throwIfAborted();
    if (body && isMissing(error, body.path)) throw error;
    if (silent) return 'exchange/peer-silent';
    return request.reusedSocket && isReset(error) ? 'stale' : noAnswer(error);
  }
}

/** A peer may answer, above all refuse, before it has read everything: what it says then counts. */
async function answerTo(request: ClientRequest, body: FilePart | undefined): Promise<PeerAnswer> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once('response', resolve);
  request.on('error', reject);
  request.once('close', () => reject(new Error('the connection was closed without an answer')));
  if (!body) request.end();
  else if (body.offset + body.sizeBytes <= SMALL_BYTES)
    readSmall(body).then((bytes) => request.end(bytes), reject);
  else pipeline(readPart(body), request).catch(reject);
  const response = await answer;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    // This ends the response, and with it the connection.
    if (sizeBytes > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(chunks).toString('utf8'),
  };
}

const READ_BYTES = 256 * 1024;

/** The same read at once. */
async function readSmall({ path, offset, sizeBytes }: FilePart): Promise<Uint8Array> {
  const bytes = await readSmallFile(path);
  return bytes.subarray(offset, offset + sizeBytes);
}

export function readPart({ path, offset, sizeBytes }: FilePart) {
  return createReadStream(path, {
    start: offset,
    end: offset + sizeBytes - 1,
    highWaterMark: READ_BYTES,
  });
}

function noAnswer(error: unknown): NoAnswer {
  for (const known of ['transport/pin-mismatch', 'transport/address-refused'] as const)
    if (isIcarusError(error, known)) return known;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // OpenSSL's and Node's own names for what goes wrong in a handshake or with a certificate.
  const ofTls = /^(?:ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_)/;
  return ofTls.test(code) ? 'transport/tls-failed' : 'exchange/peer-unreachable';
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function isMissing(error: unknown, path: string): boolean {
  return error instanceof Error && 'path' in error && error.path === path;
}
