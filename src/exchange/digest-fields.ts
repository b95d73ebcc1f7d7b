/** Digests as fields of HTTP (RFC 9530): `sha-256=:base64:`. */

/** @param sha256 hexadecimal */
export function digestField(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

/** @returns hexadecimal, or undefined where the field is not one SHA-256 digest */
export function readDigestField(field: string | undefined): string | undefined {
  const base64 = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(field ?? '')?.[1];
  return base64 && Buffer.from(base64, 'base64').toString('hex');
}
