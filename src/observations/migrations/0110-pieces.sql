-- An import lies in the lake in pieces of the log, each cut into buckets by client id.
alter table observation_import
  -- Lines of the log before each piece, and what each holds.
  add column pieces      jsonb    not null default '[]',
  -- How client ids were spread over the buckets: valid only for an engine that still spreads them so.
  add column bucketing   text     not null default '',
  -- Rows in each bucket, duplicates included.
  add column bucket_rows bigint[] not null default '{}',
  -- Columns of an observation that lie in the files; of the others, the value that all rows have (or none).
  add column stored      text[]   not null default '{}',
  add column constants   jsonb    not null default '{}',
  -- The folder with the numbers of rows that repeat others; a new one when an earlier import is removed.
  add column repeats     text     not null default '';

-- An import that runs, or was cut short: its pieces are kept so that it can go on.
create table import_draft (
  id             text primary key,
  operation_id   text not null,
  file_name      text not null,
  profile_digest text not null,
  bucketing      text not null,
  piece_bytes    bigint not null,
  -- The process at work; another takes over when it is gone.
  host           text not null,
  pid            integer not null,
  started_at     timestamptz not null,
  started_by     text not null,
  touched_at     timestamptz not null
);
create index import_draft_file on import_draft (operation_id, file_name, profile_digest);

create table import_piece (
  draft_id text not null references import_draft (id) on delete cascade,
  piece    integer not null,
  -- SHA-256 of the log's text up to the end of this piece.
  digest   text not null,
  manifest jsonb not null,
  primary key (draft_id, piece)
);
