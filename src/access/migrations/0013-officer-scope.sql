-- What an officer's connection sees from now on: of the operations that a request is about, those that the register
-- of officers gives him, while he is in service. The server calls it when a connection is taken for another officer
-- or for other operations; policies read what it sets (R-row-level-security.sql). Returns how many it gave.
create function officer_scope(officer_id text, operations text[]) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  given text[];
begin
  select coalesce(array_agg(distinct g.operation_id), '{}') into given
    from public.officer_grant g join public.officer o on o.id = g.officer_id
    where g.officer_id = $1 and o.retired_at is null and g.operation_id = any ($2)
      and (g.expires_at is null or g.expires_at > clock_timestamp());
  perform set_config('icarus.officer', $1, false), set_config('icarus.operations', given::text, false);
  return cardinality(given);
end $$;
revoke execute on function officer_scope(text, text[]) from public;
grant execute on function officer_scope(text, text[]) to icarus_officer;
