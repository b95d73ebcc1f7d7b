/**
 * TLS of the pages. They are shown without it on the loopback address alone: to whoever sits at the machine, or to a proxy
 * beside the node. On any other address the node shows a certificate of the agency's, to browsers or to the
 * agency's own proxy elsewhere, and does not start without one.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { DAY_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { Config } from '#platform/config.ts';
import type { Log } from '#platform/log.ts';
import { isThisMachine } from '#platform/outgoing.ts';
import { lookRegularly, type RegularLook } from '#platform/regular-look.ts';
import { pinOf, type TlsIdentity } from '#platform/self-signed.ts';

/** PEM files, the certificate's with its issuers behind it. */
export interface PagesTls {
  readonly keyFile: string;
  readonly certificateFile: string;
  /** How soon files that changed are shown. Default a minute. */
  readonly renewedWithinMs?: number;
}

type PagesConfig = Pick<Config, 'httpHost' | 'pagesTlsKeyFile' | 'pagesTlsCertificateFile' | 'pagesOrigin'>;

/** What the pages listen with. */
export const PAGES_TLS_OPTIONS = { minVersion: 'TLSv1.3', handshakeTimeout: 20_000 } as const;

/**
 * @returns undefined where the pages are on the loopback address and the settings name no certificate
 * @throws server/pages-bare; config/invalid where settings contradict each other
 */
export function pagesTlsOf(config: PagesConfig): PagesTls | undefined {
  const {
    httpHost,
    pagesTlsKeyFile: keyFile,
    pagesTlsCertificateFile: certificateFile,
    pagesOrigin,
  } = config;
  if (keyFile === null && certificateFile === null) {
    if (!isThisMachine(httpHost)) throw new IcarusError('server/pages-bare', { host: httpHost });
    return undefined;
  }
  if (keyFile === null || certificateFile === null)
    throw contradiction(
      'pagesTlsKeyFile (ICARUS_PAGES_TLS_KEY)',
      'it stands only beside ICARUS_PAGES_TLS_CERTIFICATE',
    );
  if (pagesOrigin?.startsWith('http:'))
    throw contradiction(
      'pagesOrigin (ICARUS_PAGES_ORIGIN)',
      'it must begin with https where ICARUS_PAGES_TLS_KEY stands',
    );
  return { keyFile, certificateFile };
}

function contradiction(name: string, reason: string): IcarusError {
  return new IcarusError('config/invalid', { name, reason, source: 'the settings in force' });
}

/** @throws server/pages-certificate where a file cannot be read, or the key is another certificate's */
export function readPagesTls({ keyFile, certificateFile }: PagesTls): TlsIdentity {
  try {
    const pair = { key: readFileSync(keyFile, 'utf8'), certificate: readFileSync(certificateFile, 'utf8') };
    pinOf(pair);
    return pair;
  } catch (cause) {
    throw new IcarusError('server/pages-certificate', { keyFile, certificateFile }, { cause });
  }
}

const RENEWED_WITHIN_MS = 60_000;
/** Days before the end from which the log says so. */
const SOON_DAYS = 14;

/** Shows what stands in the files now, from the next connection on: an authority's robot changes them every few weeks. */
export function renewCertificate(server: Server, files: PagesTls, log: Log): RegularLook {
  const { renewedWithinMs: everyMs = RENEWED_WITHIN_MS } = files;
  let shown: TlsIdentity | undefined;
  let warned: string | undefined;
  return lookRegularly(
    { log },
    { everyMs, atOnce: true, failed: 'the certificate of the pages stays as it was' },
    async () => {
      const found = readPagesTls(files);
      if (found.certificate !== shown?.certificate || found.key !== shown.key) {
        server.setSecureContext({
          key: found.key,
          cert: found.certificate,
          minVersion: PAGES_TLS_OPTIONS.minVersion,
        });
        if (shown) log.info({ validTo: endOf(found) }, 'the pages show another certificate');
        shown = found;
      }
      const validTo = endOf(found);
      const today = new Date().toISOString().slice(0, 10);
      if (Date.parse(validTo) - Date.now() > SOON_DAYS * DAY_MS || warned === today) return;
      log.warn({ validTo }, 'the certificate of the pages ends soon');
      warned = today;
    },
  );
}

function endOf({ certificate }: TlsIdentity): string {
  return new X509Certificate(certificate).validToDate.toISOString();
}
