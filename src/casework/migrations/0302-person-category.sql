-- Who the person behind a target is to the case (Directive (EU) 2016/680 Art. 6). On a national node its own words;
-- on the coordinator's those that came with reports, which nobody there changes.
create table person_category (
  operation_id text not null,
  target_id    text not null,
  -- Whose word it is: a target may lie in the packages of two countries.
  stated_by    text not null,
  version      integer not null check (version > 0),
  category     text not null check (category in ('potential-offender', 'suspect', 'convicted', 'victim', 'other')),
  -- Under 18.
  minor        boolean not null,
  -- Matching him is strictly necessary all the same (Regulation (EU) 2016/794 Art. 30(1)).
  strictly_necessary boolean not null,
  -- Why it is, and why he is said to be so. Both stay in the country that said it: empty where it came from another.
  necessity    text not null,
  reason       text not null,
  -- The second officer who approved the necessity; null where there is none, and where it came.
  approved_by  text,
  recorded_by  text not null,
  -- By this node's clock.
  recorded_at  timestamptz not null,
  primary key (operation_id, target_id, stated_by, version),
  constraint person_category_necessity
    check (not strictly_necessary or minor or category in ('victim', 'other')),
  constraint person_category_second_officer check (approved_by <> recorded_by)
);
comment on table person_category is 'append-only: a change is a new version, nothing is edited';

-- What stands of each person, by whose word, and since when he has been said to be so.
create function standing_persons(operation text)
returns table (target_id text, stated_by text, version integer, category text, minor boolean,
  strictly_necessary boolean, protected boolean, since timestamptz)
language sql stable as $$
  select s.target_id, s.stated_by, s.version, s.category, s.minor, s.strictly_necessary,
    s.minor or s.category in ('victim', 'other'),
    (select min(p.recorded_at) from person_category p
      where p.operation_id = operation and p.target_id = s.target_id and p.stated_by = s.stated_by
        and p.version > coalesce((select max(d.version) from person_category d
          where d.operation_id = operation and d.target_id = s.target_id and d.stated_by = s.stated_by
            and (d.category, d.minor) <> (s.category, s.minor)), 0))
  from (select distinct on (p.target_id, p.stated_by) p.* from person_category p where p.operation_id = operation
    order by p.target_id, p.stated_by, p.version desc) s
$$;

-- What a country said of the person in its report, beside what it said of the target.
alter table report_target
  add column person_version integer,
  add column person_category text
    check (person_category in ('potential-offender', 'suspect', 'convicted', 'victim', 'other')),
  add column person_minor boolean,
  add column person_strictly_necessary boolean,
  add constraint report_target_person_whole check (
    num_nonnulls(person_version, person_category, person_minor, person_strictly_necessary) in (0, 4));
