-- Requests to Eurojust for judicial assistance.
create table eurojust_request (
  id             text primary key,
  operation_id   text not null references operation,
  version        integer not null check (version > 0),
  countries      text[] not null check (cardinality(countries) > 0),
  need           text not null,
  legal_basis    text not null,
  -- What it rests on: [{kind, id, provider, handling}].
  sources        jsonb not null,
  deadline_at    timestamptz not null,
  content_digest text not null check (content_digest ~ '^[0-9a-f]{64}$'),
  drafted_at     timestamptz not null,
  drafted_by     text not null,
  approved_at    timestamptz,
  approved_by    text,
  approved_digest text,
  sent_at        timestamptz,
  sent_by        text,
  message_id     text unique,
  answered_at    timestamptz,
  answered_by    text,
  answer         text,
  eurojust_reference text,
  closed_at      timestamptz,
  closed_by      text,
  close_reason   text,
  constraint eurojust_second_officer check (approved_by <> drafted_by),
  constraint eurojust_approved_content check (approved_digest = content_digest),
  constraint eurojust_approval_whole check (num_nonnulls(approved_at, approved_by, approved_digest) in (0, 3)),
  constraint eurojust_sending_whole check (num_nonnulls(sent_at, sent_by, message_id) in (0, 3)),
  constraint eurojust_sending_approved check (sent_at is null or approved_at is not null),
  constraint eurojust_answer_whole check (num_nonnulls(answered_at, answered_by, answer) in (0, 3)),
  constraint eurojust_answer_after_sending check (answered_at is null or sent_at is not null),
  constraint eurojust_closing_whole check (num_nonnulls(closed_at, closed_by, close_reason) in (0, 3))
);
create index eurojust_request_operation on eurojust_request (operation_id, id desc);

-- At Eurojust's end.
create table eurojust_received (
  id           text primary key,
  operation_id text not null references operation,
  from_agency  text not null,
  document     jsonb not null,
  deadline_at  timestamptz not null,
  content_digest text not null,
  message_id   text not null unique,
  received_at  timestamptz not null,
  answered_at  timestamptz,
  answered_by  text,
  answer       text,
  eurojust_reference text,
  constraint eurojust_received_answer_whole check (num_nonnulls(answered_at, answered_by, answer) in (0, 3))
);
