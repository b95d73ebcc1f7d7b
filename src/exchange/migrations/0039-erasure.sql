-- Requests to erase messages: sent from here, or come here. The id is that of the message that carries the request.
create table erasure_request (
  id           text primary key,
  direction    text not null check (direction in ('sent', 'received')),
  operation_id text not null,
  from_agency  text not null,
  to_agencies  text[] not null,
  reason       text not null check (reason in ('retention', 'court-order', 'provider-recall')),
  legal_basis  text not null,
  asked_by     text not null,
  asked_at     timestamptz not null,
  due_at       timestamptz not null,
  recorded_at  timestamptz not null,
  -- Of this node's own copies: who decided, when, and the certificate that says what was done.
  decided_by   text,
  decided_at   timestamptz,
  -- What stays elsewhere, such as backups, with its end.
  remains      jsonb not null default '[]',
  certified_at timestamptz
);
create index erasure_request_operation on erasure_request (operation_id, id desc);

create table erasure_item (
  request_id     text not null references erasure_request (id),
  message_id     text not null,
  content_digest text not null,
  -- Of this node's own copy. null: not decided; erase: decided, not done yet.
  outcome        text check (outcome in ('erase', 'erased', 'kept', 'not-here')),
  reason         text,
  erased_at      timestamptz,
  primary key (request_id, message_id)
);

create table erasure_certificate (
  id         text primary key,
  request_id text not null references erasure_request (id),
  by_agency  text not null,
  document   jsonb not null,
  stated_at  timestamptz not null,
  came_at    timestamptz not null
);
create index erasure_certificate_request on erasure_certificate (request_id);

-- What is left of an erased message is its row; its files are named here until they are gone.
create table erased_message (
  message_id text primary key,
  request_id text not null,
  erased_at  timestamptz not null,
  files      text[] not null,
  gone_at    timestamptz
);
