/**
 * Where the database is, as the driver understands its address. One on another machine is reached by TLS alone, with its
 * certificate and its name checked: `sslmode=verify-full`. The other modes mean something else in each driver
 * and each of its versions, and some of them check nothing.
 */
import pg from 'pg';
import { IcarusError } from '#core/errors.ts';
import { isThisMachine } from './outgoing.ts';

/**
 * What the driver connects with, if nobody on the way can read it. A socket and the loopback address are no way.
 *
 * @throws database/not-encrypted, database/certificate-unreadable
 */
export function encryptedAddress(url: string): { readonly connectionString: string } {
  const { host, ssl, isDomainSocket } = asDriven(url);
  if (!isDomainSocket && !isThisMachine(host)) {
    const modes = new URL(url).searchParams.getAll('sslmode');
    const checked = modes.length === 1 && modes[0] === 'verify-full' && checksAll(ssl);
    if (!checked) throw new IcarusError('database/not-encrypted', { host });
  }
  return { connectionString: url };
}

interface Driven {
  readonly host: string;
  /** False, true, or options of Node's TLS. */
  readonly ssl: unknown;
  readonly isDomainSocket: boolean;
}

/** Its host may stand in a parameter or in the environment, and its TLS too: only the driver knows which one counts. */
function asDriven(url: string): Driven {
  try {
    // Connects to nothing.
    const client = new pg.Client({ connectionString: url });
    return (client as unknown as { readonly connectionParameters: Driven }).connectionParameters;
  } catch (cause) {
    const file = cause instanceof Error && 'path' in cause ? String(cause.path) : undefined;
    if (file === undefined) throw cause;
    throw new IcarusError('database/certificate-unreadable', { path: file }, { cause });
  }
}

function checksAll(ssl: unknown): boolean {
  if (typeof ssl !== 'object' || ssl === null) return false;
  const { rejectUnauthorized, checkServerIdentity } = ssl as Record<string, unknown>;
  return rejectUnauthorized !== false && checkServerIdentity === undefined;
}

/** What Node's TLS says of a certificate that proves nothing, and the driver of a server that knows no TLS. */
const UNPROVEN =
  /^(?:ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_SSL_)/;
const NO_TLS = /^The server does not support SSL connections$/;

/** What keeps the driver from connecting, in our words. */
export function whyNotConnected(cause: Error): IcarusError {
  const code = 'code' in cause ? String(cause.code) : '';
  return UNPROVEN.test(code) || NO_TLS.test(cause.message)
    ? new IcarusError('database/certificate-refused', { reason: cause.message }, { cause })
    : new IcarusError('database/unreachable', {}, { cause });
}
