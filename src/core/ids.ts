/** Identifiers: branded strings, so that one kind is never taken for another. */

declare const brand: unique symbol;
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

/** Short lower-case name of an agency's node, for example `dk` or `europol`. It is part of paths and addresses. */
export type AgencyId = Id<'agency'>;
export type OfficerId = Id<'officer'>;
export type OperationId = Id<'operation'>;
export type TargetId = Id<'target'>;
export type PackageId = Id<'package'>;
export type MessageId = Id<'message'>;
export type ReportId = Id<'report'>;

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new identifier `prefix_` + 26 characters: 48 bits of Unix milliseconds, then 80 random bits,
 * in Crockford base 32, so that ids of one kind sort by the time they were made.
 */
export function newId<T extends Id<string>>(prefix: string, now: Date): T {
  let value = BigInt(now.getTime());
  for (const byte of crypto.getRandomValues(new Uint8Array(10))) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = CROCKFORD[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return `${prefix}_${text}` as T;
}

const AGENCY_ID = /^[a-z][a-z0-9-]{1,30}$/;

export function isAgencyId(text: string): text is AgencyId {
  return AGENCY_ID.test(text);
}
