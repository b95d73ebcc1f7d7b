-- What recipients and couriers state of a message: handed to its recipient, opened there, taken note of, refused.
alter table receipt drop constraint receipt_status_check;
alter table receipt add constraint receipt_status_check
  check (status in ('delivered', 'acknowledged', 'noted', 'refused'));
-- By the recipient's clock: taken in, every signature and digest checked, recorded by its room.
alter table receipt add column received_at timestamptz;
alter table receipt add column verified_at timestamptz;
alter table receipt add column opened_at timestamptz;
-- The leaf of the event "opened" that the recipient promises to have in its custody log.
alter table receipt add column log_leaf text check (log_leaf ~ '^[0-9a-f]{64}$');
-- Who took note, as the recipient's agency names the officer.
alter table receipt add column officer text;

-- When the recipient's own node answered that it has the message; null where another agency carries it on.
alter table delivery add column delivered_at timestamptz;

-- The sender asks that an officer of each recipient takes note.
alter table outbox_message add column note_wanted boolean not null default false;
alter table inbox_message add column note_wanted boolean not null default false;
alter table inbox_message add column verified_at timestamptz;
alter table inbox_message add column noted_at timestamptz;
alter table inbox_message add column noted_by text;
-- When this node, carrying it, told the sender that the recipient's node has it, or found that it need not.
alter table delivery add column told_at timestamptz;
create index delivery_untold on delivery (delivered_at)
  where role = 'courier' and told_at is null and delivered_at is not null;
