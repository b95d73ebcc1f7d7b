-- Long work that workers on several machines share: cut into partition jobs, the last of which finishes it.
create table observation_shared_work (
  id           text primary key,
  sequence     bigint generated always as identity,
  kind         text not null,
  operation_id text not null,
  -- SHA-256 over what the work reads and the version of the way in which it is done.
  work_key     text not null,
  spec         jsonb not null,
  state        text not null default 'open' check (state in ('open', 'done', 'failed', 'cancelled')),
  error_code   text,
  result       jsonb,
  started_at   timestamptz not null,
  started_by   text not null,
  ended_at     timestamptz,
  check ((state = 'open') = (ended_at is null))
);
-- Who asks for work that is being done joins it.
create unique index observation_shared_work_open on observation_shared_work (work_key) where state = 'open';

create table observation_partition_job (
  work_id      text not null references observation_shared_work on delete cascade,
  part         integer not null,
  -- The last part: begun when all others are done.
  final        boolean not null,
  state        text not null default 'waiting' check (state in ('waiting', 'running', 'done')),
  -- Counts the workers that took the part; only the newest may record what it came to.
  fence        integer not null default 0,
  worker       text,
  -- By the clock of the database, so that machines need not agree on the time.
  heartbeat_at timestamptz,
  failures     integer not null default 0,
  result       jsonb,
  primary key (work_id, part)
);
