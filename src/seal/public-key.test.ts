import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import { concatBytes } from './bytes.ts';
import type { Signer } from './keys.ts';
import { FIDO_ED25519, FIDO_P256, fingerprint, P256, publicKeyBlob, signatureHolds } from './public-key.ts';
import { KEY_TYPES, softwareSigner } from './software-signer.ts';
import { mpint, sshString, wireReader } from './ssh-wire.ts';
import { signStatement, statementSigner } from './sshsig.ts';

const folder = mkdtempSync(join(tmpdir(), 'icarus-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const statement = Buffer.from('released\n');
const here = spawnSync('sh', ['-c', 'command -v ssh-keygen']).status === 0;

/** What ssh-keygen says of a statement by this key: its status and what it prints. */
function sshKeygen(publicKey: string, armored: string): { status: number | null; stdout: string } {
  writeFileSync(join(folder, 'allowed'), `dk namespaces="*@icarus" ${publicKey}\n`);
  writeFileSync(join(folder, 'sig'), armored);
  const args = ['-Y', 'verify', '-f', 'allowed', '-I', 'dk', '-n', 'approval@icarus', '-s', 'sig'];
  return spawnSync('ssh-keygen', args, { cwd: folder, input: statement, encoding: 'utf8' });
}

function ours(armored: string): string {
  try {
    return statementSigner(armored, 'approval@icarus', statement);
  } catch (error) {
    return error instanceof IcarusError ? error.code : String(error);
  }
}

/** The signer's answer, changed before it is put into a statement. */
const answering = (signer: Signer, change: (blob: Uint8Array) => Uint8Array): Signer => ({
  publicKey: signer.publicKey,
  sign: async (bytes) => change(await signer.sign(bytes)),
});
const plain = (publicKey: string) => publicKey.split(' ').slice(0, 2).join(' ');

describe.skipIf(!here)('ssh-keygen and we agree (skipped where ssh-keygen is absent)', () => {
  test.each(KEY_TYPES)('on a statement by %s, and on one with another text', async (type) => {
    const signer = softwareSigner(type);
    const armored = await signStatement(signer, 'approval@icarus', statement);
    expect(ours(armored)).toBe(plain(signer.publicKey));
    expect(sshKeygen(signer.publicKey, armored).stdout).toContain(fingerprint(signer.publicKey));
    const other = await signStatement(signer, 'approval@icarus', Buffer.from('withheld\n'));
    expect(ours(other)).toBe('seal/signature-invalid');
    expect(sshKeygen(signer.publicKey, other).status).not.toBe(0);
  });

  test.each([P256, FIDO_P256] as const)('on both forms of an ECDSA signature by %s', async (type) => {
    const flipped = await signStatement(
      answering(softwareSigner(type), withOtherS),
      'approval@icarus',
      statement,
    );
    const publicKey = ours(flipped);
    expect(publicKey).toMatch(type);
    expect(sshKeygen(publicKey, flipped).status).toBe(0);
  });

  test('on signatures of a token that counts, and whose holder was verified besides', async () => {
    for (const answer of [{ counter: 0 }, { counter: 4_294_967_295 }, { flags: 5 }]) {
      const signer = softwareSigner(FIDO_ED25519, answer);
      const armored = await signStatement(signer, 'approval@icarus', statement);
      expect(ours(armored)).toBe(plain(signer.publicKey));
      expect(sshKeygen(signer.publicKey, armored).status).toBe(0);
    }
  });

  test('that a changed byte of the signature is refused, where we do not refuse more', async () => {
    for (const type of KEY_TYPES) {
      const signer = softwareSigner(type);
      const good = await signer.sign(statement);
      const property = fc.asyncProperty(
        fc.nat({ max: good.length - 1 }),
        fc.nat({ max: 7 }),
        async (at, bit) => {
          const damaged = answering(signer, (blob) =>
            blob.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)),
          );
          const armored = await signStatement(damaged, 'approval@icarus', statement);
          if (ours(armored) !== 'seal/signature-invalid')
            expect(sshKeygen(signer.publicKey, armored).status).toBe(0);
        },
      );
      await fc.assert(property, { numRuns: 20 });
    }
  });
});

test.each([FIDO_ED25519, FIDO_P256] as const)('a %s that nobody touched signs nothing', async (type) => {
  const armored = await signStatement(softwareSigner(type, { flags: 0 }), 'approval@icarus', statement);
  expect(ours(armored)).toBe('seal/signature-invalid');
});

test('the numbers of an ECDSA signature have one form each', async () => {
  const signer = softwareSigner(P256);
  const blob = publicKeyBlob(signer.publicKey);
  const { r, s } = pairOf(await signer.sign(statement));
  const rebuilt = (first: Uint8Array, second: Uint8Array, more = new Uint8Array(0)) =>
    concatBytes([sshString(P256), sshString(concatBytes([first, second, more]))]);
  const negative = sshString(Buffer.alloc(32, 0xff));
  expect(signatureHolds(blob, rebuilt(mpint(r), mpint(s)), statement)).toBe(true);
  for (const wrong of [
    rebuilt(sshString(concatBytes([new Uint8Array(2), r])), mpint(s)),
    rebuilt(mpint(r), sshString('')),
    rebuilt(mpint(r), negative),
    rebuilt(mpint(r), mpint(s), Uint8Array.of(0)),
    concatBytes([rebuilt(mpint(r), mpint(s)), Uint8Array.of(0)]),
  ]) {
    expect(signatureHolds(blob, wrong, statement)).toBe(false);
  }
});

test.each([
  ['a key of another type', 'ssh-rsa AAAAB3NzaC1yc2E='],
  [
    'a blob of another type than its line says',
    `${P256} ${softwareSigner('ssh-ed25519').publicKey.split(' ')[1]}`,
  ],
  [
    'a point that is not on the curve',
    lineOf(P256, sshString('nistp256'), sshString(concatBytes([Uint8Array.of(4), Buffer.alloc(64, 7)]))),
  ],
  [
    'a compressed point',
    lineOf(P256, sshString('nistp256'), sshString(concatBytes([Uint8Array.of(2), Buffer.alloc(32, 7)]))),
  ],
  ['another curve', lineOf(P256, sshString('nistp384'), sshString(Buffer.alloc(97, 4)))],
  [
    'a relying party with a control character',
    lineOf(FIDO_ED25519, sshString(Buffer.alloc(32)), sshString('ssh:\n')),
  ],
])('refuses %s as a public key', (_, line) => {
  expect(() => publicKeyBlob(line)).toThrow(/not a public key/);
});

function lineOf(type: string, ...parts: Uint8Array[]): string {
  return `${type} ${Buffer.from(concatBytes([sshString(type), ...parts])).toString('base64')}`;
}

function pairOf(signatureBlob: Uint8Array): { r: Uint8Array; s: Uint8Array; rest: Uint8Array } {
  const outer = wireReader(signatureBlob);
  outer.text();
  const inner = wireReader(outer.bytes());
  return { r: inner.positive(32), s: inner.positive(32), rest: outer.rest() };
}

/** The other signature that holds where one does: s taken from the order of the curve. */
function withOtherS(blob: Uint8Array): Uint8Array {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const { r, s, rest } = pairOf(blob);
  const other = (order - BigInt(`0x${Buffer.from(s).toString('hex')}`)).toString(16).padStart(64, '0');
  const type = wireReader(blob).text();
  return concatBytes([
    sshString(type),
    sshString(concatBytes([mpint(r), mpint(Buffer.from(other, 'hex'))])),
    rest,
  ]);
}
