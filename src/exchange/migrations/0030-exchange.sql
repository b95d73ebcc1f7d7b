-- Sealed messages that this node sends. The row is written in the transaction of the act that sends it.
create table outbox_message (
  id             text primary key,
  kind           text not null,
  -- Null only for a receipt of a message that could not be opened.
  operation_id   text,
  recipients     text[] not null,
  via            text,
  subject        text,
  -- Name in the outbox folder.
  file           text not null,
  size_bytes     bigint not null,
  sha256         text not null,
  content_digest text not null,
  created_at     timestamptz not null,
  posted_at      timestamptz not null,
  posted_by      text not null,
  deadline_at    timestamptz
);
create index outbox_message_operation on outbox_message (operation_id, id desc);

-- Sealed messages that came, whole and checked: by network, as a file, or this node's own copy.
create table inbox_message (
  id             text primary key,
  kind           text not null,
  sender         text not null,
  recipients     text[] not null,
  via            text,
  subject        text,
  file           text not null,
  size_bytes     bigint not null,
  sha256         text not null,
  created_at     timestamptz not null,
  way            text not null check (way in ('http', 'file', 'self')),
  received_at    timestamptz not null,
  -- 'carried': it is for others, this node cannot read it.
  state          text not null check (state in ('received', 'opened', 'refused', 'carried')),
  -- Known once it was opened.
  operation_id   text,
  content_digest text,
  deadline_at    timestamptz,
  -- Name in the folder of opened messages.
  folder         text,
  closed_at      timestamptz,
  code           text
);
create index inbox_message_operation on inbox_message (operation_id, id desc);
create index inbox_message_waiting on inbox_message (id) where state = 'received';

-- One row for each recipient of a message that this node sends, carries, or waits for the receipt of.
create table delivery (
  message_id      text not null,
  recipient       text not null,
  role            text not null check (role in ('sender', 'courier', 'observer')),
  next_hop        text,
  state           text not null check (state in ('queued', 'sent', 'refused')),
  queued_at       timestamptz not null,
  attempts        integer not null default 0,
  -- Why the last attempt failed, or why the next hop refused.
  last_code       text,
  next_attempt_at timestamptz,
  sent_at         timestamptz,
  exported_at     timestamptz,
  primary key (message_id, recipient),
  check ((role = 'observer') = (next_hop is null))
);
create index delivery_queued on delivery (message_id) where state = 'queued';

-- What recipients stated. A receipt may come before this node knows that its own hand-over worked.
create table receipt (
  id         text primary key,
  message_id text not null,
  recipient  text not null,
  given_by   text not null,
  -- Of the file that the recipient had: a receipt counts for a message with this digest only.
  sha256     text not null,
  status     text not null check (status in ('acknowledged', 'refused')),
  code       text,
  stated_at  timestamptz not null,
  came_at    timestamptz not null
);
create index receipt_message on receipt (message_id, recipient);
