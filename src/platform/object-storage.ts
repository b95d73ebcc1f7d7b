/**
 * A bucket of S3-compatible storage, read and written by DuckDB's own extension, which is loaded from a folder
 * on this machine and never downloaded. Objects appear whole or not at all and are never changed; what
 * a record does not name does not count. DuckDB deletes nothing, so that one request is ours.
 */
import { createHash, createHmac } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { Config } from './config.ts';
import { type DuckDb, sqlText, textIn } from './duckdb.ts';
import { outgoingTo } from './outgoing.ts';
import { fetchThrough } from './outgoing-fetch.ts';

export interface ObjectStorage {
  /** `s3://bucket/prefix`, without a slash at the end. */
  readonly url: string;
  /** Where the service answers. */
  readonly endpoint: URL;
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
  /** Folder that holds `httpfs.duckdb_extension` of DuckDB's own version. */
  readonly extensions: string;
  /** PEM file of the authority that vouches for it; null = those of the machine. */
  readonly caFile: string | null;
  /** Networks beside the public one where it may be. */
  readonly outgoingNetworks: readonly string[];
}

export type ObjectStorageConfig = Pick<
  Config,
  | 'lakeUrl'
  | 's3Endpoint'
  | 's3CaFile'
  | 's3Region'
  | 's3KeyId'
  | 's3Secret'
  | 'duckdbExtensions'
  | 'outgoingNetworks'
>;

/**
 * The storage that the configuration names; undefined where it names none.
 * @throws `config/invalid` where something of it is missing; `transport/address-refused`
 */
export function objectStorageOf(config: Partial<ObjectStorageConfig>): ObjectStorage | undefined {
  const { lakeUrl = null, s3Endpoint = null, s3Region = 'us-east-1' } = config;
  const { s3KeyId = null, s3Secret = null, duckdbExtensions = null } = config;
  const { s3CaFile: caFile = null, outgoingNetworks = [] } = config;
  if (lakeUrl === null) return undefined;
  const needed = { s3KeyId, s3Secret, duckdbExtensions };
  const missing = Object.entries(needed).find(([, value]) => value === null);
  if (missing || !s3KeyId || !s3Secret || !duckdbExtensions)
    throw new IcarusError('config/invalid', {
      name: missing?.[0] ?? 's3KeyId',
      reason: 'it must be set where lakeUrl is',
      source: 'the settings in force',
    });
  const endpoint = new URL(s3Endpoint ?? `https://s3.${s3Region}.amazonaws.com`);
  outgoingTo(outgoingNetworks).check(endpoint);
  return {
    outgoingNetworks,
    caFile,
    url: lakeUrl.replace(/\/+$/, ''),
    endpoint,
    region: s3Region,
    keyId: s3KeyId,
    secret: s3Secret,
    extensions: duckdbExtensions,
  };
}

/**
 * Lets `duck` reach the storage, and nothing else of the network but it can.
 * @throws `storage/extension-missing`, `storage/authority-unreadable`, `transport/address-refused`
 */
export async function attachStorage(duck: DuckDb, storage: ObjectStorage): Promise<void> {
  const file = join(storage.extensions, 'httpfs.duckdb_extension');
  try {
    await access(file);
    await duck.run(`LOAD ${sqlText(file)}`);
  } catch (cause) {
    throw new IcarusError('storage/extension-missing', { path: file }, { cause });
  }
  const { endpoint, region, keyId, secret } = storage;
  await checkCertificates(duck, storage);
  await requireAllowed(storage);
  await duck.run(`CREATE OR REPLACE TEMPORARY SECRET lake_storage (TYPE s3, SCOPE ${sqlText(storage.url)}, KEY_ID ${sqlText(keyId)},
    SECRET ${sqlText(secret)}, REGION ${sqlText(region)}, ENDPOINT ${sqlText(endpoint.host)},
    USE_SSL ${endpoint.protocol === 'https:'}, URL_STYLE 'path', VERIFY_SSL true)`);
}

/** The extension speaks TLS by one of two libraries, each with its own switch; one of them checks nothing by itself. */
async function checkCertificates(duck: DuckDb, { caFile }: ObjectStorage): Promise<void> {
  await duck.run(
    'SET GLOBAL enable_curl_server_cert_verification = true; SET GLOBAL enable_server_cert_verification = true',
  );
  if (caFile === null) return;
  await authorityOf(caFile);
  await duck.run(`SET GLOBAL ca_cert_file = ${sqlText(caFile)}`);
}

/** @throws `storage/authority-unreadable` */
async function authorityOf(caFile: string): Promise<string> {
  return readFile(caFile, 'utf8').catch((cause: unknown) => {
    throw new IcarusError('storage/authority-unreadable', { path: caFile }, { cause });
  });
}

/** DuckDB looks the name up by itself and for itself, so what it stands for is judged just before. */
async function requireAllowed({ endpoint, outgoingNetworks }: ObjectStorage): Promise<void> {
  const outgoing = outgoingTo(outgoingNetworks);
  outgoing.check(endpoint);
  const host = endpoint.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return;
  await new Promise<void>((judged, failed) => {
    outgoing.lookup(host, { all: true }, (error) => (error ? failed(error) : judged()));
  });
}

/**
 * Paths of the objects below `prefix`, relative to the storage's own.
 * @throws `storage/unreachable`
 */
export async function listObjects(duck: DuckDb, storage: ObjectStorage, prefix: string): Promise<string[]> {
  const rows = await reaching(storage, () =>
    duck.rows(`SELECT file FROM glob(${sqlText(`${storage.url}/${prefix}**`)})`),
  );
  return rows.map((row) => (textIn(row, 'file') ?? '').slice(storage.url.length + 1)).sort();
}

/** Runs what reads or writes objects. @throws `storage/unreachable` where the storage refuses or does not answer */
export async function reaching<T>({ url }: ObjectStorage, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const ofNetwork =
      cause instanceof Error && /HTTP|IO Error: (?:Could not establish|Connection)|curl/i.test(cause.message);
    if (ofNetwork) throw new IcarusError('storage/unreachable', { url }, { cause });
    throw cause;
  }
}

/**
 * Deletes objects; those that are not there are passed over.
 * @throws `storage/unreachable`
 */
export async function deleteObjects(storage: ObjectStorage, paths: readonly string[]): Promise<void> {
  const ca = storage.caFile === null ? undefined : await authorityOf(storage.caFile);
  for (const path of paths) {
    const target = new URL(
      `${storage.endpoint.origin}/${encodePath(`${storage.url.slice('s3://'.length)}/${path}`)}`,
    );
    const response = await fetchThrough(outgoingTo(storage.outgoingNetworks), { ca })(target, {
      method: 'DELETE',
      headers: signedHeaders(storage, 'DELETE', target),
      signal: AbortSignal.timeout(30_000),
    }).catch((cause: unknown) => {
      throw new IcarusError('storage/unreachable', { url: storage.url }, { cause });
    });
    await response.body?.cancel();
    if (!response.ok && response.status !== 404)
      throw new IcarusError('storage/unreachable', { url: storage.url });
  }
}

function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll(/[!'()*]/g, percent))
    .join('/');
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

const EMPTY_SHA256 = sha256('');

/** AWS Signature Version 4 of a request without a body. */
function signedHeaders(
  { region, keyId, secret }: ObjectStorage,
  method: string,
  target: URL,
): Record<string, string> {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const headers = { host: target.host, 'x-amz-content-sha256': EMPTY_SHA256, 'x-amz-date': time };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = [method, target.pathname, '', lines.join(''), names, EMPTY_SHA256].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (before, part) => hmac(before, part),
    Buffer.from(`AWS4${secret}`),
  );
  const signature = hmac(key, text).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${keyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
