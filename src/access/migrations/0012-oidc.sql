-- The agency's own provider of identities (OpenID Connect). An identity is issuer and subject, never an address.
create table oidc_identity (
  id         text primary key,
  issuer     text not null,
  subject    text not null,
  officer_id text not null references officer,
  linked_at  timestamptz not null,
  revoked_at timestamptz,
  revoked_by text
);
create unique index oidc_identity_known on oidc_identity (issuer, subject) where revoked_at is null;
create index oidc_identity_officer on oidc_identity (officer_id);

-- What was begun at the provider and is not answered yet. Taken away by the first answer.
create table oidc_login (
  state_sha256  text primary key,
  purpose       text not null check (purpose in ('enrol', 'sign-in', 'prove')),
  about         text,
  nonce         text not null,
  -- Of the proof key (RFC 7636).
  code_verifier text not null,
  -- Path of the page to go on to.
  return_to     text not null,
  expires_at    timestamptz not null
);

alter table session drop constraint session_way_check;
alter table session
  add constraint session_way_check check (way in ('desk', 'passkey', 'oidc')),
  add column identity_id text references oidc_identity,
  add check ((way = 'oidc') = (identity_id is not null));
