-- Events that one statement writes are told to wait by one statement.
drop trigger custody_event_waits on custody_event;
create or replace function custody_wait() returns trigger language plpgsql as $$
begin
  insert into custody_waiting (sequence) select sequence from fresh;
  return null;
end $$;
create trigger custody_event_waits after insert on custody_event referencing new table as fresh
  for each statement execute function custody_wait();
