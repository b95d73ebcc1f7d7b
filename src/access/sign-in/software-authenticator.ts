/**
 * An authenticator in software: makes passkeys and answers as WebAuthn level 3 says. It verifies nobody, so it
 * stands for persons in exercises and tests only; no node knows it from another, as none attests its model.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';

/** A passkey with its private half, as it is kept in a file. */
export interface KeptPasskey {
  readonly passkeyId: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

export interface SoftwareAuthenticator {
  readonly passkeyId: string;
  /** Signatures so far; null: it does not count them, as authenticators do whose passkeys lie in several places. */
  counter: number | null;
  create(options: { challenge: string; rp: { id?: string } }, change?: Change): RegistrationResponseJSON;
  get(options: { challenge: string; rpId?: string }, change?: Change): AuthenticationResponseJSON;
}

interface Change {
  readonly origin?: string;
  readonly userVerified?: boolean;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

export function newPasskey(): KeptPasskey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    passkeyId: randomBytes(16).toString('base64url'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** @param origin of the pages that it is used on */
export function softwareAuthenticator(
  origin: string,
  { passkeyId, privateKey: kept }: KeptPasskey,
  { counts }: { counts: boolean } = { counts: false },
): SoftwareAuthenticator {
  const privateKey = createPrivateKey(kept);
  const publicKey = createPublicKey(privateKey);
  const id = Buffer.from(passkeyId, 'base64url');
  const shared = {
    id: passkeyId,
    rawId: passkeyId,
    type: 'public-key',
    clientExtensionResults: {},
  } as const;
  const authenticator: SoftwareAuthenticator = {
    passkeyId,
    counter: counts ? 0 : null,
    create({ challenge, rp }, change = {}) {
      const length = Buffer.from([0, id.length]);
      const authData = Buffer.concat([
        head(rp.id ?? 'localhost', { flags: flags(change) | ATTESTED, counter: 0 }),
        Buffer.alloc(16),
        length,
        id,
        coseKey(publicKey),
      ]);
      return {
        ...shared,
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, change.origin ?? origin),
          attestationObject: attestationOf(authData),
          transports: ['internal'],
        },
      };
    },
    get({ challenge, rpId }, change = {}) {
      if (authenticator.counter !== null) authenticator.counter += 1;
      const counter = authenticator.counter ?? 0;
      const data = head(rpId ?? 'localhost', { flags: flags(change), counter });
      const client = clientData('webauthn.get', challenge, change.origin ?? origin);
      const hash = createHash('sha256').update(Buffer.from(client, 'base64url')).digest();
      return {
        ...shared,
        response: {
          clientDataJSON: client,
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', Buffer.concat([data, hash]), privateKey).toString('base64url'),
        },
      };
    },
  };
  return authenticator;
}

function flags({ userVerified = true }: Change): number {
  return PRESENT | (userVerified ? VERIFIED : 0);
}

function head(rpId: string, { flags: bits, counter }: { flags: number; counter: number }): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([bits]), count]);
}

function clientData(type: string, challenge: string, origin: string): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
}

/** COSE_Key of a P-256 point: kty EC2, alg ES256, crv P-256, x, y. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ]);
}

/** CBOR of `{fmt: "none", attStmt: {}, authData}`. */
function attestationOf(authData: Buffer): string {
  const length = Buffer.from([0x59, authData.length >> 8, authData.length & 255]);
  const text = (name: string) => Buffer.concat([Buffer.from([0x60 + name.length]), Buffer.from(name)]);
  return Buffer.concat([
    Buffer.from([0xa3]),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.from([0xa0]),
    text('authData'),
    length,
    authData,
  ]).toString('base64url');
}
