import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { pinOf, selfSigned, spkiPin } from './self-signed.ts';

const AT = new Date('2026-11-26T09:00:00.000Z');

test('a node’s own certificate is signed by its key, is for both ends of TLS, and has no end', () => {
  const { certificate } = selfSigned('Malta – Għawdex', AT);
  const read = new X509Certificate(certificate);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.subject).toBe('CN=Malta – Għawdex');
  expect(read.issuer).toBe(read.subject);
  expect(read.ca).toBe(false);
  expect(read.validFromDate).toEqual(AT);
  expect(read.validToDate.toISOString()).toBe('9999-12-31T23:59:59.000Z');
  // serverAuth and clientAuth.
  expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
});

test('the pin is of the key: another certificate of the same key has it too, another key has another', () => {
  const first = selfSigned('mt', AT);
  const again = selfSigned('mt', new Date('2051-01-01T00:00:00.000Z'), first.key);
  expect(pinOf(again)).toBe(pinOf(first));
  expect(pinOf(first)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  expect(new X509Certificate(again.certificate).serialNumber).not.toBe(
    new X509Certificate(first.certificate).serialNumber,
  );
  expect(new X509Certificate(again.certificate).validFromDate.toISOString()).toBe('2051-01-01T00:00:00.000Z');
  expect(pinOf(selfSigned('mt', AT))).not.toBe(pinOf(first));
  expect(() => pinOf({ key: selfSigned('mt', AT).key, certificate: first.certificate })).toThrow(
    'the key is not the certificate’s',
  );
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
test.skipIf(!hasOpenssl)('OpenSSL reads it, and sees the same key', () => {
  const { certificate } = selfSigned('mt', AT);
  const shown = spawnSync('openssl', ['x509', '-noout', '-text', '-pubkey'], { input: certificate });
  expect(shown.status).toBe(0);
  expect(shown.stdout.toString()).toMatch(/Version: 3[^]*ecdsa-with-SHA256[^]*CA:FALSE[^]*Digital Signature/);
  const der = spawnSync(
    'bash',
    [
      '-c',
      'openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64',
    ],
    {
      input: certificate,
    },
  );
  expect(der.stdout.toString().trim()).toBe(spkiPin(new X509Certificate(certificate)));
});
