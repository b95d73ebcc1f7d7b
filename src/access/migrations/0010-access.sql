-- Officers of this agency and what each may do. No password is kept anywhere.
create table officer (
  id         text primary key,
  name       text not null,
  created_at timestamptz not null,
  retired_at timestamptz
);
create table officer_grant (
  officer_id   text not null references officer,
  role         text not null,
  -- Null: the administrator's role, which is of the node.
  operation_id text,
  granted_at   timestamptz not null,
  unique nulls not distinct (officer_id, role, operation_id),
  check ((role = 'administrator') = (operation_id is null))
);
-- Sessions are kept here, not in the cookie; of the token only its hash.
create table session (
  token_sha256 text primary key,
  officer_id   text not null references officer,
  created_at   timestamptz not null,
  expires_at   timestamptz not null
);
