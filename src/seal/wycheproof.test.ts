/** Project Wycheproof's vectors (vectors/wycheproof), through the same function that checks a statement. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { concatBytes } from './bytes.ts';
import { ED25519, P256, signatureHolds } from './public-key.ts';
import { mpint, sshString } from './ssh-wire.ts';

interface VectorGroup {
  readonly publicKey: { readonly pk?: string; readonly uncompressed?: string };
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly msg: string;
    readonly sig: string;
    readonly result: 'valid' | 'invalid' | 'acceptable';
  }[];
}

const folder = join(import.meta.dirname, '..', '..', 'vectors', 'wycheproof');
const groupsOf = (file: string) =>
  (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { testGroups: VectorGroup[] }).testGroups;
const hex = (text = '') => Buffer.from(text, 'hex');

/** Vectors where our verdict is not theirs, as `number: comment`. */
function disagreements(
  groups: readonly VectorGroup[],
  holds: (key: VectorGroup['publicKey'], signature: Uint8Array, message: Uint8Array) => boolean,
): string[] {
  return groups.flatMap((group) =>
    group.tests
      .filter(({ msg, sig, result }) => holds(group.publicKey, hex(sig), hex(msg)) !== (result === 'valid'))
      .map(({ tcId, comment }) => `${tcId}: ${comment}`),
  );
}

const count = (groups: readonly VectorGroup[]) => groups.flatMap((group) => group.tests).length;

test('every Ed25519 vector is judged as it should be', () => {
  const groups = groupsOf('ed25519_test.json');
  expect(count(groups)).toBe(151);
  const wrong = disagreements(groups, ({ pk }, signature, message) =>
    signatureHolds(
      concatBytes([sshString(ED25519), sshString(hex(pk))]),
      concatBytes([sshString(ED25519), sshString(signature)]),
      message,
    ),
  );
  expect(wrong).toEqual([]);
});

test('every vector of ECDSA on P-256 with SHA-256 is judged as it should be', () => {
  const all = groupsOf('ecdsa_secp256r1_sha256_p1363_test.json');
  expect(count(all)).toBe(262);
  // Theirs is r and s in one string of 64 bytes. SSH has two numbers instead: a wrong length does not exist.
  const groups = all.map((group) => ({
    ...group,
    tests: group.tests.filter(({ sig }) => sig.length === 128),
  }));
  expect(count(groups)).toBe(241);
  const wrong = disagreements(groups, ({ uncompressed }, signature, message) =>
    signatureHolds(
      concatBytes([sshString(P256), sshString('nistp256'), sshString(hex(uncompressed))]),
      concatBytes([
        sshString(P256),
        sshString(concatBytes([mpint(signature.subarray(0, 32)), mpint(signature.subarray(32))])),
      ]),
      message,
    ),
  );
  expect(wrong).toEqual([]);
});
