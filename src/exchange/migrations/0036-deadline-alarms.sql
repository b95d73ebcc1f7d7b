-- When the next alarm of a delivery is due; null: none is, or there is no deadline.
alter table delivery add column alarm_at timestamptz;
-- The highest alarm so far, in percent of the time from posting to deadline.
alter table delivery add column alarm_percent integer check (alarm_percent in (50, 75, 90, 100));
create index delivery_alarm_at on delivery (alarm_at) where alarm_at is not null;

-- Each alarm once for each recipient of a message, for good.
create table delivery_alarm (
  message_id text not null,
  recipient  text not null,
  percent    integer not null check (percent in (50, 75, 90, 100)),
  -- When the share of the time had passed, and when this node noticed it.
  due_at     timestamptz not null,
  raised_at  timestamptz not null,
  -- The clock had passed it together with a higher one, which alone was raised.
  passed_over boolean not null,
  primary key (message_id, recipient, percent),
  foreign key (message_id, recipient) references delivery (message_id, recipient)
);
