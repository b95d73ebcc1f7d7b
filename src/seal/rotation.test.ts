/** Validity, rotation and revocation of keys: what a card says to us and what it says to ssh-keygen is one thing. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AgencyCard,
  allowedSigners,
  keyStanding,
  plainPublicKey,
  revokedKeys,
  sshTime,
} from './card.ts';
import { type Party, party } from './fixtures.ts';
import type { Signer } from './keys.ts';
import { KEY_TYPES, softwareSigner } from './software-signer.ts';
import { signStatement } from './sshsig.ts';

const folder = mkdtempSync(join(tmpdir(), 'icarus-rotation-'));
const statement = Buffer.from('sealed\n');
const signers = KEY_TYPES.map((type) => softwareSigner(type));
let denmark: Party;
beforeAll(async () => {
  denmark = await party('dk', 'DK');
  for (const [i, signer] of signers.entries())
    writeFileSync(join(folder, `${i}.sig`), await signStatement(signer, 'envelope@icarus', statement));
});
afterAll(() => rmSync(folder, { recursive: true }));
const here = spawnSync('sh', ['-c', 'command -v ssh-keygen']).status === 0;

const FIRST = Date.parse('2011-01-01T00:00:00.000Z');
/** A few instants, so that borders meet often; whole seconds, as OpenSSH counts. */
const instant = fc.integer({ min: 0, max: 5 }).map((day) => new Date(FIRST + day * 86_400_000));
/** At a border or a second beside it. */
const near = fc
  .tuple(instant, fc.constantFrom(-1000, 0, 1000))
  .map(([time, beside]) => new Date(time.getTime() + beside));
const keyTimes = fc
  .record({
    validAfter: instant,
    validBefore: fc.option(instant),
    revokedAt: fc.option(near),
  })
  .filter(({ validAfter, validBefore }) => validBefore === null || validBefore > validAfter);
const iso = (time: Date | null) => time?.toISOString() ?? null;

function cardWith(
  times: readonly { validAfter: Date; validBefore: Date | null; revokedAt: Date | null }[],
): AgencyCard {
  const signingKeys = times.map(({ validAfter, validBefore, revokedAt }, i) => ({
    publicKey: plainPublicKey(signers[i]?.publicKey ?? ''),
    validAfter: validAfter.toISOString(),
    validBefore: iso(validBefore),
    revokedAt: iso(revokedAt),
  }));
  return { ...denmark.card, signingKeys };
}

function sshKeygenAccepts(
  card: AgencyCard,
  signer: Signer,
  times: { signedAt: Date; checkedAt: Date },
): boolean {
  writeFileSync(join(folder, 'allowed'), allowedSigners([card]));
  writeFileSync(join(folder, 'revoked'), revokedKeys([card], times.checkedAt));
  const at = `verify-time=${sshTime(times.signedAt.toISOString())}`;
  const sig = `${signers.indexOf(signer)}.sig`;
  const args = [
    '-Y',
    'verify',
    '-f',
    'allowed',
    '-r',
    'revoked',
    '-I',
    'dk',
    '-n',
    'envelope@icarus',
    '-O',
    at,
  ];
  return spawnSync('ssh-keygen', [...args, '-s', sig], { cwd: folder, input: statement }).status === 0;
}

describe.skipIf(!here)('a card with several keys (skipped where ssh-keygen is absent)', () => {
  test('says the same to us and to ssh-keygen, at and around every border', () => {
    const cards = fc.array(keyTimes, { minLength: 1, maxLength: 3 }).map(cardWith);
    // The fourth key is on none of the cards.
    const property = fc.property(
      cards,
      fc.constantFrom(...signers),
      near,
      near,
      (card, signer, signedAt, checkedAt) => {
        const ours = keyStanding(card, signer.publicKey, { signedAt, checkedAt });
        expect(sshKeygenAccepts(card, signer, { signedAt, checkedAt }), ours).toBe(ours === 'valid');
      },
    );
    fc.assert(property, { numRuns: 50 });
  });
});
