/** SQL over hits as officers see them. A side that is a minor is hit or no hit: counted, never shown. */
import { type ExpressionBuilder, sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { Db, Tables, Tx } from '#platform/tables.ts';
import type { Decided, Decision, HIT_STATES, Hit, HitSide, MatchedSelector } from './hit.ts';
import type { SelectorType } from './selectors.ts';
import type { HitDecisionTable } from './tables.ts';
import { type HitId, informationFrom } from './types.ts';

export const HIT_SORTS = ['found', 'decided', 'selectors', 'country'] as const;

export interface HitFilter {
  readonly operationId: OperationId;
  readonly state?: (typeof HIT_STATES)[number] | undefined;
  /** known: one side is a holding; new: both are of this operation. */
  readonly standing?: 'known' | 'new' | undefined;
  /** Of either side. */
  readonly country?: CountryCode | undefined;
  readonly selectorType?: SelectorType | undefined;
  readonly hitIds?: readonly string[] | undefined;
  /** Hits with one of these targets are left out, and not counted. */
  readonly without?: ReadonlySet<string> | undefined;
}

export interface HitPage {
  readonly sort: (typeof HIT_SORTS)[number];
  readonly offset: number;
  readonly limit: number;
}

const decided = (builder: ExpressionBuilder<Tables, 'hit'>) =>
  builder
    .selectFrom('hit_decision')
    .selectAll()
    .whereRef('hit_decision.hit_id', '=', 'hit.id')
    .orderBy('hit_decision.version', 'desc')
    .limit(1)
    .as('decided');

const matched = sql<number>`(select count(*) from hit_selector where hit_selector.hit_id = hit.id)`;

/** Hits that may be shown at `at`. */
function shownHits(db: Db, filter: HitFilter, at: Date) {
  return allHits(db, filter).where(({ eb, or }) =>
    or([eb('holding.minor_until', 'is', null), eb('holding.minor_until', '<=', at)]),
  );
}

function allHits(db: Db, filter: HitFilter) {
  let query = db
    .selectFrom('hit')
    .innerJoin('subject as one', 'one.id', 'hit.subject_id')
    .leftJoin('subject as other', 'other.id', 'hit.other_subject_id')
    .leftJoin('holding', 'holding.id', 'hit.holding_id')
    .leftJoin('holdings_import', 'holdings_import.id', 'holding.import_id')
    .leftJoinLateral(decided, (join) => join.onTrue())
    .where('hit.operation_id', '=', filter.operationId);
  const { state, standing, country, selectorType, hitIds, without } = filter;
  if (without?.size)
    query = query.where(
      sql<boolean>`not coalesce(one.target_id = any(${[...without]}::text[]), false)
        and not coalesce(other.target_id = any(${[...without]}::text[]), false)`,
    );
  if (state === 'undecided') query = query.where('decided.decision', 'is', null);
  else if (state) query = query.where('decided.decision', '=', state);
  if (standing) query = query.where('hit.holding_id', standing === 'known' ? 'is not' : 'is', null);
  if (country)
    query = query.where(({ eb, or }) =>
      or([eb('one.country', '=', country), eb('other.country', '=', country)]),
    );
  if (selectorType)
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('hit_selector')
          .select('hit_selector.hit_id')
          .whereRef('hit_selector.hit_id', '=', 'hit.id')
          .where('hit_selector.type', '=', selectorType),
      ),
    );
  if (hitIds) query = query.where(sql<boolean>`hit.id = any(${[...hitIds]}::text[])`);
  return query;
}

/** How many hits there are, and how many of those are with minors and not shown. */
export async function countHits(
  db: Db,
  filter: HitFilter,
  at: Date,
): Promise<{ shown: number; withheld: number }> {
  const count = sql<number>`count(*)`.as('total');
  const { total: shown } = await shownHits(db, filter, at).select(count).executeTakeFirstOrThrow();
  const { total } = await allHits(db, filter).select(count).executeTakeFirstOrThrow();
  return { shown, withheld: total - shown };
}

/** A page of hits. `found`, `decided`: newest first; `selectors`: most first. */
export async function hitsPage(db: Db, filter: HitFilter, at: Date, page: HitPage): Promise<Hit[]> {
  let query = shownHits(db, filter, at).select([
    'hit.id',
    'hit.operation_id',
    'hit.found_at',
    'hit.holding_id',
    sql<Tables['subject'] & { agency_id: string }>`to_jsonb(one)`.as('one'),
    sql<Tables['subject'] | null>`to_jsonb(other)`.as('other'),
    'holding.reference as holding_reference',
    'holding.network',
    sql<Tables['holdings_import'] | null>`to_jsonb(holdings_import)`.as('imported'),
    sql<HitDecisionTable | null>`case when decided.version is not null then to_jsonb(decided) end`.as(
      'decided',
    ),
    sql<Date | null>`(select max(found_at) from hit_selector where hit_selector.hit_id = hit.id)`.as(
      'grown_at',
    ),
  ]);
  if (page.sort === 'selectors') query = query.orderBy(matched, 'desc');
  if (page.sort === 'country') query = query.orderBy('one.country').orderBy('other.country');
  if (page.sort === 'decided')
    query = query.orderBy('decided.decided_at', (order) => order.desc().nullsLast());
  const rows = await query
    .orderBy('hit.found_at', 'desc')
    .orderBy('hit.id')
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  const selectors = await matchedSelectors(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const common = selectors.get(row.id) ?? [];
    const standing =
      row.decided && decisionFrom({ ...row.decided, decided_at: new Date(row.decided.decided_at) });
    return {
      hitId: row.id as HitId,
      operationId: row.operation_id as OperationId,
      foundAt: row.found_at,
      selectors: common.map(({ type, value }) => ({ type, value })),
      sides: [subjectSide(row.one, common, 'one'), otherSide(row, common)],
      current: standing ?? undefined,
      grownSince: standing !== null && row.grown_at !== null && row.grown_at > standing.decidedAt,
    };
  });
}

interface Common {
  readonly type: SelectorType;
  readonly value: string;
  readonly one: string | null;
  readonly other: string | null;
}

/** What matched, with what each side's owner wrote. */
async function matchedSelectors(db: Db, hitIds: readonly string[]): Promise<Map<string, Common[]>> {
  if (hitIds.length === 0) return new Map();
  const { rows } = await sql<Common & { hit_id: string }>`
    select hit_selector.hit_id, hit_selector.type, hit_selector.value, one.given as one,
           coalesce(other.given, held.given) as other
    from hit_selector join hit on hit.id = hit_selector.hit_id
    left join subject_selector as one on one.subject_id = hit.subject_id
      and one.type = hit_selector.type and one.value = hit_selector.value
    left join subject_selector as other on other.subject_id = hit.other_subject_id
      and other.type = hit_selector.type and other.value = hit_selector.value
    left join holding_selector as held on held.holding_id = hit.holding_id
      and held.type = hit_selector.type and held.value = hit_selector.value
    where hit_selector.hit_id = any(${[...hitIds]}::text[])
    order by hit_selector.hit_id, hit_selector.type, hit_selector.value`.execute(db);
  return Map.groupBy(rows, ({ hit_id }) => hit_id);
}

function writtenBy(common: readonly Common[], side: 'one' | 'other'): MatchedSelector[] {
  return common.map(({ type, value, [side]: given }) => ({ type, value, given: given ?? value }));
}

type SubjectJson = Tables['subject'];

function subjectSide(row: SubjectJson, common: readonly Common[], side: 'one' | 'other'): HitSide {
  return {
    ...informationFrom(row),
    kind: row.kind === 'target' ? 'target' : 'suspect',
    id: row.id,
    agencyId: row.agency_id as AgencyId,
    country: row.country as CountryCode,
    reference: row.reference,
    source: null,
    network: null,
    targetId: row.target_id,
    selectors: writtenBy(common, side),
  };
}

function otherSide(
  row: {
    other: SubjectJson | null;
    imported: Tables['holdings_import'] | null;
    holding_id: number | null;
    holding_reference: string | null;
    network: string | null;
  },
  common: readonly Common[],
): HitSide {
  if (row.other) return subjectSide(row.other, common, 'other');
  if (!row.imported || row.holding_reference === null) throw new Error('a hit without its other side');
  return {
    ...informationFrom(row.imported),
    kind: 'holding',
    id: `holding_${row.holding_id}`,
    agencyId: null,
    country: null,
    reference: row.holding_reference,
    source: row.imported.source,
    network: row.network,
    targetId: null,
    selectors: writtenBy(common, 'other'),
  };
}

/** Hits that may be shown and have one of the targets on a side. */
export async function hitsOfTargets(
  db: Db,
  of: { operationId: OperationId; targetIds: readonly string[] },
  at: Date,
): Promise<HitId[]> {
  if (of.targetIds.length === 0) return [];
  const rows = await shownHits(db, of, at)
    .select('hit.id')
    .where(({ eb, or }) =>
      or([
        eb('one.target_id', 'in', of.targetIds),
        eb('other.target_id', 'in', of.targetIds),
        eb('one.reference', 'in', of.targetIds),
        eb('other.reference', 'in', of.targetIds),
      ]),
    )
    .orderBy('hit.id')
    .execute();
  return rows.map(({ id }) => id as HitId);
}

/** The hit, where it may be shown. */
export async function hitById(
  db: Db,
  of: { operationId: OperationId; hitId: HitId; without?: ReadonlySet<string> },
  at: Date,
): Promise<Hit | undefined> {
  const filter = { operationId: of.operationId, hitIds: [of.hitId], without: of.without };
  return (await hitsPage(db, filter, at, { sort: 'found', offset: 0, limit: 1 }))[0];
}

/** Waits until nobody else decides the hit; held to the end of the transaction. */
export async function lockHit(tx: Tx, hitId: HitId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`hit ${hitId}`}, 0))`.execute(tx);
}

/** Every version, newest first. */
export async function decisionsOf(db: Db, hitId: HitId): Promise<Decided[]> {
  const rows = await db
    .selectFrom('hit_decision')
    .selectAll()
    .where('hit_id', '=', hitId)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(decisionFrom);
}

export async function insertDecision(tx: Tx, hitId: HitId, decision: Decided): Promise<void> {
  await tx
    .insertInto('hit_decision')
    .values({
      hit_id: hitId,
      version: decision.version,
      decision: decision.decision,
      reason: decision.reason,
      decided_by: decision.decidedBy,
      decided_at: decision.decidedAt,
    })
    .execute();
}

function decisionFrom(row: HitDecisionTable): Decided {
  return {
    version: row.version,
    decision: row.decision as Decision,
    reason: row.reason,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
  };
}

/** A value that too many carry: no hit is made of it. */
export interface CommonValue {
  readonly type: SelectorType;
  readonly value: string;
  readonly among: 'holdings' | 'subjects';
  readonly moreThan: number;
  readonly foundAt: Date;
}

export async function commonValues(db: Db, operationId: OperationId): Promise<CommonValue[]> {
  const rows = await db
    .selectFrom('common_value')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('type')
    .orderBy('value')
    .orderBy('among')
    .limit(1000)
    .execute();
  return rows.map((row) => ({
    type: row.type as SelectorType,
    value: row.value,
    among: row.among === 'holdings' ? 'holdings' : 'subjects',
    moreThan: row.more_than,
    foundAt: row.found_at,
  }));
}
