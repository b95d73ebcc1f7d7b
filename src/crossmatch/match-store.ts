/**
 * Matching, as two statements over whole sets. Equal normalised values on two sides make a hit of the
 * pair; a value that too many carry makes one remark. Both may run again and again: a pair has one hit.
 * Each distinct value is one probe of an index and brings its subjects along as arrays: joined back to
 * them instead, a planner without statistics compares everything with everything.
 */
import { type RawBuilder, sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { OperationId } from '#core/ids.ts';
import type { Tx } from '#platform/tables.ts';

export interface MatchScope {
  readonly operationId: OperationId;
  /** Whose subjects are compared with everything else; null: everyone's. */
  readonly country: CountryCode | null;
  readonly at: Date;
  /** Above this many carriers a value is too common. */
  readonly tooCommonAbove: number;
}

export interface MatchCounts {
  /** Distinct values that were compared. */
  readonly values: number;
  readonly newHits: number;
  /** Selectors by which a hit, new or not, was not known before. */
  readonly newSelectors: number;
  /** Values found too common for the first time. */
  readonly newCommonValues: number;
}

/** Subjects of the scope against all holdings. */
export async function matchHoldings(tx: Tx, scope: MatchScope): Promise<MatchCounts> {
  const pairs = sql`
    carried as materialized (
      select presented.*, carrier.holding_id,
             count(*) over (partition by presented.type, presented.value) as carriers
      from presented cross join lateral (
        select holding_selector.holding_id from holding_selector
        where holding_selector.type = presented.type and holding_selector.value = presented.value
        limit ${scope.tooCommonAbove + 1}
      ) as carrier
    ),
    pair as materialized (
      select mine.subject_id, null::text as other_subject_id, carried.holding_id, carried.type, carried.value,
             ${hitId(sql`mine.subject_id`, sql`'holding ' || carried.holding_id`)} as id
      from carried cross join lateral unnest(carried.subject_ids) as mine (subject_id)
      where carried.carriers <= ${scope.tooCommonAbove} and cardinality(carried.subject_ids) <= ${scope.tooCommonAbove}
    )`;
  return runMatch(tx, scope, { pairs, among: 'holdings' });
}

/**
 * Subjects of the scope against subjects of other countries. An address has an owner only at a time:
 * where both sides state theirs, the times must overlap.
 */
export async function matchSubjects(tx: Tx, scope: MatchScope): Promise<MatchCounts> {
  const pairs = sql`
    carried as materialized (
      select presented.*, carrier.*,
             count(*) over (partition by presented.type, presented.value) as carriers
      from presented cross join lateral (
        select subject.id as subject_id, subject.country, theirs.seen
        from subject_selector as theirs join subject on subject.id = theirs.subject_id
        where theirs.operation_id = ${scope.operationId} and theirs.type = presented.type
          and theirs.value = presented.value and subject.cleared_at is null
        limit ${scope.tooCommonAbove + 1}
      ) as carrier
    ),
    pair as materialized (
      select distinct on (id, type, value) * from (
        select least(mine.subject_id, carried.subject_id) as subject_id,
               greatest(mine.subject_id, carried.subject_id) as other_subject_id, null::bigint as holding_id,
               carried.type, carried.value,
               ${hitId(sql`least(mine.subject_id, carried.subject_id)`, sql`greatest(mine.subject_id, carried.subject_id)`)} as id
        from carried cross join lateral
          unnest(carried.subject_ids, carried.countries, carried.times) as mine (subject_id, country, seen)
        where carried.carriers <= ${scope.tooCommonAbove} and mine.country <> carried.country
          and (carried.type <> 'address' or coalesce(mine.seen && carried.seen, true))
      ) as equal
    )`;
  return runMatch(tx, scope, { pairs, among: 'subjects' });
}

/** The same pair has the same id, whichever side was found first and on whatever day. */
function hitId(one: RawBuilder<unknown>, other: RawBuilder<unknown>): RawBuilder<string> {
  return sql`'hit_' || left(encode(sha256(convert_to(${one} || ' ' || ${other}, 'UTF8')), 'hex'), 26)`;
}

async function runMatch(
  tx: Tx,
  scope: MatchScope,
  { pairs, among }: { pairs: RawBuilder<unknown>; among: 'holdings' | 'subjects' },
): Promise<MatchCounts> {
  // The plan is a thousand index probes; compiling it would take longer than running it.
  await sql`set local jit = off`.execute(tx);
  const ofCountry = scope.country === null ? sql`` : sql`and subject.country = ${scope.country}`;
  const { rows } = await sql<MatchCounts>`
    with presented as materialized (
      select subject_selector.type, subject_selector.value, array_agg(subject.id) as subject_ids,
             array_agg(subject.country) as countries, array_agg(subject_selector.seen) as times
      from subject_selector join subject on subject.id = subject_selector.subject_id
      where subject.operation_id = ${scope.operationId} and subject.cleared_at is null ${ofCountry}
      group by subject_selector.type, subject_selector.value
    ),
    ${pairs},
    new_hit as (
      insert into hit (id, operation_id, subject_id, other_subject_id, holding_id, found_at)
      select distinct on (id) id, ${scope.operationId}, subject_id, other_subject_id, holding_id, ${scope.at}::timestamptz
      from pair
      on conflict do nothing returning id
    ),
    new_selector as (
      insert into hit_selector (hit_id, type, value, found_at)
      select id, type, value, ${scope.at}::timestamptz from pair
      on conflict do nothing returning hit_id
    ),
    new_common as (
      insert into common_value (operation_id, type, value, among, more_than, found_at)
      select distinct ${scope.operationId}, type, value, ${among}, ${scope.tooCommonAbove}::integer, ${scope.at}::timestamptz
      from carried where carriers > ${scope.tooCommonAbove}
      on conflict do nothing returning value
    )
    select (select count(*) from presented) as "values",
           (select count(*) from new_hit) as "newHits",
           (select count(*) from new_selector) as "newSelectors",
           (select count(*) from new_common) as "newCommonValues"`.execute(tx);
  return rows[0] ?? { values: 0, newHits: 0, newSelectors: 0, newCommonValues: 0 };
}
