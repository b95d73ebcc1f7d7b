/** Ranking profiles that the agency keeps: named, versioned, never edited. The newest counts. */
import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { LakeContext } from '#observations/lake.ts';
import { inTransaction } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { type RankingProfile, rankingName, URGENCY } from './ranking.ts';

const closed = { additionalProperties: false };
const Points = Type.Integer({ minimum: 0, maximum: 10_000 });
const Most = Type.Integer({ minimum: 0, maximum: 1_000_000 });
const Files = Type.Object({ points: Points, atMostFiles: Most }, closed);

/** The weights of a profile, as an officer writes them. */
export const RankingWeights = Type.Object(
  {
    deadline: Type.Object({ points: Points, soonDays: Most, lostPerDay: Points, least: Points }, closed),
    recency: Type.Object({ points: Points, lostPerDay: Points }, closed),
    severity: Type.Object({ A: Files, B: Files, C: Files }, closed),
    rare: Type.Object(
      { points: Points, atMostFiles: Most, suppliers: Type.Integer({ minimum: 1, maximum: 100 }) },
      closed,
    ),
    flagged: Files,
    volume: Type.Object(
      { points: Points, atMostDoublings: Type.Integer({ minimum: 0, maximum: 53 }) },
      closed,
    ),
    activity: Type.Object({ points: Points, atMostDays: Most }, closed),
  },
  closed,
);
export type RankingWeights = Static<typeof RankingWeights>;

export interface SavedProfile {
  readonly profile: RankingProfile;
  readonly reason: string;
  readonly savedAt: Date | null;
  readonly savedBy: string | null;
}

/** All profiles, newest first; the one that Icarus comes with is the last. */
export async function profilesOf(db: Db): Promise<SavedProfile[]> {
  const rows = await db
    .selectFrom('ranking_profile')
    .selectAll()
    .orderBy('saved_at', 'desc')
    .orderBy('version', 'desc')
    .execute();
  return [
    ...rows.map((row) => ({
      profile: row.weights,
      reason: row.reason,
      savedAt: row.saved_at,
      savedBy: row.saved_by,
    })),
    { profile: URGENCY, reason: 'comes with Icarus', savedAt: null, savedBy: null },
  ];
}

/** The profile that counts: the one saved last, else the one that Icarus comes with. */
export async function currentProfile(db: Db): Promise<RankingProfile> {
  return (await profilesOf(db))[0]?.profile ?? URGENCY;
}

export interface SaveProfileRequest {
  /** The officer's right comes from the operation that he ranks for; the profile serves the whole node. */
  readonly operationId: OperationId;
  readonly name: string;
  /** As read from JSON. */
  readonly weights: unknown;
  readonly reason: string;
}

/**
 * Saves weights as the next version of a name; they count from the next ranking on.
 * @throws `access/denied`, `targets/ranking-invalid`
 */
export async function saveProfile(
  ctx: LakeContext,
  actor: Actor,
  request: SaveProfileRequest,
): Promise<RankingProfile> {
  const { operationId, weights } = request;
  authorize(actor, 'targets.build', { operationId });
  const name = checkedName(request.name);
  const reason = request.reason.trim();
  if (reason === '') throw invalid('reason', 'say why, in words');
  const checked = readWeights(weights);
  const at = ctx.clock.now();
  return await inTransaction(ctx, async (tx) => {
    const newest = (await profilesOf(tx))
      .filter(({ profile }) => profile.name === name)
      .reduce((most, { profile }) => Math.max(most, profile.version), 0);
    const profile: RankingProfile = { name, version: newest + 1, ...checked };
    const digest = createHash('sha256')
      .update(canonicalJson(profile as unknown as Json))
      .digest('hex');
    await tx
      .insertInto('ranking_profile')
      .values({
        name,
        version: profile.version,
        weights: JSON.stringify(profile),
        digest,
        reason,
        saved_at: at,
        saved_by: actorName(actor),
      })
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'targets.ranking-saved',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'ranking', id: rankingName(profile) },
      facts: { digest, reason },
    });
    return profile;
  });
}

function checkedName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,39}$/.test(name)) return name;
  throw invalid('name', 'it must begin with a letter and have only small letters, digits and hyphens');
}

/** Checks weights as they were read from JSON. @throws `targets/ranking-invalid` */
export function readWeights(value: unknown): RankingWeights {
  if (Value.Check(RankingWeights, value)) return value;
  const [first] = Value.Errors(RankingWeights, value);
  throw invalid(
    first?.instancePath.slice(1).replaceAll('/', '.') || 'the weights',
    first?.message ?? 'it is not valid',
  );
}

function invalid(field: string, reason: string): IcarusError {
  return new IcarusError('targets/ranking-invalid', { field, reason });
}
