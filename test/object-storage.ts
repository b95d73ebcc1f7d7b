/** S3-compatible storage on the loopback interface, in memory: what DuckDB and one DELETE ask of it. */
import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ObjectStorage } from '#platform/object-storage.ts';
import { THIS_MACHINE } from '#platform/outgoing.ts';
import type { TlsIdentity } from '#platform/self-signed.ts';

export interface TestStorage extends AsyncDisposable {
  readonly storage: ObjectStorage;
  /** Paths of the objects below the storage's own, sorted. */
  paths(): string[];
  /** Answers every request with a refusal from now on. */
  refuse(): void;
}

/** The folder of DuckDB's extension for object storage; undefined where it is not installed on this machine. */
export async function duckdbExtensions(): Promise<string | undefined> {
  const { ICARUS_DUCKDB_EXTENSIONS: named } = process.env;
  if (named) return named;
  const script = join(import.meta.dirname, '../bench/engines/httpfs.sh');
  return promisify(execFile)(script, ['home']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

const BUCKET = 'test-bucket';

/** @param tls what it shows; without it it speaks HTTP */
export async function testStorage(extensions: string, tls?: TlsIdentity): Promise<TestStorage> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  let refusing = false;
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (refusing) response.writeHead(403).end();
    else
      answer(request, response, { objects, uploads }).catch(() => {
        response.writeHead(500).end();
      });
  };
  const server = tls ? createTlsServer({ key: tls.key, cert: tls.certificate }, serve) : createServer(serve);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    storage: {
      url: `s3://${BUCKET}/lake`,
      endpoint: new URL(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`),
      region: 'us-east-1',
      keyId: 'key',
      secret: 'secret',
      extensions,
      caFile: null,
      outgoingNetworks: THIS_MACHINE,
    },
    paths: () => [...objects.keys()].map((key) => key.slice('lake/'.length)).sort(),
    refuse: () => {
      refusing = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

interface Stored {
  readonly objects: Map<string, Buffer>;
  readonly uploads: Map<string, Map<number, Buffer>>;
}

async function answer(request: IncomingMessage, response: ServerResponse, stored: Stored): Promise<void> {
  const url = new URL(request.url ?? '', 'http://localhost');
  const key = decodeURIComponent(url.pathname).slice(BUCKET.length + 2);
  const body = await bodyOf(request);
  const xml = (text: string) => response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256')) response.writeHead(403).end();
  else if (request.method === 'GET' && key === '') xml(listing(stored.objects, url.searchParams));
  else if (request.method === 'DELETE') {
    stored.objects.delete(key);
    response.writeHead(204).end();
  } else if (request.method === 'POST' || url.searchParams.has('uploadId')) {
    xml(multipart({ key, body, ask: url.searchParams, response }, stored));
  } else if (request.method === 'PUT') {
    stored.objects.set(key, body);
    response.writeHead(200, { etag: '"1"' }).end();
  } else send(request, response, stored.objects.get(key));
}

interface Upload {
  readonly key: string;
  readonly body: Buffer;
  readonly ask: URLSearchParams;
  readonly response: ServerResponse;
}

function multipart({ key, body, ask, response }: Upload, { objects, uploads }: Stored): string {
  const id = ask.get('uploadId');
  if (id === null) {
    uploads.set(key, new Map());
    return `<InitiateMultipartUploadResult><UploadId>${encodeURIComponent(key)}</UploadId></InitiateMultipartUploadResult>`;
  }
  const parts = uploads.get(key) ?? new Map<number, Buffer>();
  const number = ask.get('partNumber');
  if (number !== null) {
    parts.set(Number(number), body);
    response.setHeader('etag', `"${number}"`);
    return '';
  }
  objects.set(key, Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part)));
  return '<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>';
}

function listing(objects: ReadonlyMap<string, Buffer>, ask: URLSearchParams): string {
  const found = [...objects]
    .filter(([key]) => key.startsWith(ask.get('prefix') ?? ''))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = found.map(
    ([key, { length }]) => `<Contents><Key>${encodeURIComponent(key)}</Key><Size>${length}</Size></Contents>`,
  );
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListBucketResult>`;
}

function send(request: IncomingMessage, response: ServerResponse, object: Buffer | undefined): void {
  if (!object) {
    response.writeHead(404).end();
    return;
  }
  const head = { etag: '"1"', 'last-modified': new Date(0).toUTCString(), 'accept-ranges': 'bytes' };
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
  if (!range) {
    response.writeHead(200, { ...head, 'content-length': object.length });
    response.end(request.method === 'HEAD' ? undefined : object);
    return;
  }
  const from = Number(range[1]);
  const part = object.subarray(from, range[2] ? Number(range[2]) + 1 : undefined);
  response.writeHead(206, {
    ...head,
    'content-length': part.length,
    'content-range': `bytes ${from}-${from + part.length - 1}/${object.length}`,
  });
  response.end(part);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
