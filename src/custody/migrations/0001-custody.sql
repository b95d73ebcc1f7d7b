-- The custody log: everything that the law wants logged (Directive (EU) 2016/680 Art. 25).
-- Each event is inserted in the transaction of the act that it records.
create table custody_event (
  sequence   bigint generated always as identity primary key,
  at         timestamptz not null,
  kind       text not null,
  actor      text not null,
  operation_id text,
  subject_kind text not null,
  subject_id text not null,
  -- Exact bytes of the event (canonical JSON). With the salt they make the leaf of the Merkle log.
  event      text not null,
  salt       bytea not null check (length(salt) = 16)
);
comment on table custody_event is 'append-only: the application role can insert and read, nothing else';
create index custody_event_subject on custody_event (subject_kind, subject_id, sequence);
create index custody_event_operation on custody_event (operation_id, sequence);

create function custody_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the custody log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger custody_event_append_only before update or delete on custody_event
  for each row execute function custody_is_append_only();
create trigger custody_event_no_truncate before truncate on custody_event
  for each statement execute function custody_is_append_only();
