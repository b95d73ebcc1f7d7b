-- Letters: free messages, queries and answers, as they were sent from here or came here. Never changed but by erasure.
create table letter (
  -- The message that carried it.
  message_id        text primary key,
  kind              text not null check (kind in ('message', 'query', 'answer')),
  direction         text not null check (direction in ('sent', 'received')),
  operation_id      text not null,
  -- The first letter of the thread.
  thread_id         text not null,
  in_reply_to       text,
  from_agency       text not null,
  to_agencies       text[] not null,
  -- These three are emptied by an erasure.
  subject           text not null,
  body              text not null,
  forwarded         jsonb,
  handling_codes    text[] not null,
  handling_text     text not null,
  source_grade      text,
  information_grade text,
  deadline_rule     text,
  due_at            timestamptz,
  nothing_known     boolean not null,
  -- What a query asks to be permitted, and whether its answer permits it.
  permission        jsonb,
  granted           boolean,
  written_by        text not null,
  written_at        timestamptz not null,
  recorded_at       timestamptz not null,
  -- Name in the folder of opened messages; null for a letter that was sent from here.
  folder            text,
  erased_at         timestamptz,
  check (kind <> 'answer' or in_reply_to is not null),
  check ((source_grade is null) = (information_grade is null)),
  check ((deadline_rule is null) = (due_at is null))
);
create index letter_operation on letter (operation_id, message_id desc);
create index letter_thread on letter (thread_id, message_id);
create index letter_reply on letter (in_reply_to) where in_reply_to is not null;

create table letter_attachment (
  message_id text not null references letter (message_id),
  position   integer not null,
  name       text not null,
  size_bytes bigint not null,
  sha512     text not null,
  primary key (message_id, position)
);
create index letter_attachment_size on letter_attachment (size_bytes);

-- Files that a page brought for a letter that is still being written; swept away after a day.
create table letter_upload (
  id           text primary key,
  operation_id text not null,
  name         text not null,
  size_bytes   bigint not null,
  sha512       text not null,
  uploaded_by  text not null,
  uploaded_at  timestamptz not null
);
