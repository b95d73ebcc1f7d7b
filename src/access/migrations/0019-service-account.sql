-- Programs that ask the node over HTTP in an officer's stead: narrow, dated, each act under their own name.
create table service_account (
  id            text primary key,
  name          text not null unique,
  -- The officer who answers for it: it may never do what he may not.
  owner_id      text not null references officer,
  -- Why it reads what it reads (Directive (EU) 2016/680 Art. 25).
  purpose       text not null check (length(purpose) between 10 and 500),
  actions       text[] not null check (cardinality(actions) > 0),
  operations    text[] not null check (cardinality(operations) > 0),
  made_by       text not null,
  made_at       timestamptz not null,
  expires_at    timestamptz not null check (expires_at <= made_at + interval '366 days'),
  approved_by   text,
  approved_at   timestamptz,
  -- Of 256 random bits; null until its owner drew the token.
  token_sha256  text unique,
  drawn_at      timestamptz,
  first_used_at timestamptz,
  last_used_at  timestamptz,
  revoked_at    timestamptz,
  revoked_by    text,
  check (approved_by is distinct from made_by),
  check (token_sha256 is null or approved_by is not null)
);
create index service_account_owner on service_account (owner_id);
