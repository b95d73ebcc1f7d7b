-- Exhibits: what was seized. An exhibit stays as it was registered; what happens to it is an event.
create table exhibit (
  id            text primary key,
  operation_id  text not null,
  -- The received target whose case it belongs to, where there is one.
  target_id     text,
  -- The case's own number for it.
  reference     text not null,
  kind          text not null check (kind in ('computer', 'phone', 'tablet', 'disk', 'memory-card', 'optical-disc', 'network-storage', 'camera', 'online-account', 'other')),
  description   text not null,
  seized_at     timestamptz not null,
  -- Free text; stays on this node.
  seized_where  text not null,
  seized_by     text not null,
  seal_number   text,
  registered_at timestamptz not null,
  registered_by text not null,
  unique (operation_id, reference)
);
comment on table exhibit is 'append-only: what was registered stays; what happens to it is an event';

create table exhibit_event (
  exhibit_id  text not null references exhibit,
  -- 1, 2, 3 ... per exhibit; 1 is the seizure.
  sequence    integer not null check (sequence > 0),
  kind        text not null check (kind in ('seized', 'moved', 'handed-over', 'opened', 'sealed', 'imaged', 'returned', 'destroyed')),
  happened_at timestamptz not null,
  -- Who has it from then on, or did it.
  person      text not null,
  place       text not null,
  seal_number text,
  note        text not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  primary key (exhibit_id, sequence)
);
comment on table exhibit_event is 'append-only: the chain of custody of an exhibit only grows';

create table inventory (
  id                 text primary key,
  -- Short key of its files: a text id would double the size of a row that comes in millions.
  number             integer generated always as identity unique,
  exhibit_id         text not null references exhibit,
  operation_id       text not null,
  folder             text not null,
  -- Program and versions that computed it.
  tool               text not null,
  state              text not null check (state in ('running', 'matching', 'measuring', 'done', 'cancelled', 'failed')),
  -- Code of the error that stopped it; failures in a row since the last batch that was recorded.
  failure            text,
  failures           integer not null default 0,
  -- Fencing: only the run that wrote the last token may append.
  run_token          text,
  files_seen         bigint not null default 0,
  files_hashed       bigint not null default 0,
  files_not_examined bigint not null default 0,
  bytes_hashed       bigint not null default 0,
  -- Bytes read of files whose batch is not recorded yet: for progress only.
  bytes_in_hand      bigint not null default 0,
  -- Known once the folder has been counted.
  files_total        bigint,
  bytes_total        bigint,
  -- Where to go on: raw path of the last recorded entry, below the folder.
  last_path          bytea,
  started_at         timestamptz not null,
  started_by         text not null,
  finished_at        timestamptz,
  check (files_seen = files_hashed + files_not_examined)
);
create unique index inventory_one_at_a_time on inventory (exhibit_id) where state in ('running', 'matching', 'measuring');
create index inventory_of_exhibit on inventory (exhibit_id, number desc);

-- One row for everything that was found. Kept in PostgreSQL, not in Parquet: results come in small
-- batches that must commit with the position to go on from, and are matched, filtered and paged by
-- row. 10 million rows take some 3 GB and are appended faster than two cores can hash.
create table inventory_file (
  inventory_number integer not null,
  -- 1, 2, 3 ... in the order of the walk.
  ordinal          bigint not null,
  path             text not null,
  -- The name as it is on the disk, where that is not UTF-8; null where path is exactly it.
  path_bytes       bytea,
  status           text not null check (status in ('hashed', 'not-examined')),
  reason           text,
  -- The system's own code for the reason, for example EIO.
  detail           text,
  size_bytes       bigint not null,
  modified_at      timestamptz,
  changed_at       timestamptz,
  born_at          timestamptz,
  -- By content; null where no signature is known.
  media_type       text,
  md5              bytea,
  sha1             bytea,
  sha256           bytea,
  primary key (inventory_number, ordinal),
  check ((status = 'hashed') = (reason is null)),
  check ((status = 'hashed') = (md5 is not null and sha1 is not null and sha256 is not null))
);
comment on table inventory_file is 'append-only: what was read stays';

-- Why the state of an inventory changed is in the custody log; this is what was found against which lists.
create table inventory_match (
  id               text primary key,
  inventory_number integer not null,
  matched_at       timestamptz not null,
  matched_by       text not null,
  -- Ids of the hash lists that it was matched against.
  lists            text[] not null,
  totals           jsonb not null
);
comment on table inventory_match is 'append-only: each matching keeps its totals';
create index inventory_match_newest on inventory_match (inventory_number, matched_at desc);

-- Why a file matched, by the newest matching.
create table file_match (
  inventory_number integer not null,
  ordinal          bigint not null,
  list_number      integer not null,
  category         text not null,
  meaning          text not null check (meaning in ('known', 'of-interest', 'benign')),
  -- Hash algorithms that agree with one and the same item of the list.
  algorithms       text[] not null,
  primary key (inventory_number, ordinal, list_number, category)
);

-- What the matches of a file amount to; a hashed file without a row is unknown.
create table file_verdict (
  inventory_number integer not null,
  ordinal          bigint not null,
  verdict          text not null check (verdict in ('known', 'of-interest', 'benign')),
  primary key (inventory_number, ordinal)
);
create index file_verdict_by_kind on file_verdict (inventory_number, verdict, ordinal);

-- Length of videos, measured by ffprobe.
create table video_length (
  inventory_number integer not null,
  ordinal          bigint not null,
  -- Null where it could not be measured; then failure says why.
  seconds          double precision,
  failure          text,
  primary key (inventory_number, ordinal),
  check ((seconds is null) = (failure is not null))
);

create table hash_list (
  id             text primary key,
  number         integer generated always as identity unique,
  name           text not null,
  source         text not null,
  version        text not null,
  listed_on      date,
  format         text not null,
  file_sha256    text not null unique,
  file_bytes     bigint not null,
  -- What an entry means whose category is not in meanings.
  meaning        text not null check (meaning in ('known', 'of-interest', 'benign')),
  -- National category code (opaque) -> meaning.
  meanings       jsonb not null,
  rows_read      bigint not null,
  rows_imported  bigint not null,
  rows_skipped   bigint not null,
  operation_id   text not null,
  imported_at    timestamptz not null,
  imported_by    text not null,
  check (rows_read = rows_imported + rows_skipped)
);

create table hash_entry (
  list_number integer not null,
  -- Which row of the list: hashes of one item belong to one file.
  item        bigint not null,
  algorithm   text not null check (algorithm in ('md5', 'sha1', 'sha256')),
  hash        bytea not null,
  category    text not null
);
create index hash_entry_by_hash on hash_entry (hash, algorithm);

create table hash_list_skip (
  list_number integer not null,
  -- Line of a text file, item of a JSON file: from 1.
  position    bigint not null,
  reason      text not null,
  primary key (list_number, position)
);

create table evidence_report (
  id               text primary key,
  exhibit_id       text not null references exhibit,
  inventory_id     text not null references inventory,
  match_id         text not null,
  created_at       timestamptz not null,
  created_by       text not null,
  pdf_sha256       text not null,
  csv_sha256       text not null,
  csv_rows         bigint not null
);
comment on table evidence_report is 'append-only: a report that was made stays';
create index evidence_report_newest on evidence_report (exhibit_id, created_at desc);
