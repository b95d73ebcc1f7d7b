/** All SQL over `person_category`: who the persons behind targets are to the case, version by version. */
import { sql } from 'kysely';
import type { DataSubject, SubjectCategory } from '#core/data-subjects.ts';
import type { AgencyId, OperationId, TargetId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { PersonStatement } from './report-document.ts';
import type { PersonCategoryTable } from './tables.ts';

/** One version of what a country says of the person behind a target. */
export interface PersonCategory extends DataSubject {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  readonly statedBy: AgencyId;
  readonly version: number;
  /** Matching him is strictly necessary all the same. */
  readonly strictlyNecessary: boolean;
  /** Why it is; stays in the country. */
  readonly necessity: string;
  /** Why he is said to be so; stays in the country. */
  readonly reason: string;
  readonly approvedBy: string | null;
  readonly recordedBy: string;
  readonly recordedAt: Date;
}

export async function insertPersonCategory(tx: Tx, one: PersonCategory): Promise<void> {
  await tx
    .insertInto('person_category')
    .values({
      operation_id: one.operationId,
      target_id: one.targetId,
      stated_by: one.statedBy,
      version: one.version,
      category: one.category,
      minor: one.minor,
      strictly_necessary: one.strictlyNecessary,
      necessity: one.necessity,
      reason: one.reason,
      approved_by: one.approvedBy,
      recorded_by: one.recordedBy,
      recorded_at: one.recordedAt,
    })
    .execute();
}

/** Every version of the agency's own word, newest first. */
export async function personVersions(
  db: Db,
  of: { operationId: OperationId; targetId: TargetId; statedBy: AgencyId },
): Promise<PersonCategory[]> {
  const rows = await db
    .selectFrom('person_category')
    .selectAll()
    .where('operation_id', '=', of.operationId)
    .where('target_id', '=', of.targetId)
    .where('stated_by', '=', of.statedBy)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(toPersonCategory);
}

/** Every version that the agency said of any of its targets. */
export async function personsStatedBy(
  db: Db,
  operationId: OperationId,
  statedBy: AgencyId,
): Promise<PersonCategory[]> {
  const rows = await db
    .selectFrom('person_category')
    .selectAll()
    .where('operation_id', '=', operationId)
    .where('stated_by', '=', statedBy)
    .orderBy('target_id')
    .orderBy('version')
    .execute();
  return rows.map(toPersonCategory);
}

/** What stands of a person, by one agency's word. */
export interface StandingPerson extends PersonStatement {
  readonly targetId: string;
  readonly statedBy: AgencyId;
  /** A victim, another party or a minor. */
  readonly protected: boolean;
}

/** What stands of every person of whom somebody said something. */
export async function standingPersons(db: Db, operationId: OperationId): Promise<StandingPerson[]> {
  const { rows } = await sql<{
    target_id: string;
    stated_by: AgencyId;
    version: number;
    category: SubjectCategory;
    minor: boolean;
    strictly_necessary: boolean;
    protected: boolean;
  }>`select * from standing_persons(${operationId}) order by target_id, stated_by`.execute(db);
  return rows.map((row) => ({
    targetId: row.target_id,
    statedBy: row.stated_by,
    version: row.version,
    category: row.category,
    minor: row.minor,
    strictlyNecessary: row.strictly_necessary,
    protected: row.protected,
  }));
}

export function toPersonCategory(row: PersonCategoryTable): PersonCategory {
  return {
    operationId: row.operation_id as OperationId,
    targetId: row.target_id as TargetId,
    statedBy: row.stated_by as AgencyId,
    version: row.version,
    category: row.category as SubjectCategory,
    minor: row.minor,
    strictlyNecessary: row.strictly_necessary,
    necessity: row.necessity,
    reason: row.reason,
    approvedBy: row.approved_by,
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at,
  };
}
