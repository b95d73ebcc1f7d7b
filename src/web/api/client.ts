/** Requests to the node that served this page; nothing is ever asked of another host. */
import { t } from '#web/messages/messages.ts';
import { attendanceHeaders } from './attendance.ts';
import { answerWithPasskey, PasskeyCancelled } from './passkey.ts';

interface ErrorBody {
  readonly code?: string;
  readonly message?: string;
  readonly requestId?: string;
  readonly toSign?: object;
}

/** What the node answered instead of a result; `message` is the sentence for the person. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** With `access/signature-needed`: what the officer's passkey is to sign. */
  readonly toSign: object | undefined;

  constructor(status: number, body: ErrorBody) {
    super(body.message ?? t('problem.noSentence', { status }));
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code ?? 'internal/unexpected';
    this.requestId = body.requestId;
    this.toSign = body.toSign;
  }
}

type QueryValue = string | number | boolean | null | undefined;
/** A list stands as often as it has values. */
export type Query = Readonly<Record<string, QueryValue | readonly string[]>>;

/** `path` with the parameters that have a value. */
export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const one of value) parameters.append(name, one);
    else if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request<T>(path, { method: 'GET', headers: attendanceHeaders(), ...(signal && { signal }) });
}

/** An act. Without a body it sends none. */
export function post<T>(path: string, body?: object): Promise<T> {
  return request<T>(path, {
    method: 'POST',
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
}

/** A file that came as an answer. */
export interface AnsweredFile {
  readonly name: string;
  readonly content: Blob;
}

/** An act that is answered with a file. */
export async function postForFile(path: string, body: object): Promise<AnsweredFile> {
  const response = await answered(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return { name: name ?? 'answer', content: await response.blob() };
}

/** Bytes, as they are. */
export function put<T>(path: string, body: ArrayBuffer, signal?: AbortSignal): Promise<T> {
  const headers = { 'content-type': 'application/octet-stream' };
  return request<T>(path, { method: 'PUT', body, headers, ...(signal && { signal }) });
}

export function remove(path: string): Promise<void> {
  return request<void>(path, { method: 'DELETE' });
}

/** An act that asks for proof that the officer is there, or for his signature, is done again once he has given it. */
async function request<T>(path: string, init: RequestInit): Promise<T> {
  try {
    return await ask<T>(path, init);
  } catch (error) {
    const node = /^\/nodes\/[^/]+\/api/.exec(path)?.[0];
    if (!node || !(error instanceof ApiError)) throw error;
    if (error.code === 'access/signature-needed') await usePasskey(node, 'sign', error);
    else if (error.code === 'access/prove-again') await usePasskey(node, 'prove', error);
    else throw error;
    // Once its officer is proved to be there, an act may ask for his signature besides.
    return error.code === 'access/prove-again' ? request<T>(path, init) : ask<T>(path, init);
  }
}

async function usePasskey(node: string, how: 'prove' | 'sign', refusal: ApiError): Promise<void> {
  const json = (body: object): RequestInit => ({
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const options = await ask<PublicKeyCredentialRequestOptionsJSON>(
    `${node}/session/${how}/options`,
    refusal.toSign ? json(refusal.toSign) : { method: 'POST' },
  );
  // An officer who came in by the agency's provider proves himself there: see ProveAgain.
  if (!options.allowCredentials?.length) throw refusal;
  const response = await answerWithPasskey(options).catch((error: unknown) => {
    throw error instanceof PasskeyCancelled ? refusal : error;
  });
  await ask(`${node}/session/${how}`, json({ response }));
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await answered(path, init);
  // What was only accepted, or removed, is answered without a body.
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function answered(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, { credentials: 'same-origin', ...init }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, { code: 'web/unreachable', message: t('problem.unreachable') });
  });
  if (!response.ok)
    throw new ApiError(response.status, (await response.json().catch(() => ({}))) as ErrorBody);
  return response;
}

/** A file as it is, streamed from the disk. */
export function upload<T>(path: string, file: File, mediaType = 'application/octet-stream'): Promise<T> {
  return request<T>(path, { method: 'POST', body: file, headers: { 'content-type': mediaType } });
}

/** The same for a part of a file, with how much of it has gone out, from 0 to 1. */
export function uploadWithProgress<T>(path: string, blob: Blob, onPart: (part: number) => void): Promise<T> {
  return new Promise((done, failed) => {
    // `fetch` does not tell how much of a body has been sent.
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onPart(total === 0 ? 1 : loaded / total),
    );
    request.addEventListener('error', () =>
      failed(new ApiError(0, { code: 'web/unreachable', message: t('problem.unreachable') })),
    );
    request.addEventListener('load', () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) done(body as T);
      else failed(new ApiError(request.status, body as ErrorBody));
    });
    request.send(blob);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}
