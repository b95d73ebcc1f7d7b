-- Records of victims, other parties and minors are closed to whoever does not need them. Whom one is opened to all the
-- same, why, by whose approval, and until when.
create table person_opening (
  id            text primary key,
  operation_id  text not null,
  target_id     text not null,
  officer_id    text not null,
  justification text not null check (length(justification) between 10 and 2000),
  approved_by   text not null,
  opened_at     timestamptz not null,
  until         timestamptz not null check (until > opened_at),
  constraint person_opening_second_officer check (approved_by <> officer_id)
);
comment on table person_opening is 'append-only: an opening ends by itself';
create index person_opening_officer on person_opening (operation_id, officer_id, until);

-- Targets whose persons are closed to who does not need them, with the merges that show in their place. `matched`: by
-- his country's justification of strict necessity; then his hits may be seen by who decides about hits.
-- Contract with src/access/closed-persons.ts, which asks it for every room.
create function closed_targets(operation text, officer text, at timestamptz)
returns table (target_id text, matched boolean) language sql stable as $$
  with closed as (
    select p.target_id, bool_and(p.strictly_necessary or not p.protected) as matched
    from standing_persons(operation) p group by p.target_id having bool_or(p.protected)),
  shown as (
    select c.target_id, c.matched from closed c
    union all
    select m.target_id, c.matched from target_merge m
    join target_merge_member mm on mm.merge_id = m.id join closed c on c.target_id = mm.target_id
    where m.operation_id = operation and not exists (select from target_split s where s.merge_id = m.id))
  select s.target_id, bool_and(s.matched) from shown s
  where not exists (select from person_opening o where o.operation_id = operation and o.target_id = s.target_id
    and o.officer_id = officer and o.until > at)
  group by s.target_id
$$;
