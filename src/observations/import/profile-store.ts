/** All SQL of mapping profiles. */
import { type Id, newId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type {} from './import-tables.ts';
import { type ImportProfile, profileDigest } from './profile.ts';

/** A profile as it was saved. */
export interface SavedProfile {
  readonly profile: ImportProfile;
  readonly digest: string;
  readonly savedAt: Date;
  readonly savedBy: string;
}

/** Serialises those who save, so that versions follow each other. */
export async function lockProfiles(tx: Tx, name: string): Promise<void> {
  await tx
    .selectNoFrom(({ fn, val }) => [
      fn('pg_advisory_xact_lock', [fn('hashtextextended', [val(`import_profile ${name}`), val(0)])]).as(
        'lock',
      ),
    ])
    .execute();
}

export async function insertProfile(
  tx: Tx,
  profile: ImportProfile,
  saved: { readonly at: Date; readonly by: string },
): Promise<void> {
  await tx
    .insertInto('import_profile')
    .values({
      id: newId<Id<'import-profile'>>('import-profile', saved.at),
      name: profile.name,
      version: profile.version,
      digest: profileDigest(profile),
      profile: JSON.stringify(profile),
      saved_at: saved.at,
      saved_by: saved.by,
    })
    .execute();
}

/** Every version, by name, the newest first. */
export async function savedProfiles(db: Db, name?: string): Promise<SavedProfile[]> {
  const rows = await db
    .selectFrom('import_profile')
    .selectAll()
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .orderBy('name')
    .orderBy('version', 'desc')
    .execute();
  return rows.map((row) => ({
    profile: row.profile,
    digest: row.digest,
    savedAt: row.saved_at,
    savedBy: row.saved_by,
  }));
}
