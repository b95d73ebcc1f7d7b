/**
 * An agency's card: its name, its node's address, the keys that sign for it and the recipients that
 * packages to it are encrypted to. A card is signed by one of its own keys, which proves that the
 * agency holds them, not that the agency is who it says: a person compares the fingerprints by another
 * way (docs/formats/agency-card.md) before a node takes a card.
 */
import { IcarusError } from '#core/errors.ts';
import { type AgencyId, isAgencyId } from '#core/ids.ts';
import { ageKind } from './age-keys.ts';
import { utf8 } from './bytes.ts';
import { parseJson } from './envelope.ts';
import {
  type Check,
  FieldError,
  isNodeAddress,
  LINE,
  listOf,
  orNull,
  record,
  text,
  textThat,
  time,
} from './fields.ts';
import type { Signer } from './keys.ts';
import { fingerprint, publicKeyBlob, sameKey } from './public-key.ts';
import { type Namespace, signStatement, statementSigner } from './sshsig.ts';

export const CARD_FORMAT = 'icarus-card/1';
export const CARD_NAMESPACE: Namespace = 'card@icarus';

/** Times are UTC, `2011-09-21T10:00:00.000Z`. */
export interface SigningKey {
  /** Without comment: type and base64 blob. */
  readonly publicKey: string;
  readonly validAfter: string;
  readonly validBefore: string | null;
  readonly revokedAt: string | null;
}

export interface AgencyCard {
  readonly format: typeof CARD_FORMAT;
  readonly agencyId: AgencyId;
  readonly name: string;
  /** ISO 3166-1 alpha-2, or null for an agency of no single state. */
  readonly country: string | null;
  /** Base address of its node, or null when it is reached by file only. */
  readonly address: string | null;
  readonly signingKeys: readonly SigningKey[];
  /** One of each profile at most is used for a package: see `recipientsOf`. */
  readonly ageRecipients: readonly string[];
  readonly issuedAt: string;
  /** Verifier key of its custody log (C2SP signed-note `name+id+base64`); missing on a card made before it had one. */
  readonly logKey?: string;
  /** SHA-256 of the public keys (SPKI) that its node shows in TLS, base64; missing: TLS is a proxy's business. */
  readonly tlsKeys?: readonly string[];
}

const checkKey = record({
  publicKey: textThat(isPlainPublicKey),
  validAfter: time,
  validBefore: orNull(time),
  revokedAt: orNull(time),
});
const cardMembers = {
  format: text(/^icarus-card\/1$/) as Check<typeof CARD_FORMAT>,
  agencyId: textThat(isAgencyId),
  name: text(LINE),
  country: orNull(text(/^[A-Z]{2}$/)),
  address: orNull(textThat(isNodeAddress)),
  signingKeys: listOf(checkKey, { min: 1, max: 32 }),
  ageRecipients: listOf(
    textThat((value): value is string => ageKind(value) !== undefined),
    { min: 1, max: 16 },
  ),
  issuedAt: time,
};
const laterMembers = {
  logKey: text(/^[a-z0-9][a-z0-9./-]{1,120}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{40,60}$/),
  tlsKeys: listOf(text(/^[A-Za-z0-9+/]{43}=$/), { min: 1, max: 8 }),
};

/** Members that came later stand after the others, and only where a card has them. */
const checkCard: Check<AgencyCard> = (value, field) => {
  const has = (name: string) => typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  const later = Object.entries(laterMembers).filter(([name]) => has(name));
  return record({ ...cardMembers, ...Object.fromEntries(later) })(value, field) as AgencyCard;
};
const checkFile = record({ card: text(/^[^]{1,200000}$/), signature: text(/^[^]{1,2000}$/) });

function isPlainPublicKey(value: string): value is string {
  try {
    publicKeyBlob(value);
    return value.split(' ').length === 2;
  } catch {
    return false;
  }
}

/** Comments of public keys stay at home: a card carries the keys alone. */
export function plainPublicKey(publicKey: string): string {
  return publicKey.split(' ').slice(0, 2).join(' ');
}

/**
 * A card as the file that is handed out: JSON of the card's exact text and the signature over it.
 *
 * @param signer holds one of the card's own keys, valid when the card is issued
 * @throws `seal/card-invalid`
 */
export async function writeCard(card: AgencyCard, signer: Signer): Promise<string> {
  const cardText = textOfCard(card);
  requireOwnKey(card, signer.publicKey);
  const signature = await signStatement(signer, CARD_NAMESPACE, utf8(cardText));
  return `${JSON.stringify({ card: cardText, signature }, null, 2)}\n`;
}

/**
 * Reads a card file and checks its signature by one of its own keys.
 *
 * @throws `seal/card-invalid` naming the first wrong field, `seal/signature-invalid`
 */
export async function readCard(source: string): Promise<AgencyCard> {
  const file = checkedAs(checkFile, parseJson(source), 'file');
  const signer = statementSigner(file.signature, CARD_NAMESPACE, utf8(file.card));
  const card = checkedAs(checkCard, parseJson(file.card), 'card');
  if (textOfCard(card) !== file.card) throw new IcarusError('seal/card-invalid', { field: 'card' });
  requireOwnKey(card, signer);
  return card;
}

function textOfCard(card: AgencyCard): string {
  const checked = checkedAs(checkCard, card, 'card');
  const order = checked.signingKeys.findIndex(
    (key) => key.validBefore !== null && key.validBefore <= key.validAfter,
  );
  if (order >= 0)
    throw new IcarusError('seal/card-invalid', { field: `card.signingKeys[${order}].validBefore` });
  const blobs = new Set(checked.signingKeys.map((key) => key.publicKey));
  if (blobs.size < checked.signingKeys.length)
    throw new IcarusError('seal/card-invalid', { field: 'card.signingKeys' });
  return `${JSON.stringify(checked, null, 2)}\n`;
}

function requireOwnKey(card: AgencyCard, publicKey: string): void {
  const issuedAt = new Date(card.issuedAt);
  if (!keyValidAt(card, publicKey, issuedAt))
    throw new IcarusError('seal/card-invalid', { field: 'signature' });
}

function checkedAs<T>(check: Check<T>, value: unknown, name: string): T {
  try {
    return check(value, name);
  } catch (cause) {
    if (!(cause instanceof FieldError)) throw cause;
    throw new IcarusError('seal/card-invalid', { field: cause.field }, { cause });
  }
}

/** What a person reads out and compares before a card is taken: every signing key and every recipient. */
export function cardFingerprints(card: AgencyCard): {
  readonly signingKeys: string[];
  readonly ageRecipients: string[];
} {
  return {
    signingKeys: card.signingKeys.map((key) => fingerprint(key.publicKey)),
    ageRecipients: [...card.ageRecipients],
  };
}

export type KeyStanding = 'valid' | 'unknown' | 'not-yet-valid' | 'expired' | 'revoked';

/**
 * How a key of a card stands for something signed at `signedAt`, looked at now (`checkedAt`). A revoked
 * key is worth nothing from its revocation on, whatever time the signer claims: a thief would claim an
 * earlier one. What was received before the revocation is checked at the time of its receipt.
 */
export function keyStanding(
  card: AgencyCard,
  publicKey: string,
  times: { readonly signedAt: Date; readonly checkedAt: Date },
): KeyStanding {
  const key = card.signingKeys.find((candidate) => sameKey(candidate.publicKey, publicKey));
  if (key === undefined) return 'unknown';
  if (key.revokedAt !== null && new Date(key.revokedAt) <= times.checkedAt) return 'revoked';
  if (times.signedAt < new Date(key.validAfter)) return 'not-yet-valid';
  if (key.validBefore !== null && times.signedAt >= new Date(key.validBefore)) return 'expired';
  return 'valid';
}

/** Does this key sign for the card's agency at this time? */
export function keyValidAt(card: AgencyCard, publicKey: string, at: Date): boolean {
  return keyStanding(card, publicKey, { signedAt: at, checkedAt: at }) === 'valid';
}

/**
 * The recipients that a package to these agencies is encrypted to: the post-quantum ones when every
 * agency has one, the classical ones otherwise.
 *
 * @throws `seal/recipients-mixed` when the agencies have no profile in common
 */
export function recipientsOf(cards: readonly AgencyCard[]): string[] {
  for (const kind of ['post-quantum', 'classical'] as const) {
    const each = cards.map((card) => card.ageRecipients.filter((recipient) => ageKind(recipient) === kind));
    if (each.every((recipients) => recipients.length > 0)) return [...new Set(each.flat())];
  }
  throw new IcarusError('seal/recipients-mixed');
}

/**
 * The cards as an `allowed_signers` file for `ssh-keygen -Y verify` (OpenSSH 9.1 or newer: times in UTC).
 * Revoked keys are in it too: give `revokedKeys` with `-r`.
 */
export function allowedSigners(cards: Iterable<AgencyCard>): string {
  const lines = [...cards].flatMap((card) =>
    card.signingKeys.map((key) => {
      const before = key.validBefore === null ? '' : `,valid-before="${lastSecond(key.validBefore)}"`;
      const options = `namespaces="*@icarus",valid-after="${sshTime(key.validAfter)}"${before}`;
      return `${card.agencyId} ${options} ${key.publicKey}\n`;
    }),
  );
  return lines.join('');
}

/** The keys revoked by now, one a line, for `ssh-keygen -Y verify -r`. */
export function revokedKeys(cards: Iterable<AgencyCard>, at: Date): string {
  const keys = [...cards].flatMap((card) => card.signingKeys);
  return keys
    .filter((key) => key.revokedAt !== null && new Date(key.revokedAt) <= at)
    .map((key) => `${key.publicKey}\n`)
    .join('');
}

/** OpenSSH takes `valid-before` for the last second that counts; ours is the first that does not. */
function lastSecond(validBefore: string): string {
  const last = Math.ceil(Date.parse(validBefore) / 1000) - 1;
  return sshTime(new Date(last * 1000).toISOString());
}

/** `20110921100000Z`, the form of ssh-keygen's times. */
export function sshTime(iso: string): string {
  return `${iso.slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}
