-- Outcomes of this country's targets. A correction is a new version; the one before stays as it was.
create table outcome (
  operation_id          text not null,
  target_id             text not null,
  version               integer not null check (version > 0),
  outcome               text not null check (outcome in ('positive', 'negative', 'not-actionable', 'pending')),
  subscriber_identified boolean not null,
  search_done           boolean not null,
  suspects_identified   integer not null check (suspects_identified >= 0),
  suspects_arrested     integer not null check (suspects_arrested between 0 and suspects_identified),
  victims_safeguarded   integer not null check (victims_safeguarded >= 0),
  devices_seized        integer not null check (devices_seized >= 0),
  bytes_seized          bigint not null check (bytes_seized >= 0),
  flags                 text[] not null check (flags <@ array['producer', 'hands-on', 'imminent-risk']),
  -- Stays in the country: it is in no report.
  note                  text not null,
  -- Why an earlier version was wrong; required where this one takes something back.
  reason                text,
  recorded_by           text not null,
  recorded_at           timestamptz not null,
  primary key (operation_id, target_id, version)
);
comment on table outcome is 'append-only: a correction is a new version, nothing is edited';

-- Reports: on a national node its own, as sent; on the coordinator those of all countries. All versions.
create table report (
  id               text primary key,
  operation_id     text not null,
  agency_id        text not null,
  country          text not null,
  -- 1, 2, 3 ... per agency and operation. The highest stands.
  sequence         integer not null check (sequence > 0),
  supersedes       text,
  reason           text,
  -- By the sender's clock.
  created_at       timestamptz not null,
  -- By this node's clock: when it was sent, or came.
  recorded_at      timestamptz not null,
  message_id       text not null,
  -- SHA-256 over the canonical statement (country, targets, totals): what makes two reports the same.
  statement_digest text not null,
  -- Digest of the sealed content that carried it.
  content_digest   text not null,
  -- True where the report before it had not come.
  after_gap        boolean not null,
  totals           jsonb not null,
  unique (operation_id, agency_id, sequence)
);
comment on table report is 'append-only: a later report supersedes, nothing is edited';
create index report_standing on report (operation_id, country, recorded_at, sequence);

create table report_target (
  report_id             text not null references report,
  target_id             text not null,
  outcome               text not null check (outcome in ('positive', 'negative', 'not-actionable', 'pending')),
  subscriber_identified boolean not null,
  search_done           boolean not null,
  suspects_identified   integer not null check (suspects_identified >= 0),
  suspects_arrested     integer not null check (suspects_arrested between 0 and suspects_identified),
  victims_safeguarded   integer not null check (victims_safeguarded >= 0),
  devices_seized        integer not null check (devices_seized >= 0),
  bytes_seized          bigint not null check (bytes_seized >= 0),
  flags                 text[] not null check (flags <@ array['producer', 'hands-on', 'imminent-risk']),
  primary key (report_id, target_id)
);
comment on table report_target is 'append-only: what a report stated about a target stays';
