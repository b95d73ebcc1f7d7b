-- Mapping profiles of the node, one row a version. A changed profile is a new version, never an edit.
create table import_profile (
  id       text primary key,
  -- The order in which versions came, also within one instant of the clock.
  sequence bigint generated always as identity,
  name     text not null,
  version  integer not null,
  -- SHA-256 of the profile's canonical JSON, as it stands on imports.
  digest   text not null,
  profile  jsonb not null,
  saved_at timestamptz not null,
  saved_by text not null,
  unique (name, version)
);

create function refuse_profile_change() returns trigger language plpgsql as $$
begin
  raise exception 'a mapping profile is not changed: save a new version';
end $$;
create trigger import_profile_append_only before update or delete on import_profile
  for each row execute function refuse_profile_change();
