import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ErrorCode } from '#core/error-codes.ts';
import { isIcarusError } from '#core/errors.ts';
import { generateSigningKey, signerFrom } from './keys.ts';
import { fingerprint } from './public-key.ts';
import { signStatement, verifyStatement } from './sshsig.ts';

const { privateKey, publicKey } = generateSigningKey('dk signing 2011');
const signer = signerFrom(privateKey);
const statement = Buffer.from('{"released":true}\n');
const thrown = (code: ErrorCode) =>
  expect.toSatisfy((error) => isIcarusError(error, code)) as unknown as Error;

test('a statement names the key that signed it, as the verifier has it', async () => {
  const armored = await signStatement(signer, 'receipt@icarus', statement);
  const other = generateSigningKey('other').publicKey;
  expect(verifyStatement(armored, 'receipt@icarus', statement, [other, publicKey])).toBe(publicKey);
});

test('a signature for one kind of statement is worth nothing for another', async () => {
  const armored = await signStatement(signer, 'receipt@icarus', statement);
  expect(() => verifyStatement(armored, 'approval@icarus', statement, [publicKey])).toThrow(
    thrown('seal/signature-invalid'),
  );
});

test('a good signature by a key that is not allowed is refused as such', async () => {
  const armored = await signStatement(signer, 'receipt@icarus', statement);
  expect(() => verifyStatement(armored, 'receipt@icarus', statement, [])).toThrow(thrown('seal/key-unknown'));
});

test('any changed character of a statement or its signature is refused', async () => {
  const armored = await signStatement(signer, 'receipt@icarus', statement);
  const change = (text: string, at: number, by: number) => {
    const bytes = Buffer.from(text, 'latin1');
    bytes[at] = (bytes[at] ?? 0) ^ by;
    return bytes;
  };
  const property = fc.property(
    fc.nat({ max: armored.length - 1 }),
    fc.integer({ min: 1, max: 255 }),
    (at, by) => {
      const altered = change(armored, at, by).toString('latin1');
      expect(() => verifyStatement(altered, 'receipt@icarus', statement, [publicKey])).toThrow(
        thrown('seal/signature-invalid'),
      );
      const other = change(statement.toString('latin1'), at % statement.length, by);
      expect(() => verifyStatement(armored, 'receipt@icarus', other, [publicKey])).toThrow(
        thrown('seal/signature-invalid'),
      );
    },
  );
  fc.assert(property);
});

test('a private key file gives back the public key and comment that it was made with', () => {
  expect(signer.publicKey).toBe(publicKey);
  expect(fingerprint(publicKey)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});

test.each([
  ['nothing', ''],
  ['a public key', publicKey],
  ['a cut file', privateKey.slice(0, 200)],
  ['a file whose secret half is not that of its public half', withOtherSeed(privateKey)],
  ['a file with a changed letter', privateKey.replace(/(?<=\n.{100})./s, (c) => (c === 'A' ? 'B' : 'A'))],
])('refuses %s as a private key', (_, text) => {
  expect(() => signerFrom(text)).toThrow(thrown('seal/key-unreadable'));
});

/** The first byte of the secret changed, the public half as it was. */
function withOtherSeed(text: string): string {
  const [begin, ...lines] = text.trimEnd().split('\n');
  const end = lines.pop();
  const file = Buffer.from(lines.join(''), 'base64');
  const blob = file.indexOf('ssh-ed25519', file.indexOf('ssh-ed25519') + 1);
  // Behind the type: the public half with its length, then the length of the pair.
  const seed = blob + 'ssh-ed25519'.length + 4 + 32 + 4;
  file[seed] = (file[seed] ?? 0) ^ 1;
  return [begin, ...(file.toString('base64').match(/.{1,70}/g) ?? []), end, ''].join('\n');
}
