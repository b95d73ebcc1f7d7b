-- Imminent risk: an officer's word that somebody may be harmed now. It crosses to every node concerned.
-- The newest word on a target stands; clearing is a word of its own.
create table risk_alarm (
  id           text primary key,
  operation_id text not null references operation,
  target_id    text not null,
  country      text not null,
  state        text not null check (state in ('raised', 'cleared')),
  -- In words. No names.
  reason       text not null check (length(reason) between 1 and 2000),
  raised_by_agency text not null,
  raised_by    text not null,
  -- By the clock of the agency whose word it is.
  raised_at    timestamptz not null,
  recorded_at  timestamptz not null,
  -- The message that brought it; null where it was said here.
  message_id   text
);
comment on table risk_alarm is 'append-only: the newest word stands, nothing is edited';
create index risk_alarm_target on risk_alarm (operation_id, target_id, raised_at);
