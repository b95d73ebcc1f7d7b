/**
 * The envelope (`package.json`): who sends what to whom, and which ciphertext. Its exact bytes are
 * signed, so a courier can check a package without being able to read it.
 */

import { IcarusError } from '#core/errors.ts';
import { type AgencyId, isAgencyId } from '#core/ids.ts';
import { textOf, utf8 } from './bytes.ts';
import {
  type Check,
  count,
  FieldError,
  LINE,
  listOf,
  orNull,
  record,
  text,
  textThat,
  time,
} from './fields.ts';
import { isSafeSegment } from './paths.ts';

export const PACKAGE_FORMAT = 'icarus-package/1';
export const PAYLOAD_FILE = 'package.tar.age';

/** What the sender says; the rest of the envelope follows from the bytes. */
export interface EnvelopeFields {
  /** Unique for its sender; a folder's name, for example `IP-2011-ICARUS-MT-1`. */
  readonly id: string;
  /** What the content is for, `package` or `receipt` for example; rooms name their own. */
  readonly kind: string;
  readonly from: AgencyId;
  /** The agencies that can open it, at least one. */
  readonly to: readonly AgencyId[];
  /** The agency that carries it on, when it does not go straight. */
  readonly via: AgencyId | null;
  /** UTC, `2011-09-21T10:00:00.000Z`. Signing keys are judged at this time. */
  readonly createdAt: string;
  /** One line in clear for whoever handles it. No case data: couriers read it. */
  readonly subject?: string;
}

export interface Envelope extends EnvelopeFields {
  readonly format: typeof PACKAGE_FORMAT;
  readonly file: typeof PAYLOAD_FILE;
  /** Of the ciphertext, as are the digests (lower-case hexadecimal). */
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly sha512: string;
}

export const isPackageId = (value: string): value is string =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$/.test(value) && isSafeSegment(value);

const agency = textThat(isAgencyId);
const fields = {
  format: text(/^icarus-package\/1$/) as Check<typeof PACKAGE_FORMAT>,
  id: textThat(isPackageId),
  kind: text(/^[a-z][a-z0-9-]{0,39}$/),
  from: agency,
  to: listOf(agency, { min: 1, max: 64 }),
  via: orNull(agency),
  createdAt: time,
  file: text(/^package\.tar\.age$/) as Check<typeof PAYLOAD_FILE>,
  sizeBytes: count,
  sha256: text(/^[0-9a-f]{64}$/),
  sha512: text(/^[0-9a-f]{128}$/),
};
const checkEnvelope = record(fields);
const checkEnvelopeWithSubject = record({ ...fields, subject: text(LINE) });

/** The one text of an envelope: members in the order of the format's table, two spaces, a line feed. */
export function envelopeText(envelope: Envelope): string {
  return `${JSON.stringify(checked(envelope), null, 2)}\n`;
}

/**
 * Reads an envelope whose signature was checked. A text that is not the one text of what it says
 * (doubled or unknown members, another order) is refused.
 *
 * @throws `seal/format-unknown`, `seal/envelope-invalid`
 */
export function readEnvelopeText(bytes: Uint8Array): Envelope {
  const source = textOf(bytes) ?? '';
  const value = parseJson(source);
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (typeof format === 'string' && format !== PACKAGE_FORMAT && /^icarus-package\/\d{1,4}$/.test(format)) {
    throw new IcarusError('seal/format-unknown', { format });
  }
  const envelope = checked(value);
  if (envelopeText(envelope) !== source) throw new IcarusError('seal/envelope-invalid', { field: 'order' });
  return envelope;
}

export function envelopeBytes(envelope: Envelope): Uint8Array {
  return utf8(envelopeText(envelope));
}

/** Refuses what cannot be an envelope, before anything is written for it. */
export function checkEnvelopeFields(envelopeFields: EnvelopeFields): void {
  const unsealed = { sizeBytes: 0, sha256: '0'.repeat(64), sha512: '0'.repeat(128) };
  checked({ ...envelopeFields, format: PACKAGE_FORMAT, file: PAYLOAD_FILE, ...unsealed });
}

function checked(value: unknown): Envelope {
  const hasSubject = typeof value === 'object' && value !== null && 'subject' in value;
  try {
    return hasSubject ? checkEnvelopeWithSubject(value, 'envelope') : checkEnvelope(value, 'envelope');
  } catch (cause) {
    if (!(cause instanceof FieldError)) throw cause;
    throw new IcarusError('seal/envelope-invalid', { field: cause.field }, { cause });
  }
}

/** The value of a JSON text, or undefined. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return undefined;
  }
}
