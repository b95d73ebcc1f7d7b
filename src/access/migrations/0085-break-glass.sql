-- Opening an operation at once, for imminent risk (break-glass): a role that ends by itself, and its account.
alter table officer_grant
  -- Null: until it is withdrawn.
  add column expires_at timestamptz,
  add constraint officer_grant_ends check ((role = 'imminent-risk') = (expires_at is not null)),
  add constraint officer_grant_of_operation check (role <> 'imminent-risk' or operation_id is not null);

create table emergency_access (
  id            text primary key,
  officer_id    text not null references officer,
  operation_id  text not null,
  -- Who is at risk and why it cannot wait, in the officer's words.
  reason        text not null check (length(reason) between 10 and 500),
  opened_at     timestamptz not null,
  expires_at    timestamptz not null check (expires_at > opened_at),
  ended_at      timestamptz,
  justify_by    timestamptz not null,
  justification text,
  justified_at  timestamptz,
  -- When it was found that nobody had justified it in time.
  overdue_at    timestamptz,
  outcome       text check (outcome in ('justified', 'not-justified')),
  review        text,
  reviewed_by   text,
  reviewed_at   timestamptz,
  constraint emergency_justification_whole check (num_nonnulls(justification, justified_at) in (0, 2)),
  constraint emergency_review_whole check (num_nonnulls(outcome, review, reviewed_by, reviewed_at) in (0, 4)),
  constraint emergency_reviewed_by_another check (reviewed_by <> officer_id),
  constraint emergency_justified_before check (outcome is distinct from 'justified' or justification is not null)
);
create index emergency_access_open on emergency_access (operation_id) where reviewed_at is null;
create index emergency_access_officer on emergency_access (officer_id, opened_at desc);

create function emergency_access_is_kept() returns trigger language plpgsql as $$
declare
  acts constant text[] := array['ended_at', 'justification', 'justified_at', 'overdue_at', 'outcome', 'review', 'reviewed_by', 'reviewed_at'];
begin
  if tg_op = 'UPDATE' and old.reviewed_at is null and to_jsonb(new) - acts = to_jsonb(old) - acts
    and (old.justified_at is null or (new.justification, new.justified_at) = (old.justification, old.justified_at)) then
    return new;
  end if;
  raise exception 'an access for imminent risk is kept as it was' using errcode = 'insufficient_privilege';
end $$;
create trigger emergency_access_is_kept before update or delete on emergency_access
  for each row execute function emergency_access_is_kept();
create trigger emergency_access_no_truncate before truncate on emergency_access
  for each statement execute function custody_is_append_only();

-- What is read under such a reason is marked so.
alter table consultation_reason add column emergency_id text references emergency_access;
