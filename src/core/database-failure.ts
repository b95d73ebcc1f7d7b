/** What PostgreSQL, or the driver that speaks to it, says of itself, in our words. */
import { IcarusError, isIcarusError } from './errors.ts';

/** Class 08 and 57P: the connection failed, or the server is going down (PostgreSQL, appendix A). */
const CONNECTION_LOST = /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE)$/;
/** disk_full */
const SERVER_DISK_FULL = '53100';

/** Was the database not even connected to? Then what asked for it changed nothing. */
export function isNotConnected(error: unknown): boolean {
  return isIcarusError(error, 'database/unreachable') || isIcarusError(error, 'database/certificate-refused');
}

/** Undefined for an error that is about what was asked. */
export function databaseFailure(error: unknown): IcarusError | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  if (code === SERVER_DISK_FULL)
    return new IcarusError('disk/full', { place: 'the database' }, { cause: error });
  // The driver's own words where the socket closed under a query; it gives them no code.
  const closed = /^(Connection terminated|Client has encountered a connection error)/.test(error.message);
  if (!closed && !CONNECTION_LOST.test(code)) return undefined;
  return new IcarusError('database/lost', {}, { cause: error });
}
