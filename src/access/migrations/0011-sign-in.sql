-- Sign-in without passwords: passkeys, one-time enrolment codes, challenges that count once.
create table passkey (
  -- The credential's id, base64url, as the authenticator named it.
  id           text primary key,
  officer_id   text not null references officer,
  -- COSE key (RFC 9052).
  public_key   bytea not null,
  -- The authenticator's own count of its signatures; 0 where it keeps none.
  counter      bigint not null,
  transports   text[] not null,
  -- Model of the authenticator; all zeros where it did not say.
  model        text not null,
  -- Does its maker copy it to other devices of the officer?
  synced       boolean not null,
  -- What the officer calls it.
  label        text not null,
  created_at   timestamptz not null,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  revoked_by   text
);
create index passkey_officer on passkey (officer_id);

-- A code that an administrator hands over in person. Of the code only its hash.
create table enrolment (
  id           text primary key,
  code_sha256  text not null unique,
  officer_id   text not null references officer,
  -- True where the officer has had a passkey: then a second administrator confirms.
  recovery     boolean not null,
  made_by      text not null,
  made_at      timestamptz not null,
  expires_at   timestamptz not null,
  confirmed_by text,
  confirmed_at timestamptz,
  used_at      timestamptz,
  cancelled_at timestamptz,
  check (confirmed_by is distinct from made_by)
);
create index enrolment_officer on enrolment (officer_id);

-- What an authenticator is asked to sign. Taken away by the first answer, whatever it is.
create table sign_in_challenge (
  sha256     text primary key,
  purpose    text not null check (purpose in ('enrol', 'sign-in', 'prove')),
  -- The enrolment, or the session, that it belongs to.
  about      text,
  expires_at timestamptz not null
);

delete from session;
alter table session
  add column id         text not null unique,
  -- 'desk': an exercise's desk chooser, without a credential.
  add column way        text not null check (way in ('desk', 'passkey')),
  add column passkey_id text references passkey,
  -- When the officer last proved to be there.
  add column proved_at  timestamptz not null,
  add column seen_at    timestamptz not null,
  -- The browser's own words.
  add column device     text not null,
  add check ((way = 'passkey') = (passkey_id is not null));
create index session_officer on session (officer_id);
