-- How long operators keep the records that lead from an address to a subscriber: the agency's own table,
-- one row a version of a rule. The version that no later one of its rule follows stands, unless it withdraws.
create table retention_rule (
  id             text primary key,
  sequence       bigint generated always as identity,
  -- Id of the rule's first version.
  rule_id        text not null,
  version        integer not null check (version > 0),
  country        text not null check (country ~ '^[A-Z]{2}$'),
  -- Both null: the rule of the country. Otherwise it holds for that operator alone.
  operator       text,
  asn            bigint check (asn between 0 and 4294967295),
  data_class     text not null check (data_class in ('address-assignment', 'session')),
  days_kept      integer not null check (days_kept between 0 and 3660),
  -- First instant at which it holds, and first at which it holds no more. Null: without a bound.
  in_force_from  timestamptz,
  in_force_until timestamptz,
  legal_reference text not null,
  source         text not null,
  verified_by    text,
  verified_on    timestamptz,
  withdrawn      boolean not null,
  reason         text not null,
  entered_at     timestamptz not null,
  entered_by     text not null,
  unique (rule_id, version),
  check (in_force_from < in_force_until),
  constraint retention_rule_verification_whole check ((verified_by is null) = (verified_on is null))
);
comment on table retention_rule is 'append-only: a correction is a new version, nothing is edited';
