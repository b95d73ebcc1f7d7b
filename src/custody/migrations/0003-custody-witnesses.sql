-- Witnesses: nodes cosign each other's checkpoints (C2SP tlog-witness), and keep what contradicts.

-- What others have cosigned of this node's log.
create table custody_cosignature (
  size        bigint not null,
  -- Name of the witness's key, `icarus/custody/mt`.
  witness     text not null,
  cosigned_at timestamptz not null,
  -- The signature line, without its line end.
  line        text not null,
  primary key (size, witness)
);
comment on table custody_cosignature is 'append-only: cosignatures of partners on own checkpoints';
create index custody_cosignature_witness on custody_cosignature (witness, size);

-- Checkpoints of others that came to this node. One that has a cosignature extends those before that have.
create table custody_peer_checkpoint (
  origin      text not null,
  size        bigint not null,
  root        bytea not null check (length(root) = 32),
  signed_at   timestamptz not null,
  note        text not null,
  seen_at     timestamptz not null,
  cosignature text,
  primary key (origin, size)
);
create index custody_peer_checkpoint_cosigned on custody_peer_checkpoint (origin, size) where cosignature is not null;

-- Two signed checkpoints of one log that cannot both be of a log that only grows.
create table custody_fork (
  id          text primary key,
  origin      text not null,
  kind        text not null check (kind in ('same-size', 'shrunk', 'not-extended')),
  first_note  text not null,
  second_note text not null,
  found_at    timestamptz not null,
  -- Agency that reported it; null where this node found it itself.
  reported_by text,
  settled_at  timestamptz,
  settled_by  text,
  reason      text
);
create index custody_fork_open on custody_fork (origin) where settled_at is null;

create trigger custody_cosignature_append_only before update or delete on custody_cosignature
  for each row execute function custody_is_append_only();
create trigger custody_cosignature_no_truncate before truncate on custody_cosignature
  for each statement execute function custody_is_append_only();
