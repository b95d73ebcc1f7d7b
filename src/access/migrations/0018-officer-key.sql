-- Keys with which officers sign what they do at the command line.
create table officer_key (
  -- SHA256:…, as ssh-keygen -l shows it. A key stays its officer's for ever, revoked or not.
  fingerprint  text primary key,
  officer_id   text not null references officer,
  -- Type and base64, as in id_ed25519.pub, without the comment.
  public_key   text not null,
  -- What the officer calls it.
  label        text not null,
  enrolled_at  timestamptz not null,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  revoked_by   text
);
create index officer_key_officer on officer_key (officer_id);

-- Proofs that were used. A proof counts for minutes only, so that older rows may go.
create table command_nonce (
  nonce   text primary key,
  used_at timestamptz not null
);
