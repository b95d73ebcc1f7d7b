-- The custody log as a Merkle tree (RFC 6962): docs/formats/custody-log.md.

-- What of an event can be erased goes with its salt; its leaf stays.
alter table custody_event alter column event drop not null, alter column salt drop not null,
  add constraint custody_event_whole_or_erased check ((event is null) = (salt is null));

-- Events that are committed and have no leaf yet. Numbers of events have gaps and are not in the order of
-- commits: only a row that is put here by the act's own transaction cannot be passed over.
create table custody_waiting (
  sequence bigint primary key,
  -- By the server's own clock; null for events from before the log was a tree.
  since    timestamptz default clock_timestamp()
);
insert into custody_waiting (sequence, since) select sequence, null from custody_event;
create function custody_wait() returns trigger language plpgsql as $$
begin
  insert into custody_waiting (sequence) values (new.sequence);
  return null;
end $$;
create trigger custody_event_waits after insert on custody_event for each row execute function custody_wait();

-- No foreign key to the event: it would write to every event once more, to lock it.
create table custody_leaf (
  index          bigint primary key check (index >= 0),
  event_sequence bigint not null unique,
  leaf_hash      bytea not null check (length(leaf_hash) = 32)
);
comment on table custody_leaf is 'append-only: leaves by their number in the tree';
create index custody_leaf_hash on custody_leaf (leaf_hash);

-- Hashes of the tree by tile (C2SP tlog-tiles), 32 bytes each; derived from the leaves.
create table custody_tile (
  level  smallint not null,
  index  bigint not null,
  hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
  primary key (level, index)
);
-- Hashes cannot be compressed.
alter table custody_tile alter column hashes set storage external;

create table custody_checkpoint (
  size      bigint primary key check (size > 0),
  root      bytea not null check (length(root) = 32),
  signed_at timestamptz not null,
  -- The signed note.
  note      text not null
);
comment on table custody_checkpoint is 'append-only: every tree head that this node has signed';

create trigger custody_leaf_append_only before update or delete on custody_leaf
  for each row execute function custody_is_append_only();
create trigger custody_leaf_no_truncate before truncate on custody_leaf
  for each statement execute function custody_is_append_only();
create trigger custody_checkpoint_append_only before update or delete on custody_checkpoint
  for each row execute function custody_is_append_only();
create trigger custody_checkpoint_no_truncate before truncate on custody_checkpoint
  for each statement execute function custody_is_append_only();

-- Erasing: the one change that an event can suffer, and only by custody_erase below.
create or replace function custody_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'custody_event' and current_setting('icarus.erasure', true) = 'on' then
    if old.event is not null and new.event is null and new.salt is null
      and new.actor = 'erased' and new.subject_id = 'erased'
      and (new.sequence, new.at, new.kind, new.subject_kind) = (old.sequence, old.at, old.kind, old.subject_kind)
      and new.operation_id is not distinct from old.operation_id
    then return new; end if;
  end if;
  raise exception 'the custody log is append-only' using errcode = 'insufficient_privilege';
end $$;

-- Erases bytes and salt of events that have a leaf, as the event number `by` of the same transaction says:
-- it must be of the kind custody.erased and name their leaves. Returns how many were erased.
create function custody_erase(sequences bigint[], by bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  named jsonb;
  erased bigint;
begin
  select event::jsonb -> 'facts' -> 'leaves' into named from custody_event
    where sequence = by and kind = 'custody.erased' and xmin::text = (pg_current_xact_id()::xid)::text;
  if named is null then
    raise exception 'erasing needs its own event in the same transaction' using errcode = 'insufficient_privilege';
  end if;
  perform set_config('icarus.erasure', 'on', true);
  update custody_event e set event = null, salt = null, actor = 'erased', subject_id = 'erased'
    from custody_leaf l
    where e.sequence = any (sequences) and e.sequence <> by and e.event is not null and e.kind <> 'custody.erased'
      and l.event_sequence = e.sequence and named ? encode(l.leaf_hash, 'hex');
  get diagnostics erased = row_count;
  perform set_config('icarus.erasure', 'off', true);
  return erased;
end $$;
revoke execute on function custody_erase(bigint[], bigint) from public;
