-- Requests for preservation that a person has sent to an operator: they stop the retention clock for the
-- records of those targets. A renewal is a row of its own.
create table preservation_request (
  id           text primary key,
  sequence     bigint generated always as identity,
  operation_id text not null,
  package_id   text not null,
  -- The holder of the addresses, as the package attributes them.
  country      text,
  operator     text,
  asn          bigint,
  target_ids   text[] not null check (cardinality(target_ids) > 0),
  sent_at      timestamptz not null,
  -- Budapest Convention, Articles 16 and 29: at most 90 days, renewable.
  preserved_until timestamptz not null,
  -- The operator's or the national unit's own reference, or what was agreed.
  note         text not null,
  recorded_at  timestamptz not null,
  recorded_by  text not null,
  constraint preservation_period check (preserved_until > sent_at and preserved_until <= sent_at + interval '90 days')
);
create index preservation_request_operation on preservation_request (operation_id, sequence);
comment on table preservation_request is 'append-only: what was sent was sent; a renewal stands beside it';
