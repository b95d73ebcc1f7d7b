-- Agencies this node knows, by their signed cards. The node's own is the row with own = true.
create table agency (
  id         text primary key,
  name       text not null,
  country    text,
  own        boolean not null default false,
  -- The signed card, exactly as it was read.
  card       text not null,
  added_at   timestamptz not null
);
create unique index agency_one_own on agency (own) where own;

create table operation (
  id             text primary key,
  code_name      text not null,
  lead           text not null,
  coordinator    text not null,
  started_at     timestamptz not null,
  ended_at       timestamptz,
  handling_codes text[] not null,
  handling_text  text not null,
  -- Hours from release to the last receipt.
  dissemination_hours integer not null check (dissemination_hours > 0),
  -- True where the operation is an exercise: every screen and document says so.
  exercise       boolean not null,
  recorded_at    timestamptz not null
);
create table operation_participant (
  operation_id text not null references operation,
  agency_id    text not null,
  country      text not null,
  primary key (operation_id, agency_id),
  unique (operation_id, country)
);
