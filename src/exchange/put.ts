/** Handing one file to a peer over HTTP: a PUT that may be repeated, streamed from the disk. */
import { createReadStream } from 'node:fs';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';

export interface FileToHandOver {
  readonly path: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface PeerAnswer {
  readonly status: number;
  /** At most 64 KiB; the peer's words, not ours. */
  readonly text: string;
}

export type SilentOrGone = 'silent' | 'unreachable';

const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * @returns the peer's answer, or why there is none
 * @param options `timeoutMs`: longest silence, from connecting to the last byte of the answer
 */
export async function putFile(
  target: URL,
  file: FileToHandOver,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<PeerAnswer | SilentOrGone> {
  const first = await putOnce(target, file, options);
  // The peer closed an idle connection just as it was used again: that says nothing about the peer.
  return first === 'stale' ? noLonger(await putOnce(target, file, options)) : first;
}

function noLonger(outcome: PeerAnswer | SilentOrGone | 'stale'): PeerAnswer | SilentOrGone {
  return outcome === 'stale' ? 'unreachable' : outcome;
}

async function putOnce(
  target: URL,
  file: FileToHandOver,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<PeerAnswer | SilentOrGone | 'stale'> {
  let silent = false;
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(target, {
    method: 'PUT',
    minVersion: 'TLSv1.3',
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': file.sizeBytes,
      'content-digest': contentDigest(file.sha256),
    },
    signal: options.signal,
  });
  request.setTimeout(options.timeoutMs, () => {
    silent = true;
    request.destroy();
  });
  try {
    const answer = await answerTo(request, file);
    // An answer before the end of the file leaves a connection that nobody can use; a whole exchange keeps it.
    if (!request.writableFinished) request.destroy();
    return answer;
  } catch (error) {
    request.destroy();
    options.signal.throwIfAborted();
    if (isMissing(error, file.path)) throw error;
    if (silent) return 'silent';
    return request.reusedSocket && isReset(error) ? 'stale' : 'unreachable';
  }
}

/** A peer may answer, above all refuse, before it has read everything: what it says then counts. */
async function answerTo(request: ClientRequest, file: FileToHandOver): Promise<PeerAnswer> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once('response', resolve);
  request.on('error', reject);
  request.once('close', () => reject(new Error('the connection was closed without an answer')));
  const sent = pipeline(createReadStream(file.path), request);
  sent.catch(reject);
  const response = await answer;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_ANSWER_BYTES) break; // ends the response, and with it the connection
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function isMissing(error: unknown, path: string): boolean {
  return error instanceof Error && 'path' in error && error.path === path;
}

/** The digest as a field of HTTP (RFC 9530): `sha-256=:base64:`. */
export function contentDigest(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

/** @returns hexadecimal, or undefined where the field is not one SHA-256 digest */
export function readContentDigest(field: string | undefined): string | undefined {
  const base64 = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(field ?? '')?.[1];
  return base64 && Buffer.from(base64, 'base64').toString('hex');
}
