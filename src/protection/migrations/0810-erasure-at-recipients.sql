-- What was sent from here and is erased here is asked to be erased where it went (docs/review-and-erasure.md).

-- A request may speak of parts of a message: the targets of a package. Empty: of all of it.
alter table erasure_item add column only_ids text[] not null default '{}';
-- The person himself asked for it.
alter table erasure_request drop constraint erasure_request_reason_check,
  add constraint erasure_request_reason_check
    check (reason in ('retention', 'court-order', 'data-subject', 'provider-recall'));

alter table data_erasure
  -- Messages that were sent from here with what is erased, whose recipients are still to be asked: [{messageId, only}].
  add column to_ask jsonb not null default '[]',
  -- The requests to erase that went out for it.
  add column request_ids text[] not null default '{}';
