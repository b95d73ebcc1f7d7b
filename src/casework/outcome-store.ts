/** All SQL over `outcome`: versions of what this country states about its targets. */
import { type ExpressionBuilder, sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { SubjectCategory } from '#core/data-subjects.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { currentTargets } from '#packages/received-targets.ts';
import type { TargetDocument } from '#packages/types.ts';
import type { Db, Tables, Tx } from '#platform/tables.ts';
import type { ReportTarget } from './report-document.ts';
import type { CaseSort, PersonView } from './schemas.ts';
import { SUMS } from './sums.ts';
import type { OutcomeColumns, OutcomeTable } from './tables.ts';
import { type Flag, type Outcome, type OutcomeKind, sortedFlags, type Totals } from './types.ts';

/** One version of a target's outcome. */
export interface OutcomeRecord extends Outcome {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  readonly version: number;
  /** Stays in the country. */
  readonly note: string;
  readonly reason: string | null;
  readonly recordedBy: string;
  readonly recordedAt: Date;
}

/** A received target with its outcome as it stands; `current` undefined: nothing is recorded. */
export interface CaseTargetRow {
  readonly targetId: TargetId;
  readonly country: CountryCode;
  readonly rank: number;
  readonly score: number;
  readonly clientId: string;
  readonly lastSeenAt: Date;
  readonly document: TargetDocument;
  readonly person: PersonView;
  readonly current: OutcomeRecord | undefined;
}

export interface CaseTargetFilter {
  readonly operationId: OperationId;
  readonly country: CountryCode;
  readonly outcome?: OutcomeKind;
  /** As recorded here; before anything is recorded, as the lead flagged the target. */
  readonly flag?: Flag;
  readonly category?: SubjectCategory;
  /** Left out, and not counted. */
  readonly without?: ReadonlySet<string>;
  readonly targetId?: TargetId;
}

/** The newest word on the target says that somebody may be harmed now. */
const underAlarm = sql<boolean>`coalesce((select state = 'raised' from risk_alarm
  where risk_alarm.operation_id = received_target.operation_id and risk_alarm.target_id = received_target.target_id
  order by raised_at desc, risk_alarm.id desc limit 1), false)`;

/** Waits until nobody else writes the thing that `key` names; held to the end of the transaction. */
export async function lock(tx: Tx, key: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
}

export async function insertOutcome(tx: Tx, record: OutcomeRecord): Promise<void> {
  await tx
    .insertInto('outcome')
    .values({
      ...outcomeColumns(record),
      operation_id: record.operationId,
      version: record.version,
      note: record.note,
      reason: record.reason,
      recorded_by: record.recordedBy,
      recorded_at: record.recordedAt,
    })
    .execute();
}

/** Every version, newest first. */
export async function outcomeVersions(
  db: Db,
  operationId: OperationId,
  targetId: TargetId,
): Promise<OutcomeRecord[]> {
  const rows = await db
    .selectFrom('outcome')
    .selectAll()
    .where('operation_id', '=', operationId)
    .where('target_id', '=', targetId)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(toRecord);
}

/** Every target's newest version. */
export async function currentOutcomes(db: Db, operationId: OperationId): Promise<OutcomeRecord[]> {
  const rows = await db
    .selectFrom('outcome')
    .selectAll()
    .distinctOn('target_id')
    .where('operation_id', '=', operationId)
    .orderBy('target_id')
    .orderBy('version', 'desc')
    .execute();
  return rows.map(toRecord);
}

/** A page of the country's targets. `urgency`: imminent risk first, then what is not worked yet, then by rank. */
export async function caseTargetRows(
  db: Db,
  filter: CaseTargetFilter,
  page: { sort: CaseSort; offset: number; limit: number },
): Promise<CaseTargetRow[]> {
  let query = targetsWithOutcome(db, filter).select([
    'received_target.target_id as id',
    'received_target.country',
    'received_target.rank',
    'received_target.score',
    'received_target.client_id',
    'received_target.last_seen_at',
    'received_target.document',
    sql<OutcomeTable | null>`to_jsonb(current)`.as('current'),
    category.as('category'),
    sql<boolean>`coalesce(person.minor, false)`.as('minor'),
    sql<boolean>`coalesce(person.strictly_necessary, false)`.as('strictly_necessary'),
    sql<number>`coalesce(person.version, 0)`.as('person_version'),
  ]);
  if (page.sort === 'urgency')
    query = query
      .orderBy(sql`(${hasFlag('imminent-risk')} or ${underAlarm})`, 'desc')
      .orderBy(sql`${standing} = 'pending'`, 'desc');
  if (page.sort === 'last-seen') query = query.orderBy('received_target.last_seen_at', 'desc');
  if (page.sort === 'recorded') query = query.orderBy(sql`current.recorded_at`, sql`desc nulls last`);
  const rows = await query
    .orderBy('received_target.rank')
    .orderBy('received_target.target_id')
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    targetId: row.id as TargetId,
    country: row.country as CountryCode,
    rank: row.rank,
    score: row.score,
    clientId: row.client_id,
    lastSeenAt: row.last_seen_at,
    document: row.document,
    person: {
      category: row.category,
      minor: row.minor,
      strictlyNecessary: row.strictly_necessary,
      version: row.person_version,
    },
    current: row.current
      ? toRecord({ ...row.current, recorded_at: new Date(row.current.recorded_at) })
      : undefined,
  }));
}

export async function countCaseTargets(db: Db, filter: CaseTargetFilter): Promise<number> {
  const row = await targetsWithOutcome(db, filter)
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return row.total;
}

/** Ids of the targets of the newest package of the country. */
export async function caseTargetIds(
  db: Db,
  filter: Pick<CaseTargetFilter, 'operationId' | 'country'>,
): Promise<string[]> {
  const rows = await currentTargets(db, filter)
    .select('received_target.target_id')
    .orderBy('received_target.target_id')
    .execute();
  return rows.map((row) => row.target_id);
}

/** The same of every country. */
export async function caseTargetIdsByCountry(
  db: Db,
  operationId: OperationId,
): Promise<ReadonlyMap<CountryCode, readonly string[]>> {
  const rows = await currentTargets(db, { operationId })
    .select(['received_target.country', 'received_target.target_id'])
    .orderBy('received_target.target_id')
    .execute();
  const grouped = Map.groupBy(rows, ({ country }) => country as CountryCode);
  return new Map([...grouped].map(([country, found]) => [country, found.map(({ target_id }) => target_id)]));
}

/** The sums over the targets of the country's newest package, as they stand; without a record: pending. */
export async function caseTotals(
  db: Db,
  filter: Pick<CaseTargetFilter, 'operationId' | 'country' | 'without'>,
): Promise<Totals> {
  const stated = targetsWithOutcome(db, filter).select([
    standing.as('outcome'),
    ...(['subscriber_identified', 'search_done'] as const).map((name) =>
      sql`coalesce(${sql.ref(`current.${name}`)}, false)`.as(name),
    ),
    ...(
      [
        'suspects_identified',
        'suspects_arrested',
        'victims_safeguarded',
        'devices_seized',
        'bytes_seized',
      ] as const
    ).map((name) => sql`coalesce(${sql.ref(`current.${name}`)}, 0)`.as(name)),
    sql`coalesce(current.flags, '{}')`.as('flags'),
  ]);
  return db.selectFrom(stated.as('stated')).select(SUMS).executeTakeFirstOrThrow();
}

const standing = sql<OutcomeKind>`coalesce(current.outcome, 'pending')`;

/** Until somebody says who he is, a user who was observed is a potential offender. */
const category = sql<SubjectCategory>`coalesce(person.category, 'potential-offender')`;

function hasFlag(flag: Flag) {
  const byLead = sql`received_target.document -> 'flags' @> ${JSON.stringify([{ flag }])}::jsonb`;
  return sql<boolean>`case when current.target_id is null then ${byLead} else ${flag} = any (current.flags) end`;
}

function targetsWithOutcome(db: Db, filter: CaseTargetFilter) {
  const newest = (builder: ExpressionBuilder<Tables, 'received_target'>) =>
    builder
      .selectFrom('outcome')
      .selectAll()
      .whereRef('outcome.operation_id', '=', 'received_target.operation_id')
      .whereRef('outcome.target_id', '=', 'received_target.target_id')
      .orderBy('outcome.version', 'desc')
      .limit(1)
      .as('current');
  // On the node of a country there are its own words alone.
  const said = (builder: ExpressionBuilder<Tables, 'received_target'>) =>
    builder
      .selectFrom('person_category')
      .selectAll()
      .whereRef('person_category.operation_id', '=', 'received_target.operation_id')
      .whereRef('person_category.target_id', '=', 'received_target.target_id')
      .orderBy('person_category.version', 'desc')
      .limit(1)
      .as('person');
  let query = currentTargets(db, filter)
    .leftJoinLateral(newest, (join) => join.onTrue())
    .leftJoinLateral(said, (join) => join.onTrue());
  if (filter.outcome) query = query.where(standing, '=', filter.outcome);
  if (filter.flag) query = query.where(hasFlag(filter.flag));
  if (filter.category) query = query.where(category, '=', filter.category);
  if (filter.without?.size) query = query.where('received_target.target_id', 'not in', [...filter.without]);
  if (filter.targetId) query = query.where('received_target.target_id', '=', filter.targetId);
  return query;
}

/** An outcome as the columns that `outcome` and `report_target` share. */
export function outcomeColumns(outcome: ReportTarget): OutcomeColumns {
  return {
    target_id: outcome.targetId,
    outcome: outcome.outcome,
    subscriber_identified: outcome.subscriberIdentified,
    search_done: outcome.searchDone,
    suspects_identified: outcome.suspectsIdentified,
    suspects_arrested: outcome.suspectsArrested,
    victims_safeguarded: outcome.victimsSafeguarded,
    devices_seized: outcome.devicesSeized,
    bytes_seized: outcome.bytesSeized,
    flags: sortedFlags(outcome),
  };
}

export function fromColumns(row: OutcomeColumns): ReportTarget {
  return {
    targetId: row.target_id,
    outcome: row.outcome as OutcomeKind,
    subscriberIdentified: row.subscriber_identified,
    searchDone: row.search_done,
    suspectsIdentified: row.suspects_identified,
    suspectsArrested: row.suspects_arrested,
    victimsSafeguarded: row.victims_safeguarded,
    devicesSeized: row.devices_seized,
    bytesSeized: row.bytes_seized,
    flags: row.flags as Flag[],
  };
}

function toRecord(row: OutcomeTable): OutcomeRecord {
  return {
    ...fromColumns(row),
    targetId: row.target_id as TargetId,
    operationId: row.operation_id as OperationId,
    version: row.version,
    note: row.note,
    reason: row.reason,
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at,
  };
}
