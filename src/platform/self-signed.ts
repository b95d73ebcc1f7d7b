/**
 * A certificate of a node's own, signed by its own key: what TLS asks for, while trust comes from the pins on
 * agency cards. ECDSA on P-256, which every TLS library takes. Written by hand as DER (RFC 5280, X.690),
 * since Node reads certificates and writes none, and the whole of it is one fixed shape.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';

export interface TlsIdentity {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM; behind the node's own certificate its issuers may follow. */
  readonly certificate: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
  clientAuth: '2b06010505070302',
} as const;

/** RFC 5280 section 4.1.2.5: the end of a certificate that has none. A pin ends when it leaves the card. */
const NO_END = '99991231235959Z';

/**
 * A certificate and its key.
 * @param name of the agency, for whoever reads the certificate
 * @param ownKey PEM of an ECDSA key on P-256. Default: a new one
 */
export function selfSigned(name: string, at: Date, ownKey?: string): TlsIdentity {
  const privateKey =
    ownKey === undefined
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      : createPrivateKey(ownKey);
  const publicKey = createPublicKey(privateKey);
  const algorithm = der(SEQUENCE, oid('ecdsaWithSha256'));
  const who = der(SEQUENCE, der(SET, der(SEQUENCE, oid('commonName'), der(0x0c, Buffer.from(name, 'utf8')))));
  const signed = der(
    SEQUENCE,
    der(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    algorithm,
    who,
    der(SEQUENCE, time(timeText(at)), time(NO_END)),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, ...extensions())),
  );
  const signature = sign('sha256', signed, privateKey);
  const certificate = der(SEQUENCE, signed, algorithm, bitString(signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: pem('CERTIFICATE', certificate),
  };
}

/** For digital signatures of a server and of a client, and for no certificates below it. */
function extensions(): Buffer[] {
  const extension = (name: keyof typeof OID, critical: boolean, value: Buffer): Buffer =>
    der(SEQUENCE, oid(name), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
  return [
    extension('basicConstraints', true, der(SEQUENCE)),
    extension('keyUsage', true, der(0x03, Buffer.from([7, 0x80]))),
    extension('extendedKeyUsage', false, der(SEQUENCE, oid('serverAuth'), oid('clientAuth'))),
  ];
}

/** SHA-256 of a certificate's public key (SPKI), base64: what a card pins. */
export function spkiPin(certificate: X509Certificate): string {
  return createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

/** @throws where one of them cannot be read or they do not belong together */
export function pinOf({ key, certificate }: TlsIdentity): string {
  const pin = spkiPin(new X509Certificate(certificate));
  const own = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' });
  if (createHash('sha256').update(own).digest('base64') !== pin)
    throw new Error('the key is not the certificate’s');
  return pin;
}

function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const length =
    bytes.length < 0x80
      ? [bytes.length]
      : bytes.length < 0x100
        ? [0x81, bytes.length]
        : [0x82, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
}

/** Positive and of the least length. */
function integer(bytes: Buffer): Buffer {
  const positive = Buffer.from(bytes);
  // One bit set and the sign bit clear: neither padding nor a leading zero byte is ever needed.
  if (positive.length > 1) positive[0] = ((positive[0] ?? 0) & 0x7f) | 0x40;
  return der(0x02, positive);
}

function oid(name: keyof typeof OID): Buffer {
  return der(0x06, Buffer.from(OID[name], 'hex'));
}

function bitString(bytes: Uint8Array): Buffer {
  return der(0x03, Buffer.from([0]), bytes);
}

function timeText(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
}

/** UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5). */
function time(text: string): Buffer {
  return text < '2050'
    ? der(0x17, Buffer.from(text.slice(2), 'ascii'))
    : der(0x18, Buffer.from(text, 'ascii'));
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
