-- Manifests of what lies in the lake. A folder of the lake without its row here does not count and is swept.
create table observation_import (
  id                text primary key,
  sequence          bigint generated always as identity,
  operation_id      text not null,
  file_name         text not null,
  file_sha256       text not null,
  file_bytes        bigint not null,
  profile_name      text not null,
  profile_version   integer not null,
  profile_digest    text not null,
  -- The mapping profile itself, as it was used.
  profile           jsonb not null,
  rows_read         bigint not null,
  rows_accepted     bigint not null,
  rows_duplicate    bigint not null,
  rows_refused      bigint not null,
  refusals          jsonb not null,
  first_observed_at timestamptz,
  last_observed_at  timestamptz,
  layout            text not null,
  imported_at       timestamptz not null,
  imported_by       text not null,
  check (rows_read = rows_accepted + rows_duplicate + rows_refused),
  unique (operation_id, file_sha256, profile_digest)
);

create table attribution_snapshot (
  id          text primary key,
  source      text not null,
  loader      text not null,
  priority    integer not null,
  valid_from  timestamptz not null,
  ranges      bigint not null,
  file_name   text not null,
  file_sha256 text not null,
  loaded_at   timestamptz not null,
  loaded_by   text not null,
  unique (source, valid_from)
);

create table severity_list (
  id          text primary key,
  -- The order in which rows came, also within one instant of the clock.
  sequence    bigint generated always as identity,
  name        text not null,
  entries     bigint not null,
  file_sha256 text not null,
  loaded_at   timestamptz not null,
  loaded_by   text not null
);

-- One answer per distinct address and period of the operation's log; targets are built from the newest run.
create table attribution_run (
  id           text primary key,
  sequence     bigint generated always as identity,
  operation_id text not null,
  import_ids   text[] not null,
  snapshot_ids text[] not null,
  addresses    bigint not null,
  unattributed bigint not null,
  disagreements bigint not null,
  after_the_fact bigint not null,
  -- First instants of the periods within which every source answers from one snapshot.
  boundaries   timestamptz[] not null,
  finished_at  timestamptz not null,
  finished_by  text not null
);
create index attribution_run_operation on attribution_run (operation_id, sequence desc);

create table target (
  id              text primary key,
  operation_id    text not null,
  client_id       text not null,
  country         text,
  countries       text[] not null,
  addresses       integer not null,
  first_seen_at   timestamptz not null,
  last_seen_at    timestamptz not null,
  active_days     integer not null,
  rows            bigint not null,
  direct_rows     bigint not null,
  distinct_files  integer not null,
  files_a         integer not null,
  files_b         integer not null,
  files_c         integer not null,
  software        text[] not null,
  grades          jsonb not null,
  score           integer not null,
  ranking_version text not null,
  ranked_at       timestamptz not null,
  -- The build that wrote the row last.
  build_id        text not null,
  imminent_risk_reason text,
  imminent_risk_at     timestamptz,
  imminent_risk_by     text,
  imminent_risk   boolean generated always as (imminent_risk_at is not null) stored,
  unique (operation_id, client_id)
);
create index target_by_urgency on target (operation_id, imminent_risk desc, score desc, last_seen_at desc, id);
create index target_by_country on target (operation_id, country, imminent_risk desc, score desc, last_seen_at desc, id);

-- Addresses of a target over time, newest first: one document a target, since a build writes all of them
-- and a reader wants all of one. Which targets used an address is asked of the lake.
create table target_address (
  target_id text primary key,
  addresses jsonb not null
);
