-- One receipt may state something of several messages.
alter table receipt drop constraint receipt_pkey;
alter table receipt add primary key (id, message_id);
