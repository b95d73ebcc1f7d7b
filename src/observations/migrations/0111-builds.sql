-- Targets are derived: a build of them lies in the lake under its id, and can be made again from the imports.
-- What persons decide of a target lies here.
drop table target_address;
drop table target;

create table target_build (
  id               text primary key,
  sequence         bigint generated always as identity,
  operation_id     text not null,
  import_ids       text[] not null,
  attribution_id   text not null,
  severity_list_id text,
  -- Targets, and distinct addresses with their ports.
  targets          bigint not null,
  places           bigint not null,
  -- Files of all client ids, and those that only a few supply.
  files            bigint not null,
  built_at         timestamptz not null,
  built_by         text not null,
  -- Ranking changes nothing of the facts: the list that counts, in the build's folder.
  ranking          text not null,
  profile          jsonb not null,
  ranked_at        timestamptz not null
);
create index target_build_operation on target_build (operation_id, sequence desc);

create table target_standing (
  operation_id         text not null,
  target_id            text not null,
  imminent_risk_reason text,
  imminent_risk_at     timestamptz,
  imminent_risk_by     text,
  -- Prior knowledge: what some agency already holds of it.
  known_reason         text,
  known_at             timestamptz,
  known_by             text,
  primary key (operation_id, target_id)
);

-- Weights of the ranking, by name and version; a changed weight is a new version.
create table ranking_profile (
  name     text not null,
  version  integer not null check (version > 0),
  weights  jsonb not null,
  digest   text not null,
  reason   text not null check (reason <> ''),
  saved_at timestamptz not null,
  saved_by text not null,
  primary key (name, version)
);
