-- One receipt may state something of several messages.
alter table receipt drop constraint receipt_pkey;
alter table receipt add primary key (id, message_id);

-- The message was sent again after this was stated: it no longer says how the message stands. Clocks that go back do
-- not change which came first.
alter table receipt add column set_aside boolean not null default false;
update receipt r set set_aside = true
from delivery d
where d.message_id = r.message_id and d.recipient = r.recipient and r.came_at < d.queued_at
  and r.status in ('delivered', 'refused');
