-- Packages that this agency composes, one row a version. Content lies in the packages folder, under the id.
create table package (
  id           text primary key,
  operation_id text not null references operation,
  country      text not null,
  -- The participating agency that it is for.
  agency_id    text not null,
  version      integer not null check (version > 0),
  supersedes   text,
  state        text not null check (state in ('composed', 'approved', 'sent')),
  target_count      integer not null check (target_count > 0),
  observation_count bigint not null check (observation_count >= 0),
  file_count   integer not null,
  size_bytes   bigint not null,
  -- SHA-256 of the content's manifest-sha512.txt, as it will stand in the sealed bag.
  digest       text not null check (digest ~ '^[0-9a-f]{64}$'),
  contents     jsonb not null,
  composed_at  timestamptz not null,
  composed_by  text not null,
  approved_at  timestamptz,
  approved_by  text,
  approved_digest text,
  sent_at      timestamptz,
  sent_by      text,
  message_id   text unique,
  -- Four eyes: another officer, over the very content.
  constraint package_second_officer check (approved_by <> composed_by),
  constraint package_approved_content check (approved_digest = digest),
  constraint package_approval_whole check (
    num_nonnulls(approved_at, approved_by, approved_digest) = case when state = 'composed' then 0 else 3 end),
  constraint package_sending_whole check (
    num_nonnulls(sent_at, sent_by, message_id) = case when state = 'sent' then 3 else 0 end),
  unique (operation_id, country, version)
);
-- At most one package a country waits for approval or sending.
create unique index package_one_open on package (operation_id, country) where state <> 'sent';

-- What was approved stays as it was: only its sending may still be written.
create function package_is_frozen() returns trigger language plpgsql as $$
begin
  if old.state <> 'composed' then
    if tg_op = 'DELETE' then
      raise exception 'an approved package cannot be deleted' using errcode = 'check_violation';
    end if;
    if (to_jsonb(new) - '{state,sent_at,sent_by,message_id}'::text[])
       is distinct from (to_jsonb(old) - '{state,sent_at,sent_by,message_id}'::text[])
       or (old.state = 'sent' and new is distinct from old)
       or new.state = 'composed' then
      raise exception 'an approved package cannot be changed' using errcode = 'check_violation';
    end if;
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger package_frozen before update or delete on package
  for each row execute function package_is_frozen();

-- Packages that came to this agency: to its country, or to the coordinator's desk.
create table received_package (
  id           text primary key,
  operation_id text not null references operation,
  message_id   text not null unique,
  from_agency  text not null,
  country      text not null,
  agency_id    text not null,
  version      integer not null check (version > 0),
  supersedes   text,
  target_count      integer not null,
  observation_count bigint not null,
  digest       text not null,
  contents     jsonb not null,
  -- Folder of the opened content.
  folder       text not null,
  composed_at  timestamptz not null,
  received_at  timestamptz not null,
  unique (operation_id, country, version)
);

create table received_target (
  package_id   text not null references received_package,
  target_id    text not null,
  operation_id text not null,
  country      text not null,
  rank         integer not null,
  score        double precision not null,
  client_id    text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  -- The target as the package states it.
  document     jsonb not null,
  primary key (package_id, target_id),
  unique (package_id, rank)
);
create index received_target_target on received_target (operation_id, target_id);
create index received_target_rank on received_target (operation_id, rank, country);
