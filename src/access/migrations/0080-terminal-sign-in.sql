-- Signing in at a terminal, in the manner of RFC 8628: it shows a code, which its officer confirms on the page.
create table terminal_sign_in (
  -- Of the code that is shown there and typed on the page.
  code_sha256       text primary key,
  -- Of the secret that never leaves the terminal.
  secret_sha256     text not null unique,
  -- How the terminal names itself.
  device            text not null,
  asked_at          timestamptz not null,
  expires_at        timestamptz not null,
  confirmed_by      text references officer,
  -- The session on the page in which it was confirmed.
  confirmed_session text,
  check ((confirmed_by is null) = (confirmed_session is null))
);
alter table session drop constraint session_way_check;
alter table session add constraint session_way_check check (way in ('desk', 'passkey', 'oidc', 'terminal'));
