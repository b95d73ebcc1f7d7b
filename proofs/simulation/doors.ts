/** What `peer-routes.ts` does between HTTP and the exchange, without HTTP: fields read, functions called, answers written. */
import { isIcarusError } from '#core/errors.ts';
import type { MessageId } from '#core/ids.ts';
import { type Arrival, acceptMessage } from '#exchange/accept.ts';
import type { PeerAnswer, PeerCall } from '#exchange/call-peer.ts';
import { readDigestField } from '#exchange/digest-fields.ts';
import { offsetOf, takePart } from '#exchange/take-part.ts';
import type { Process } from './nodes.ts';

/** A request on the simulated network. */
export interface Call {
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  readonly method: PeerCall['method'];
  /** About the message as a whole; else about its upload in parts. */
  readonly whole: boolean;
  readonly headers: PeerCall['headers'];
  readonly bytes: Buffer;
}

const PEER = { kind: 'system', process: 'exchange' } as const;

/** Never throws: what goes wrong is the answer. */
export async function answerTo(
  server: Process,
  call: Call,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ answer: PeerAnswer; arrival?: Arrival }> {
  try {
    const done = await act(server, call, bytes);
    if ('messageId' in done)
      return { answer: answerOf(done.known ? 200 : 201, JSON.stringify(done)), arrival: done };
    return { answer: { ...answerOf(204, ''), headers: { 'upload-offset': String(done.offset) } } };
  } catch (error) {
    const code = isIcarusError(error) ? error.code : 'internal/unexpected';
    return { answer: answerOf(isIcarusError(error) ? error.httpStatus : 500, JSON.stringify({ code })) };
  }
}

async function act(
  { exchange }: Process,
  { method, headers, ...call }: Call,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Arrival | { offset: number }> {
  const messageId = call.messageId as MessageId;
  const content = digestIn(headers, 'content-digest');
  const sizeBytes = call.bytes.length;
  if (call.whole) {
    const claim = { messageId, sha256: content };
    return acceptMessage(exchange, { bytes, way: 'http', actor: PEER, sizeBytes, claim });
  }
  const about = { messageId, sha256: digestIn(headers, 'repr-digest'), peer: '' };
  if (method === 'HEAD') return { offset: await offsetOf(exchange, about) };
  return takePart(exchange, {
    ...about,
    partSha256: content,
    partBytes: sizeBytes,
    offset: Number(headers['upload-offset']),
    fileBytes: Number(headers['upload-length']),
    bytes,
  });
}

function digestIn(headers: PeerCall['headers'], name: string): string {
  return readDigestField(String(headers[name])) ?? '';
}

function answerOf(status: number, text: string): PeerAnswer {
  return { status, headers: {}, text };
}
