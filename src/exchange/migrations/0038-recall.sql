-- What senders said of messages of theirs: taken back, or replaced by a newer version. Nothing is deleted.
create table message_recall (
  -- The message that says so: a recall, or the new version itself.
  id             text primary key,
  message_id     text not null,
  content_digest text not null,
  by_agency      text not null,
  -- The new version; null where there is none.
  replaced_by    text,
  -- Of the new version; the first one of a message is 1.
  version        integer,
  reason_code    text not null,
  reason         text not null,
  stated_at      timestamptz not null,
  recorded_at    timestamptz not null,
  -- waiting: the message is not open here yet; void: the message is not of that agency, or has other content.
  standing       text not null check (standing in ('waiting', 'stands', 'void')),
  check ((replaced_by is null) = (version is null))
);
create index message_recall_message on message_recall (message_id);
