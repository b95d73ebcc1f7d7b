/** Challenges: random, short-lived, and good for one answer, so that an answer cannot be played back. */
import { createHash, randomBytes } from 'node:crypto';
import { IcarusError } from '#core/errors.ts';
import type { Db } from '#platform/tables.ts';
import { sha256 } from './secret.ts';

export type ChallengePurpose = 'enrol' | 'sign-in' | 'prove' | 'sign';

const LIFE_MS = 5 * 60_000;

/** @param about the enrolment or session that the answer will be for */
export async function newChallenge(
  db: Db,
  purpose: Exclude<ChallengePurpose, 'sign'>,
  about: string | null,
): Promise<Uint8Array<ArrayBuffer>> {
  return keepChallenge(db, Uint8Array.from(randomBytes(32)), { purpose, about, statement: null });
}

/** A challenge that is the SHA-256 of a statement, so that the answer is a signature over it. */
export async function newStatementChallenge(
  db: Db,
  sessionId: string,
  statement: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const challenge = Uint8Array.from(createHash('sha256').update(statement).digest());
  return keepChallenge(db, challenge, { purpose: 'sign', about: sessionId, statement });
}

async function keepChallenge(
  db: Db,
  challenge: Uint8Array<ArrayBuffer>,
  what: { purpose: ChallengePurpose; about: string | null; statement: string | null },
): Promise<Uint8Array<ArrayBuffer>> {
  const now = new Date();
  await db.deleteFrom('sign_in_challenge').where('expires_at', '<', now).execute();
  await db
    .insertInto('sign_in_challenge')
    .values({
      sha256: sha256(Buffer.from(challenge).toString('base64url')),
      ...what,
      expires_at: new Date(now.getTime() + LIFE_MS),
    })
    .execute();
  return challenge;
}

/**
 * Takes the challenge of an answer away.
 * @param answer base64url JSON that the browser signed (`clientDataJSON`)
 * @returns the challenge, base64url
 * @throws access/challenge-unknown where it was answered before, has expired, or was for something else
 */
export async function takeChallenge(
  db: Db,
  answer: string,
  wanted: { purpose: ChallengePurpose; about: string | null },
): Promise<string> {
  return (await take(db, answer, wanted)).challenge;
}

/** The same of a signature. @returns the statement that the challenge stands for */
export async function takeStatement(
  db: Db,
  answer: string,
  sessionId: string,
): Promise<{ challenge: string; statement: string }> {
  const { challenge, statement } = await take(db, answer, { purpose: 'sign', about: sessionId });
  if (statement === null) throw new IcarusError('access/challenge-unknown');
  return { challenge, statement };
}

async function take(
  db: Db,
  answer: string,
  wanted: { purpose: ChallengePurpose; about: string | null },
): Promise<{ challenge: string; statement: string | null }> {
  const challenge = challengeIn(answer);
  const taken = await db
    .deleteFrom('sign_in_challenge')
    .where('sha256', '=', sha256(challenge))
    .returningAll()
    .executeTakeFirst();
  const fits =
    taken?.purpose === wanted.purpose && taken.about === wanted.about && taken.expires_at > new Date();
  if (!fits) throw new IcarusError('access/challenge-unknown');
  return { challenge, statement: taken.statement };
}

function challengeIn(answer: string): string {
  try {
    const data = JSON.parse(Buffer.from(answer, 'base64url').toString('utf8')) as { challenge?: unknown };
    if (typeof data.challenge === 'string') return data.challenge;
  } catch {
    // Said below.
  }
  throw new IcarusError('access/passkey-refused', { reason: 'its answer is damaged' });
}
