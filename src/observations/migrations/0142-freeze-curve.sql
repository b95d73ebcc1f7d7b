-- Freeze curves: how many targets could still be identified, by day of dispatch. Computed in the background
-- and kept; a curve is of one attribution run, one state of rules and merges, one time of transit.
create table freeze_curve (
  id           text primary key,
  sequence     bigint generated always as identity,
  operation_id text not null,
  run_id       text not null,
  -- SHA-256 over the rules and the merges of targets that it was computed with.
  basis_digest text not null,
  transit_days integer not null check (transit_days between 0 and 365),
  state        text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  -- From 0 to 1.
  share        real not null,
  requested_at timestamptz not null,
  requested_by text not null,
  finished_at  timestamptz,
  error_code   text,
  scopes       jsonb,
  check ((scopes is not null) = (state = 'done'))
);
create unique index freeze_curve_open on freeze_curve (operation_id, transit_days) where state in ('waiting', 'running');
create index freeze_curve_operation on freeze_curve (operation_id, transit_days, sequence desc);
