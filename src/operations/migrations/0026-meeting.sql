-- Operational meetings: planned, held, their minutes approved. What was approved does not change.
create table meeting (
  id           text primary key,
  operation_id text not null references operation,
  title        text not null,
  place        text not null,
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  state        text not null check (state in ('planned', 'held', 'minutes-approved')),
  planned_at   timestamptz not null,
  planned_by   text not null,
  held_at      timestamptz,
  approved_at  timestamptz,
  approved_by  text,
  -- SHA-256 of the minutes' records, as the officer saw them.
  minutes_digest text check (minutes_digest ~ '^[0-9a-f]{64}$'),
  check (starts_at < ends_at),
  constraint meeting_held check ((held_at is null) = (state = 'planned')),
  constraint meeting_approval_whole check (
    num_nonnulls(approved_at, approved_by, minutes_digest) = case when state = 'minutes-approved' then 3 else 0 end)
);
create index meeting_operation on meeting (operation_id, starts_at);

create table meeting_agency (
  meeting_id text not null references meeting,
  agency_id  text not null,
  -- As the agency was called at the time.
  name       text not null,
  invited    boolean not null,
  present    boolean not null,
  primary key (meeting_id, agency_id),
  check (invited or present)
);

create table meeting_attendant (
  meeting_id text not null,
  agency_id  text not null,
  position   integer not null check (position > 0),
  -- The officer by role or desk, such as "Liaison officer DK-1".
  name       text not null,
  primary key (meeting_id, agency_id, position),
  foreign key (meeting_id, agency_id) references meeting_agency on delete cascade
);

create table meeting_agenda_item (
  meeting_id text not null references meeting,
  position   integer not null check (position > 0),
  title      text not null,
  primary key (meeting_id, position)
);

create table meeting_decision (
  id           text primary key,
  operation_id text not null references operation,
  meeting_id   text not null references meeting,
  -- 1, 2, 3 ... per meeting.
  number       integer not null check (number > 0),
  kind         text not null check (kind in ('agreed', 'release-packages')),
  text         text not null,
  responsible  text,
  due_at       timestamptz,
  -- The decision that this one replaces, of this meeting or an earlier one.
  supersedes   text unique references meeting_decision,
  recorded_at  timestamptz not null,
  recorded_by  text not null,
  unique (meeting_id, number)
);
comment on table meeting_decision is 'append-only: a decision is superseded by another one, never edited';
create index meeting_decision_operation on meeting_decision (operation_id, recorded_at);
