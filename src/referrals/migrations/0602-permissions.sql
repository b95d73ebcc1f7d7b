-- A provider's permission to pass on what he marked H1 or H2: asked here, or asked of this agency.
create table permission (
  id           text primary key,
  operation_id text not null references operation,
  direction    text not null check (direction in ('asked', 'received')),
  requester    text not null,
  provider     text not null,
  referral_kind text not null check (referral_kind in ('eurojust', 'icse')),
  referral_id  text not null,
  code         text not null check (code in ('H1', 'H2')),
  -- Whom it would go to.
  recipient    text not null,
  purpose      text not null,
  -- What it covers: [{kind, id}], and the SHA-256 over that.
  sources      jsonb not null,
  sources_digest text not null check (sources_digest ~ '^[0-9a-f]{64}$'),
  asked_at     timestamptz not null,
  asked_by     text not null,
  due_at       timestamptz not null,
  message_id   text unique,
  check (requester <> provider)
);
create index permission_referral on permission (referral_id, asked_at);
create index permission_operation on permission (operation_id, asked_at);

create table permission_answer (
  permission_id text not null references permission,
  -- 1, 2, 3 ...: the last one stands, so that a permission can be withdrawn.
  sequence    integer not null check (sequence > 0),
  granted     boolean not null,
  reason      text not null,
  answered_at timestamptz not null,
  answered_by text not null,
  -- Came as a message, recorded by an officer of the requester, or given here by the provider.
  way         text not null check (way in ('message', 'recorded', 'given')),
  message_id  text,
  primary key (permission_id, sequence)
);
comment on table permission_answer is 'append-only: a later answer supersedes, none is edited';
