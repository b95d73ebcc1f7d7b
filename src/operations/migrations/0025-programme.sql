-- A programme plans operations over years; an operation belongs to one or to none.
create table programme (
  id          text primary key,
  name        text not null unique,
  purpose     text not null,
  -- Who pays, in words.
  funding     text not null,
  recorded_at timestamptz not null,
  recorded_by text not null
);

create table programme_member (
  programme_id text not null references programme,
  name         text not null,
  country      text,
  -- The agency by its card, where this node knows it.
  agency_id    text,
  leads        boolean not null,
  primary key (programme_id, name)
);
create unique index programme_one_lead on programme_member (programme_id) where leads;

-- An operation of the programme. One operation has at most one programme.
create table programme_operation (
  operation_id text primary key references operation,
  programme_id text not null references programme,
  linked_at    timestamptz not null,
  linked_by    text not null,
  unique (programme_id, operation_id)
);

-- The action plan.
create table programme_plan_entry (
  id           text primary key,
  programme_id text not null references programme,
  title        text not null,
  -- Months, YYYY-MM, both included.
  period_from  text not null check (period_from ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  period_to    text not null check (period_to ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  state        text not null check (state in ('planned', 'running', 'done')),
  -- The operation that it became.
  operation_id text unique,
  recorded_at  timestamptz not null,
  check (period_from <= period_to),
  foreign key (programme_id, operation_id) references programme_operation (programme_id, operation_id)
);
