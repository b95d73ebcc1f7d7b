-- Which client ids belong together is suggested by rules and decided by people. A decision is never changed:
-- a merge is undone by its split, a dismissal by a later version; what stands follows from all of them.

-- One computation of suggestions; its Parquet lies in the lake under the id.
create table target_link_run (
  id           text primary key,
  -- The order in which rows came, also within one instant of the clock.
  sequence     bigint generated always as identity,
  operation_id text not null,
  -- The build whose places were compared.
  build_id     text not null,
  rules        text not null,
  suggestions  bigint not null,
  -- Suggestions by type.
  by_type      jsonb not null,
  -- Addresses and ports that link nothing, by the reason.
  suppressed   jsonb not null,
  finished_at  timestamptz not null,
  finished_by  text not null
);
create index target_link_run_operation on target_link_run (operation_id, sequence desc);

-- Two or more targets that an officer holds to be one. It shows under the id of the member seen first.
create table target_merge (
  id           text primary key,
  sequence     bigint generated always as identity,
  operation_id text not null,
  target_id    text not null,
  reason       text not null check (reason <> ''),
  -- Countries of the members when they were merged.
  countries    text[] not null,
  -- Frozen packages that hold a member: they stay as they are, and the officer was told.
  frozen_packages text[] not null,
  merged_at    timestamptz not null,
  merged_by    text not null
);
create index target_merge_operation on target_merge (operation_id, sequence);
comment on table target_merge is 'append-only: a merge is undone by its split';

create table target_merge_member (
  merge_id      text not null references target_merge,
  target_id     text not null,
  client_id     text not null,
  country       text,
  first_seen_at timestamptz not null,
  primary key (merge_id, target_id)
);
create index target_merge_member_target on target_merge_member (target_id);
comment on table target_merge_member is 'append-only: belongs to its merge';

-- Merges that a later merge took in whole; splitting the later one lets them stand again.
create table target_merge_part (
  merge_id text not null references target_merge,
  part_id  text not null references target_merge,
  primary key (merge_id, part_id),
  check (merge_id <> part_id)
);
create index target_merge_part_part on target_merge_part (part_id);
comment on table target_merge_part is 'append-only: belongs to its merge';

create table target_split (
  merge_id text primary key references target_merge,
  reason   text not null check (reason <> ''),
  split_at timestamptz not null,
  split_by text not null
);
comment on table target_split is 'append-only: merging again is a new merge';

-- What officers decided about two targets that are suggested as one. A change of mind is a new version.
create table target_link_decision (
  operation_id    text not null,
  target_id       text not null,
  other_target_id text not null,
  version         integer not null check (version > 0),
  decision        text not null check (decision in ('dismissed', 'reopened')),
  reason          text not null check (reason <> ''),
  decided_at      timestamptz not null,
  decided_by      text not null,
  primary key (operation_id, target_id, other_target_id, version),
  constraint target_link_pair_order check (target_id < other_target_id)
);
create index target_link_decision_other on target_link_decision (operation_id, other_target_id);
comment on table target_link_decision is 'append-only: a change of mind is a new version';
