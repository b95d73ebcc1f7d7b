-- Who read which personal data, when, why and for whom (Directive (EU) 2016/680 Art. 25).
create table consultation_reason (
  id           text primary key,
  -- Of a session, or 'command-line'.
  session_id   text not null,
  officer_id   text not null,
  operation_id text not null,
  reason       text not null check (length(reason) between 10 and 500),
  -- To whom what is read is disclosed, in words; null where to nobody.
  recipient    text check (length(recipient) between 2 and 200),
  given_at     timestamptz not null
);
comment on table consultation_reason is 'append-only: why an officer opened a case stays as he gave it';
create index consultation_reason_session on consultation_reason (session_id, operation_id, given_at desc);
create index consultation_reason_officer on consultation_reason (officer_id, operation_id, given_at desc);

-- What of the record is in the custody log: one leaf a batch, over the exact rows.
create table consultation_batch (
  id           text primary key,
  operation_id text not null,
  records      integer not null,
  -- SHA-256 over the rows, in the order of their ids (src/access/consultation/seal.ts).
  digest       text not null,
  sealed_at    timestamptz not null
);
comment on table consultation_batch is 'append-only: what the log states of a batch does not change';

-- One record a thing, a reason and ten minutes; reading it again within them adds to the count.
create table consultation (
  id           text primary key,
  reason_id    text not null references consultation_reason,
  officer_id   text not null,
  operation_id text not null,
  act          text not null check (act in ('read', 'export')),
  -- What was read, in words: "targets", "dossier".
  data         text not null,
  subject_kind text not null,
  subject_id   text not null,
  -- The filters and the page of a list, as they were asked; empty for a thing.
  detail       text not null,
  window_at    timestamptz not null,
  first_at     timestamptz not null,
  last_at      timestamptz not null,
  count        integer not null check (count > 0),
  batch_id     text references consultation_batch,
  unique (reason_id, act, data, subject_kind, subject_id, detail, window_at)
);
create index consultation_operation on consultation (operation_id, id desc);
create index consultation_subject on consultation (operation_id, subject_kind, subject_id, id desc);
create index consultation_open on consultation (window_at) where batch_id is null;

create function consultation_only_counts() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.batch_id is null and new.count >= old.count and new.last_at >= old.last_at
    and (new.id, new.reason_id, new.officer_id, new.operation_id, new.act, new.data, new.subject_kind,
         new.subject_id, new.detail, new.window_at, new.first_at)
      = (old.id, old.reason_id, old.officer_id, old.operation_id, old.act, old.data, old.subject_kind,
         old.subject_id, old.detail, old.window_at, old.first_at)
  then
    return new;
  end if;
  raise exception 'a consultation is only counted on, until it is in the custody log' using errcode = 'insufficient_privilege';
end $$;
create trigger consultation_only_counts before update or delete on consultation
  for each row execute function consultation_only_counts();
create trigger consultation_no_truncate before truncate on consultation
  for each statement execute function custody_is_append_only();
