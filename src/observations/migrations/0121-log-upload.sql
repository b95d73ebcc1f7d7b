-- Logs on their way from a page to the lake. The bytes lie in the node's lake folder, below uploads/, until
-- they are imported; what is recorded here is what a page finds again after a lost connection or a restart.
create table log_upload (
  id             text primary key,
  sequence       bigint generated always as identity,
  operation_id   text not null,
  file_name      text not null,
  file_bytes     bigint not null,
  -- SHA-256 of the file's first bytes, by which the same file is known again when it is chosen anew.
  head_sha256    text not null,
  -- Bytes on the disk, each chunk of which matched its digest.
  received_bytes bigint not null,
  -- The mapping profile, once somebody asked for the import; it begins when all bytes are there.
  profile        jsonb,
  state          text not null check (state in ('receiving', 'importing', 'imported', 'failed', 'cancelled')),
  -- Of the import: bytes and rows that it has read so far.
  read_bytes     bigint not null,
  read_rows      bigint not null,
  import_id      text,
  already_imported boolean not null,
  -- The code and the sentence of what ended it.
  failure_code   text,
  failure        text,
  created_at     timestamptz not null,
  created_by     text not null,
  started_by     text,
  changed_at     timestamptz not null,
  check (received_bytes between 0 and file_bytes),
  check (state <> 'importing' or (profile is not null and received_bytes = file_bytes))
);
create index log_upload_operation on log_upload (operation_id, sequence desc);
