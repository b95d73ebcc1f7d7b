-- The register of who refers what, kept by the coordinator of the operation. Once only: a series has one
-- holder, and a file has one holder, whoever comes first.
create table icse_claim (
  id            text primary key,
  operation_id  text not null references operation,
  agency_id     text not null,
  on_behalf_of  text,
  series_digest text not null check (series_digest ~ '^[0-9a-f]{64}$'),
  item_count    integer not null check (item_count > 0),
  state         text not null check (state in ('granted', 'refused', 'withdrawn')),
  decided_at    timestamptz not null,
  overlap_count integer not null,
  -- The message that carried the answer; none for the registrar's own claims.
  answer_message_id text unique,
  constraint icse_claim_refused_for_overlap check ((state = 'refused') = (overlap_count > 0))
);
create unique index icse_claim_once on icse_claim (operation_id, series_digest) where state = 'granted';

create table icse_claim_item (
  operation_id text not null,
  sha1         bytea not null check (length(sha1) = 20),
  claim_id     text not null references icse_claim,
  primary key (operation_id, sha1)
);
create index icse_claim_item_claim on icse_claim_item (claim_id);

-- Items of a refused claim that others hold: on the registrar's node, and on the claimant's once answered.
create table icse_overlap (
  claim_id     text not null,
  -- 1, 2, 3 ... by SHA-1.
  position     integer not null check (position > 0),
  sha1         bytea not null check (length(sha1) = 20),
  held_by      text not null,
  on_behalf_of text,
  held_since   timestamptz not null,
  primary key (claim_id, position),
  unique (claim_id, sha1)
);
