-- A proof of presence gives its session a new token. The one before is taken for seconds more, for what the browser had
-- sent already, and proves nothing.
alter table session
  add column replaced_sha256 text unique,
  add column replaced_until  timestamptz,
  add constraint session_replaced_whole check ((replaced_sha256 is null) = (replaced_until is null));
