/** Requests byte by byte, which no client library would send, and what came back on the connection. */
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TlsIdentity } from '#platform/self-signed.ts';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Longest wait for the end of a connection that its server keeps. */
const KEPT_MS = 250;

/**
 * Sends these bytes, one for each character, and reads until the server ends the connection or says nothing more.
 * @returns the answers in the order in which they came; none where it was closed without a word
 */
export function rawHttp(url: string, text: string | Buffer, tls?: TlsIdentity): Promise<RawAnswer[]> {
  const { hostname: host, port } = new URL(url);
  const to = { host, port: Number(port) };
  return new Promise((ended) => {
    const chunks: Buffer[] = [];
    const send = (): void => void socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
    const socket = url.startsWith('https:')
      ? connectTls({ ...to, rejectUnauthorized: false, key: tls?.key, cert: tls?.certificate }, send)
      : connectPlain(to, send);
    socket.once('timeout', () => socket.destroy());
    // A slow machine may take its time to the first byte, not between two.
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      socket.setTimeout(KEPT_MS);
    });
    socket.on('error', () => {});
    socket.on('close', () => ended(answersIn(Buffer.concat(chunks).toString('latin1'))));
  });
}

function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) break;
    const head = rest.slice(0, end);
    const behind = rest.slice(end + 4);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? behind.length);
    answers.push({ status: Number(head.split(' ')[1]), head, body: behind.slice(0, length) });
    rest = behind.slice(length);
  }
  return answers;
}
