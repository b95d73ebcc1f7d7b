/**
 * Handing one file to a peer: small ones in one request that may be repeated, larger ones in parts, so
 * that after a fault on either side only the part that was under way is sent again (docs/exchange.md).
 */
import { createHash } from 'node:crypto';
import { type CallOptions, callPeer, type NoAnswer, type PeerAnswer, readPart } from './call-peer.ts';
import { digestField } from './digest-fields.ts';

export interface FileToHandOver {
  readonly path: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface HandOptions extends CallOptions {
  /** Size of a part, and the largest file that goes whole. Default 32 MiB. */
  readonly partBytes?: number | undefined;
  /** Called with the bytes that the peer has made durable. */
  readonly onProgress?: (handedBytes: number) => Promise<void>;
}

const PART_BYTES = 32 * 1024 ** 2;

/** @returns the peer's last answer: about the whole file, or the refusal of a part */
export async function handFile(
  target: URL,
  file: FileToHandOver,
  options: HandOptions,
): Promise<PeerAnswer | NoAnswer> {
  return file.sizeBytes <= (options.partBytes ?? PART_BYTES)
    ? putWhole(target, file, options)
    : putInParts(target, file, options);
}

function putWhole(target: URL, file: FileToHandOver, options: HandOptions) {
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': file.sizeBytes,
    'content-digest': digestField(file.sha256),
  };
  const body = { path: file.path, offset: 0, sizeBytes: file.sizeBytes };
  return callPeer(target, { method: 'PUT', headers, body }, options);
}

async function putInParts(target: URL, file: FileToHandOver, options: HandOptions) {
  const upload = new URL(`${target.href}/upload`);
  const asked = await callPeer(
    upload,
    { method: 'HEAD', headers: { 'repr-digest': digestField(file.sha256) } },
    options,
  );
  if (typeof asked === 'string') return asked;
  // A node of an earlier version knows no parts; what else stands in the way, it says to a whole file as well.
  const offset = offsetIn(asked, file.sizeBytes);
  if (offset === undefined) return putWhole(target, file, options);
  return sendFrom(offset, { upload, file, options });
}

async function sendFrom(
  first: number,
  { upload, file, options }: { upload: URL; file: FileToHandOver; options: HandOptions },
): Promise<PeerAnswer | NoAnswer> {
  for (let offset = first; ; ) {
    await options.onProgress?.(offset);
    const sizeBytes = Math.min(options.partBytes ?? PART_BYTES, file.sizeBytes - offset);
    const part = { path: file.path, offset, sizeBytes };
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': sizeBytes,
      'content-digest': digestField(await sha256Of(part)),
      'repr-digest': digestField(file.sha256),
      'upload-offset': offset,
      'upload-length': file.sizeBytes,
    };
    // Nothing is left to send where the peer was killed before it took the whole in.
    const body = sizeBytes > 0 ? { body: part } : {};
    const answer = await callPeer(upload, { method: 'PATCH', headers, ...body }, options);
    if (typeof answer === 'string' || answer.status !== 204) return answer;
    const reached = offsetIn(answer, file.sizeBytes);
    // A peer that does not move on would be asked for ever.
    if (reached === undefined || reached <= offset) return { ...answer, status: 502 };
    offset = reached;
  }
}

function offsetIn({ status, headers }: PeerAnswer, sizeBytes: number): number | undefined {
  const field = headers['upload-offset'];
  if (status !== 204 || typeof field !== 'string' || !/^\d{1,16}$/.test(field)) return undefined;
  return Number(field) <= sizeBytes ? Number(field) : undefined;
}

async function sha256Of(part: Parameters<typeof readPart>[0]): Promise<string> {
  const hash = createHash('sha256');
  if (part.sizeBytes === 0) return hash.digest('hex');
  for await (const chunk of readPart(part) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest('hex');
}
