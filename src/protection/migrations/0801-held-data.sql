-- What is held of a target, an exhibit, a message, a whole case: see held_data.

-- A suspect without a target is erased as a person under the id of his entry.
create function held_subjects(operation text, targets text[]) returns setof text language sql stable as $$
  select id from subject where operation_id = operation
    and (target_id = any (targets) or (kind = 'target' and reference = any (targets)) or id = any (targets))
$$;
create function held_exhibits(operation text, targets text[]) returns setof text language sql stable as $$
  select id from exhibit where operation_id = operation and target_id = any (targets)
$$;
create function held_inventories(exhibits text[]) returns setof integer language sql stable as $$
  select number from inventory where exhibit_id = any (exhibits)
$$;
create function held_merges(targets text[]) returns setof text language sql stable as $$
  select merge_id from target_merge_member where target_id = any (targets)
$$;

insert into held_data (kind, position, room, name, found, change) values
  ('exhibit', 10, 'evidence', 'file_match', 'inventory_number in (select held_inventories($2))', null),
  ('exhibit', 20, 'evidence', 'file_verdict', 'inventory_number in (select held_inventories($2))', null),
  ('exhibit', 30, 'evidence', 'video_length', 'inventory_number in (select held_inventories($2))', null),
  ('exhibit', 40, 'evidence', 'inventory_match', 'inventory_number in (select held_inventories($2))', null),
  ('exhibit', 50, 'evidence', 'inventory_file', 'inventory_number in (select held_inventories($2))', null),
  ('exhibit', 60, 'evidence', 'evidence_report', 'exhibit_id = any ($2)', null),
  ('exhibit', 70, 'evidence', 'inventory', 'exhibit_id = any ($2)', null),
  ('exhibit', 80, 'evidence', 'exhibit_event', 'exhibit_id = any ($2)', null),
  ('exhibit', 90, 'evidence', 'exhibit', 'id = any ($2)', null);

insert into held_data (kind, position, room, name, found, change)
  select 'target', position, room, name,
    replace(found, '$2', 'array(select held_exhibits($1, $2))'), null from held_data where kind = 'exhibit';

insert into held_data (kind, position, room, name, found, change) values
  ('target', 110, 'crossmatch', 'hit_decision', 'hit_id in (select id from hit where subject_id in (select held_subjects($1, $2)) or other_subject_id in (select held_subjects($1, $2)))', null),
  ('target', 120, 'crossmatch', 'hit_selector', 'hit_id in (select id from hit where subject_id in (select held_subjects($1, $2)) or other_subject_id in (select held_subjects($1, $2)))', null),
  ('target', 130, 'crossmatch', 'hit', 'subject_id in (select held_subjects($1, $2)) or other_subject_id in (select held_subjects($1, $2))', null),
  ('target', 140, 'crossmatch', 'subject_selector', 'subject_id in (select held_subjects($1, $2))', null),
  ('target', 150, 'crossmatch', 'subject', 'id in (select held_subjects($1, $2))', null),
  -- Outcomes stay as figures, under an id that nothing here links to a person; the words go.
  ('target', 210, 'casework', 'outcome', 'operation_id = $1 and target_id = any ($2)', 'note = '''', reason = case when reason is null then null else ''erased'' end'),
  ('target', 220, 'casework', 'risk_alarm', 'operation_id = $1 and target_id = any ($2)', null),
  ('target', 310, 'packages', 'received_target', 'operation_id = $1 and target_id = any ($2)', null),
  ('target', 410, 'observations', 'target_standing', 'operation_id = $1 and target_id = any ($2)', null),
  ('target', 420, 'observations', 'target_link_decision', 'operation_id = $1 and (target_id = any ($2) or other_target_id = any ($2))', null),
  ('target', 430, 'observations', 'target_split', 'merge_id in (select held_merges($2))', null),
  ('target', 440, 'observations', 'target_merge_part', 'merge_id in (select held_merges($2)) or part_id in (select held_merges($2))', null),
  ('target', 450, 'observations', 'preservation_request', 'operation_id = $1 and target_ids && $2', 'note = '''', target_ids = array(select unnest(target_ids) except select unnest($2))');
-- A merge goes when its members are gone: then it is found no more by them.
insert into held_data (kind, position, room, name, found, change) values
  ('target', 460, 'observations', 'target_merge_member', 'merge_id in (select held_merges($2))', null),
  ('target', 470, 'observations', 'target_merge', 'operation_id = $1 and not exists (select from target_merge_member m where m.merge_id = target_merge.id)', null);

insert into held_data (kind, position, room, name, found, change) values
  ('message', 10, 'correspondence', 'letter_attachment', 'message_id = any ($2)', null),
  ('message', 20, 'correspondence', 'letter', 'message_id = any ($2)', 'subject = '''', body = '''', forwarded = null, permission = null, handling_text = '''', erased_at = current_setting(''icarus.erasure_at'')::timestamptz'),
  ('message', 30, 'packages', 'received_target', 'package_id in (select id from received_package where message_id = any ($2))', null),
  ('message', 40, 'packages', 'received_package', 'message_id = any ($2)', null),
  ('message', 50, 'casework', 'risk_alarm', 'message_id = any ($2)', null),
  ('message', 60, 'exchange', 'inbox_message', 'id = any ($2)', 'subject = null, folder = null'),
  ('message', 70, 'exchange', 'outbox_message', 'id = any ($2)', 'subject = null');

insert into held_data (kind, position, room, name, found, change)
  select 'operation', position, room, name, replace(found, '$2', 'array(select id from exhibit where operation_id = $1)'), null
  from held_data where kind = 'exhibit';
insert into held_data (kind, position, room, name, found, change)
  select 'operation', 100 + position, room, name,
    replace(found, '$2', 'array(select id from inbox_message where operation_id = $1 union select id from outbox_message where operation_id = $1)'), change
  from held_data where kind = 'message' and name <> 'risk_alarm';
insert into held_data (kind, position, room, name, found, change) values
  ('operation', 310, 'crossmatch', 'hit_decision', 'hit_id in (select id from hit where operation_id = $1)', null),
  ('operation', 320, 'crossmatch', 'hit_selector', 'hit_id in (select id from hit where operation_id = $1)', null),
  ('operation', 330, 'crossmatch', 'hit', 'operation_id = $1', null),
  ('operation', 340, 'crossmatch', 'subject_selector', 'operation_id = $1', null),
  ('operation', 350, 'crossmatch', 'subject', 'operation_id = $1', null),
  ('operation', 360, 'crossmatch', 'common_value', 'operation_id = $1', null),
  ('operation', 410, 'casework', 'outcome', 'operation_id = $1', 'note = '''', reason = case when reason is null then null else ''erased'' end'),
  ('operation', 420, 'casework', 'risk_alarm', 'operation_id = $1', null),
  ('operation', 510, 'observations', 'target_standing', 'operation_id = $1', null),
  ('operation', 520, 'observations', 'target_link_decision', 'operation_id = $1', null),
  ('operation', 530, 'observations', 'target_split', 'merge_id in (select id from target_merge where operation_id = $1)', null),
  ('operation', 540, 'observations', 'target_merge_part', 'merge_id in (select id from target_merge where operation_id = $1)', null),
  ('operation', 550, 'observations', 'target_merge_member', 'merge_id in (select id from target_merge where operation_id = $1)', null),
  ('operation', 560, 'observations', 'target_merge', 'operation_id = $1', null),
  ('operation', 570, 'observations', 'preservation_request', 'operation_id = $1', null),
  ('operation', 580, 'observations', 'target_link_run', 'operation_id = $1', null),
  ('operation', 590, 'observations', 'target_build', 'operation_id = $1', null),
  ('operation', 600, 'observations', 'attribution_run', 'operation_id = $1', null),
  ('operation', 610, 'observations', 'freeze_curve', 'operation_id = $1', null),
  ('operation', 620, 'observations', 'log_upload', 'operation_id = $1', null),
  ('operation', 630, 'observations', 'observation_import', 'operation_id = $1', null),
  ('operation', 710, 'correspondence', 'letter_upload', 'operation_id = $1', null);


-- Only a migration says where data lies: what stands here is run by erase_held with the owner's rights.
create function held_data_is_the_schemas() returns trigger language plpgsql as $$
begin
  if current_user = 'icarus_app' then
    raise exception 'only a migration changes held_data' using errcode = 'insufficient_privilege';
  end if;
  return coalesce(new, old);
end $$;
create trigger held_data_fixed before insert or update or delete on held_data
  for each row execute function held_data_is_the_schemas();

-- Holds that block erasing a record: on itself, on the case that it belongs to, on a part of what would go.
create function blocking_holds(operation text, of_kind text, ids text[], at timestamptz) returns setof legal_hold
language sql stable as $$
  select h.* from legal_hold h
  where h.operation_id = operation and h.released_at is null and h.until > at and (
    h.kind = 'operation' or of_kind = 'operation'
    or (h.kind = of_kind and h.record_id = any (ids))
    or (h.kind = 'target' and of_kind = 'exhibit'
      and exists (select from exhibit e where e.id = any (ids) and e.target_id = h.record_id))
    or (h.kind = 'exhibit' and of_kind = 'target' and h.record_id in (select held_exhibits(operation, ids)))
    or (h.kind = 'target' and of_kind = 'message' and exists (select from received_target t
      join received_package p on p.id = t.package_id where p.message_id = any (ids) and t.target_id = h.record_id))
    or (h.kind = 'message' and of_kind = 'target' and exists (select from received_target t
      join received_package p on p.id = t.package_id where p.message_id = h.record_id and t.target_id = any (ids))))
$$;

-- Removes the rows of an erasure: only of one that a second officer approved, or that the law itself demands,
-- and only where no hold stands. `at` is the node's time. Returns what went, table by table.
create function erase_held(erasure text, at timestamptz) returns table (room text, name text, rows bigint)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  asked data_erasure;
  part held_data;
begin
  select * into asked from data_erasure where id = erasure for update;
  if asked.id is null or asked.rows_gone_at is not null
    or not (asked.because = 'time-over' or asked.approved_digest is not distinct from asked.digest) then
    raise exception 'this erasure is not approved' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from blocking_holds(asked.operation_id, asked.kind, asked.record_ids, at)) then
    raise exception 'a hold stands' using errcode = 'insufficient_privilege';
  end if;
  perform set_config('icarus.erasure_at', at::text, true);
  for part in select * from held_data h where h.kind = asked.kind order by h.position loop
    if part.change is null then
      execute format('delete from %I where %s', part.name, part.found)
        using asked.operation_id, asked.record_ids, asked.client_ids;
    else
      execute format('update %I set %s where %s', part.name, part.change, part.found)
        using asked.operation_id, asked.record_ids, asked.client_ids;
    end if;
    get diagnostics rows = row_count;
    room := part.room;
    name := part.name;
    if rows > 0 then return next; end if;
  end loop;
end $$;
revoke execute on function erase_held(text, timestamptz) from public;
