/** Asking a node over HTTP, as a program of an officer does. */
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT';
  /** Becomes JSON. */
  readonly body?: unknown;
  /** Instead of a body of JSON; made anew for each attempt. */
  readonly bytes?: () => AsyncIterable<Uint8Array | string>;
  readonly contentType?: string;
  readonly cookie?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** What a node refused: its code and its sentence. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor({ status, code, message }: { status: number; code: string; message: string }) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.status = status;
  }
}

export function isRefusal(error: unknown, code: string): error is Refusal {
  return error instanceof Refusal && error.code === code;
}

/** Long acts take their time: there is no limit but the signal. */
export async function askOverHttp(address: string, asked: Asked): Promise<Answered> {
  const { method = 'GET', body, bytes, cookie, signal } = asked;
  const type = asked.contentType ?? (body === undefined ? undefined : 'application/json');
  const headers = {
    ...(cookie !== undefined && { cookie }),
    ...(type !== undefined && { 'content-type': type }),
  };
  // A connection of its own: one that is kept may be closed at the other end just when it is used again.
  const request = httpRequest(address, { method, headers, agent: false, ...(signal && { signal }) });
  const answered = new Promise<Answered>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
  });
  // What breaks the pipe breaks the request, which tells of it; after an early refusal the refusal counts.
  if (bytes) pipeline(Readable.from(bytes()), request).catch(() => undefined);
  else request.end(body === undefined ? undefined : JSON.stringify(body));
  return answered;
}

/** The value of a good answer. @throws Refusal */
export function valueOf<T>({ status, text }: Answered): T {
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  if (status < 400) return value as T;
  const { code = '', message = text } = (value ?? {}) as { code?: string; message?: string };
  throw new Refusal({ status, code, message });
}
