-- Large files that come in parts, until the last one is here. A row's offset is written after its bytes are durable.
create table partial_upload (
  message_id   text not null,
  -- Of the whole file.
  sha256       text not null,
  -- The pin of the TLS key of whoever sends it; '' where a proxy stands before this node.
  peer         text not null,
  -- Name in the inbox folder, which the file keeps when it is complete.
  file         text not null,
  size_bytes   bigint not null,
  offset_bytes bigint not null,
  touched_at   timestamptz not null default now(),
  primary key (message_id, sha256, peer)
);
create index partial_upload_touched on partial_upload (touched_at);

-- How much of a large message the next hop has made durable.
alter table delivery add column handed_bytes bigint not null default 0;
