/**
 * Mapping profiles of the node's tools, saved and versioned: a profile that was used is never edited, a
 * changed one is the next version. Whoever may import may save; what was saved is in the custody log.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { openLake } from '#observations/lake.ts';
import { profileNamed } from '#observations/store.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { requireZone } from './check-zone.ts';
import { type ImportProfile, profileDigest, readProfile } from './profile.ts';
import { insertProfile, lockProfiles, type SavedProfile, savedProfiles } from './profile-store.ts';

export interface SaveProfileResult extends SavedProfile {
  /** False where the newest version says the same: nothing was changed. */
  readonly isNew: boolean;
}

/**
 * Saves a profile as the next version of its name; the first one keeps the version that it states.
 * @throws `access/denied`, `observations/profile-invalid`
 */
export async function saveProfile(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'jobs' | 'paths'>,
  actor: Actor,
  request: { readonly operationId: OperationId; readonly profile: unknown },
): Promise<SaveProfileResult> {
  const { operationId } = request;
  authorize(actor, 'observations.import', { operationId });
  const given = await checkProfile(ctx, request.profile);
  return inTransaction(ctx, async (tx) => {
    await lockProfiles(tx, given.name);
    const [newest] = await savedProfiles(tx, given.name);
    if (newest && sameButVersion(newest.profile, given)) return { ...newest, isNew: false };
    const profile = { ...given, version: newest ? newest.profile.version + 1 : given.version };
    const at = ctx.clock.now();
    const by = actorName(actor);
    await insertProfile(tx, profile, { at, by });
    const digest = profileDigest(profile);
    await recordEvent(tx, {
      at,
      kind: 'observations.profile-saved',
      actor: by,
      operationId,
      subject: { kind: 'import-profile', id: `${profile.name} ${profile.version}` },
      facts: { name: profile.name, version: profile.version, digest },
    });
    return { profile, digest, savedAt: at, savedBy: by, isNew: true };
  });
}

/** A profile whose shape, words and time zone are as they must be. @throws `observations/profile-invalid` */
export async function checkProfile(ctx: Pick<NodeContext, 'paths'>, value: unknown): Promise<ImportProfile> {
  const profile = readProfile(value);
  await using duck = await openLake({ temporaryFolder: ctx.paths.temporary, threads: 1 });
  await requireZone(duck, profile);
  return profile;
}

function sameButVersion(a: ImportProfile, b: ImportProfile): boolean {
  const content = ({ version: _version, ...rest }: ImportProfile) => canonicalJson(rest as Json);
  return content(a) === content(b);
}

/**
 * The profile of that name: `tool` for its newest version, `tool@3` for one of them. One that was never
 * saved is found where an import of the operation used it.
 * @throws `observations/profile-not-found`
 */
export async function findProfile(db: Db, operationId: OperationId, wanted: string): Promise<ImportProfile> {
  const [, name = wanted, version] = /^(.+)@(\d+)$/.exec(wanted) ?? [];
  const saved = await savedProfiles(db, name);
  const found =
    version === undefined ? saved[0] : saved.find((one) => one.profile.version === Number(version));
  if (found) return found.profile;
  const used = version === undefined ? await profileNamed(db, operationId, name) : undefined;
  if (used) return readProfile(used);
  throw new IcarusError('observations/profile-not-found', { profile: wanted });
}
