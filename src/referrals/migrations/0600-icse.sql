-- Series of file hashes from a case, on their way to ICSE. What was approved does not change.
create table icse_series (
  id             text primary key,
  operation_id   text not null references operation,
  name           text not null,
  -- The case's own number; it is part of what is sent.
  case_reference text not null,
  -- The agency whose material it is, where the coordinator submits for it.
  on_behalf_of   text,
  handling_codes text[] not null,
  handling_text  text not null,
  -- The series that this one is the rest of.
  remainder_of   text references icse_series,
  item_count     integer not null check (item_count > 0),
  -- SHA-256 over the sorted set of the items' SHA-1: which files, whatever is said of them.
  series_digest  text not null check (series_digest ~ '^[0-9a-f]{64}$'),
  -- items.csv as it will be sent.
  items_bytes    bigint not null,
  items_sha256   text not null,
  -- SHA-256 over all that will be sent: what a second officer approves.
  content_digest text not null check (content_digest ~ '^[0-9a-f]{64}$'),
  prepared_at    timestamptz not null,
  prepared_by    text not null,
  approved_at    timestamptz,
  approved_by    text,
  approved_digest text,
  claim_id       text unique,
  claim_state    text check (claim_state in ('asked', 'granted', 'refused', 'withdrawn')),
  claim_changed_at timestamptz,
  overlap_count  integer not null default 0,
  sent_at        timestamptz,
  sent_by        text,
  message_id     text unique,
  confirmed_at   timestamptz,
  confirmed_by   text,
  icse_reference text,
  -- Four eyes: another officer, over the very content.
  constraint icse_second_officer check (approved_by <> prepared_by),
  constraint icse_approved_content check (approved_digest = content_digest),
  constraint icse_approval_whole check (num_nonnulls(approved_at, approved_by, approved_digest) in (0, 3)),
  constraint icse_claim_whole check (num_nonnulls(claim_id, claim_state, claim_changed_at) in (0, 3)),
  constraint icse_claim_after_approval check (claim_id is null or approved_at is not null),
  constraint icse_sending_whole check (num_nonnulls(sent_at, sent_by, message_id) in (0, 3)),
  -- Nothing goes out that a second officer did not approve or that the registrar did not grant.
  constraint icse_sending_allowed check (sent_at is null or (approved_at is not null and claim_state = 'granted')),
  constraint icse_confirmation_whole check (num_nonnulls(confirmed_at, confirmed_by, icse_reference) in (0, 3)),
  constraint icse_confirmed_after_sending check (confirmed_at is null or sent_at is not null)
);
create index icse_series_operation on icse_series (operation_id, id desc);
-- A series leaves a node once.
create unique index icse_series_sent_once on icse_series (operation_id, series_digest) where sent_at is not null;

create table icse_item (
  series_id           text not null references icse_series,
  -- 1, 2, 3 ... by SHA-1: a page of items is a range of positions, however large the series.
  position            integer not null check (position > 0),
  sha1                bytea not null check (length(sha1) = 20),
  md5                 bytea not null check (length(md5) = 16),
  sha256              bytea check (length(sha256) = 32),
  media_type          text not null,
  -- Opaque national code.
  category            text not null,
  victim_identified   boolean not null,
  offender_identified boolean not null,
  distributed         boolean not null,
  primary key (series_id, position),
  unique (series_id, sha1)
);

create function icse_series_is_frozen() returns trigger language plpgsql as $$
declare acts constant text[] := '{claim_id,claim_state,claim_changed_at,overlap_count,sent_at,sent_by,message_id,confirmed_at,confirmed_by,icse_reference}';
begin
  if tg_op = 'DELETE' then
    if old.approved_at is not null then
      raise exception 'an approved series cannot be deleted' using errcode = 'check_violation';
    end if;
    return old;
  end if;
  if old.approved_at is not null and (to_jsonb(new) - acts) is distinct from (to_jsonb(old) - acts) then
    raise exception 'an approved series cannot be changed' using errcode = 'check_violation';
  end if;
  if old.sent_at is not null and (new.sent_at, new.sent_by, new.message_id, new.claim_id, new.claim_state)
     is distinct from (old.sent_at, old.sent_by, old.message_id, old.claim_id, old.claim_state) then
    raise exception 'a series that was sent stays sent' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger icse_series_frozen before update or delete on icse_series
  for each row execute function icse_series_is_frozen();

-- At the receiving end: what other agencies submitted.
create table icse_received (
  id             text primary key,
  operation_id   text not null references operation,
  from_agency    text not null,
  on_behalf_of   text,
  name           text not null,
  case_reference text not null,
  handling_codes text[] not null,
  handling_text  text not null,
  item_count     integer not null,
  series_digest  text not null,
  content_digest text not null,
  message_id     text not null unique,
  -- Folder of the opened content.
  folder         text not null,
  received_at    timestamptz not null,
  confirmed_at   timestamptz,
  confirmed_by   text,
  icse_reference text,
  constraint icse_received_confirmation_whole check (num_nonnulls(confirmed_at, confirmed_by, icse_reference) in (0, 3)),
  unique (operation_id, series_digest)
);
