-- How long data is kept, what blocks its erasure, and its erasure (docs/review-and-erasure.md, ADR 0020).

-- Sets of rules for review dates, as they were loaded; the newest stands. None: those that are shipped.
create table review_rule_set (
  id          text primary key,
  sequence    bigint generated always as identity,
  sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  rules       jsonb not null,
  loaded_at   timestamptz not null,
  loaded_by   text not null
);
comment on table review_rule_set is 'append-only: which rules stood when a date was worked out can be told later';

-- What an officer decided when a review was due. The newest decision on a record stands.
create table review_decision (
  id           text primary key,
  operation_id text not null,
  kind         text not null check (kind in ('operation', 'target', 'exhibit', 'message')),
  record_id    text not null,
  decision     text not null check (decision in ('keep', 'erase')),
  keep_until   timestamptz,
  reason       text not null check (length(reason) between 1 and 2000),
  decided_by   text not null,
  decided_at   timestamptz not null,
  check ((decision = 'keep') = (keep_until is not null)),
  check (keep_until > decided_at)
);
create index review_decision_record on review_decision (kind, record_id, decided_at);
comment on table review_decision is 'append-only: a later decision stands, nothing is edited';

-- That a date was announced.
create table review_reminder (
  kind        text not null,
  record_id   text not null,
  due_at      timestamptz not null,
  reminded_at timestamptz not null,
  primary key (kind, record_id, due_at)
);
comment on table review_reminder is 'append-only: a date is announced once';

-- A person's word that something must be kept, with its end.
create table legal_hold (
  id           text primary key,
  operation_id text not null,
  kind         text not null check (kind in ('operation', 'target', 'exhibit', 'message')),
  record_id    text not null,
  reason       text not null check (length(reason) between 1 and 2000),
  placed_by    text not null,
  placed_at    timestamptz not null,
  until        timestamptz not null check (until > placed_at),
  released_by  text,
  released_at  timestamptz,
  release_reason text,
  check (num_nonnulls(released_by, released_at, release_reason) in (0, 3))
);
create index legal_hold_operation on legal_hold (operation_id) where released_at is null;

-- Erasures: asked for by one officer, approved by another over the digest of what was asked, then done.
create table data_erasure (
  id           text primary key,
  operation_id text not null,
  kind         text not null check (kind in ('operation', 'target', 'exhibit', 'message')),
  record_id    text not null,
  -- Everything that goes with it: the ids of merged targets. Emptied of client ids when it is done.
  record_ids   text[] not null,
  client_ids   text[] not null,
  because      text not null check (because in ('time-over', 'review', 'court-order', 'data-subject', 'provider-recall')),
  legal_basis  text not null check (length(legal_basis) between 1 and 2000),
  asked_by     text not null,
  asked_at     timestamptz not null,
  -- SHA-256 of what was asked.
  digest       text not null check (digest ~ '^[0-9a-f]{64}$'),
  approved_by  text,
  approved_at  timestamptz,
  approved_digest text,
  refused_by   text,
  refused_at   timestamptz,
  refusal      text,
  -- Rows are gone; the files that are still to go, relative to the node's folder.
  rows_gone_at timestamptz,
  files        text[] not null default '{}',
  done_at      timestamptz,
  -- What went, by table and kind of file, and what is left, with the reason.
  result       jsonb,
  constraint data_erasure_second_officer check (approved_by <> asked_by),
  constraint data_erasure_approved_content check (approved_digest = digest),
  constraint data_erasure_approval_whole check (num_nonnulls(approved_by, approved_at, approved_digest) in (0, 3)),
  constraint data_erasure_one_way check (approved_by is null or refused_by is null),
  -- No decision by the date means erasure, by law: that alone needs no second officer.
  constraint data_erasure_by_law check ((because = 'time-over') = (asked_by = 'system:protection')),
  constraint data_erasure_approved_first check (rows_gone_at is null or approved_by is not null or because = 'time-over')
);
create unique index data_erasure_open on data_erasure (kind, record_id) where done_at is null and refused_at is null;

-- Answers to persons and supervisors about what is held: that it was given, and how; not what it said.
create table subject_answer (
  id           text primary key,
  operation_id text not null,
  -- The agency's own number of the request.
  reference    text not null check (length(reference) between 1 and 120),
  asked_by     text not null check (asked_by in ('data-subject', 'supervisory-authority', 'court')),
  answer       text not null check (answer in ('full', 'partial', 'refused')),
  -- Which interest restricts it (Directive (EU) 2016/680 Art. 15(1)), and why.
  restriction  text check (restriction in ('a', 'b', 'c', 'd', 'e')),
  reason       text not null,
  records      integer not null,
  sha256       text check (sha256 ~ '^[0-9a-f]{64}$'),
  answered_by  text not null,
  answered_at  timestamptz not null,
  check ((answer = 'full') = (restriction is null)),
  check (answer = 'full' or reason <> '')
);
comment on table subject_answer is 'append-only: what was answered was answered';

-- Where data on a person, an exhibit, a message or a case lies, table by table, in the order in which it goes.
-- `found` is SQL over the table, with $1 the operation, $2 the ids (text[]), $3 the client ids (text[]); `change`,
-- where a row stays without its content, is what is set. A later migration with a table of personal data adds
-- its rows here; a test looks for tables that nobody listed.
create table held_data (
  kind     text not null check (kind in ('operation', 'target', 'exhibit', 'message')),
  position integer not null,
  room     text not null,
  name     text not null,
  found    text not null,
  change   text,
  primary key (kind, position),
  unique (kind, name)
);
