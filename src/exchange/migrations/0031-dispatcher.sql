-- What waits is found in the rows themselves; the jobs that stood for them are no longer needed.
delete from pgboss.job where name in ('exchange.deliver', 'exchange.open');

-- Not to be taken before this time, by the database's clock: a worker holds the row, or the next try waits.
-- 'infinity': there is nothing to try, the next hop is reached by file only.
alter table delivery add column free_at timestamptz not null default now();
-- The process that holds the row; null while it waits.
alter table delivery add column held_by text;
-- Large enough to take a connection for a while: such messages have places of their own.
alter table delivery add column bulk boolean not null default false;
update delivery d set bulk = true
  where d.state = 'queued' and exists (
    select from outbox_message o where o.id = d.message_id and o.size_bytes > 4194304
    union all
    select from inbox_message i where i.id = d.message_id and i.size_bytes > 4194304
  );
drop index delivery_queued;
create index delivery_due on delivery (next_hop, bulk, free_at) where state = 'queued';

alter table inbox_message add column free_at timestamptz not null default now();
alter table inbox_message add column held_by text;
-- Failed tries to open it, by faults that are not the message's.
alter table inbox_message add column attempts integer not null default 0;
drop index inbox_message_waiting;
create index inbox_message_due on inbox_message (free_at) where state = 'received';
