-- The leaf of the event that records the opening: what this node's receipt promises.
alter table inbox_message add column log_leaf text check (log_leaf ~ '^[0-9a-f]{64}$');

-- A counterpart's statement of what it sent to this node and received from it, compared with the records here.
create table reconciliation (
  -- The message that carried the statement.
  id           text primary key,
  counterpart  text not null,
  operation_id text not null,
  -- Messages sealed in this time; null: from the beginning.
  from_at      timestamptz,
  until_at     timestamptz not null,
  stated_at    timestamptz not null,
  compared_at  timestamptz not null,
  -- What this node sent to the counterpart, and how much of it the counterpart has.
  ours_sent    integer not null,
  ours_there   integer not null,
  -- What the counterpart sent to this node, and how much of it is here.
  theirs_sent  integer not null,
  theirs_here  integer not null,
  on_the_way   integer not null,
  open         integer not null,
  alarms       integer not null
);
create index reconciliation_newest on reconciliation (operation_id, counterpart, compared_at desc);

create table reconciliation_difference (
  reconciliation_id text not null references reconciliation (id),
  message_id        text not null,
  difference        text not null,
  severity          text not null check (severity in ('open', 'alarm')),
  kind              text not null,
  direction         text not null check (direction in ('sent', 'received')),
  -- The state on either side; null: it is not there.
  here              text,
  there             text,
  primary key (reconciliation_id, message_id, difference)
);
