-- The second wall behind the policy: row-level security on every table of ours. Applied again after any other
-- change of the schema, so that no new table stands open.
--
-- icarus_app: the node's own work (exchange, jobs, and today the officers' requests), all rows.
-- icarus_officer: reads rows of the operations in icarus.operations, set for the transaction; without it, none.
-- The owner: schema changes and backups, which say so (icarus.maintenance); else not even he sees a row.
do $$
declare
  one record;
  seen text;
  scope constant text := '(select nullif(current_setting(''icarus.operations'', true), ''''))::text[]';
  -- Tables without an operation of their own belong to that of the row that they point to, which is asked under its own policy.
  belongs constant jsonb := '{
    "report_target": ["report_id", "select id from report"],
    "letter_attachment": ["message_id", "select message_id from letter"],
    "hit_selector": ["hit_id", "select id from hit"],
    "hit_decision": ["hit_id", "select id from hit"],
    "exhibit_event": ["exhibit_id", "select id from exhibit"],
    "evidence_report": ["exhibit_id", "select id from exhibit"],
    "inventory_file": ["inventory_number", "select number from inventory"],
    "inventory_match": ["inventory_number", "select number from inventory"],
    "file_match": ["inventory_number", "select number from inventory"],
    "file_verdict": ["inventory_number", "select number from inventory"],
    "video_length": ["inventory_number", "select number from inventory"],
    "delivery": ["message_id", "select id from outbox_message union all select id from inbox_message"],
    "delivery_alarm": ["message_id", "select id from outbox_message union all select id from inbox_message"],
    "receipt": ["message_id", "select id from outbox_message union all select id from inbox_message"],
    "message_recall": ["message_id", "select id from outbox_message union all select id from inbox_message"],
    "reconciliation_difference": ["reconciliation_id", "select id from reconciliation"],
    "erasure_item": ["request_id", "select id from erasure_request"],
    "erasure_certificate": ["request_id", "select id from erasure_request"],
    "target_address": ["target_id", "select id from target"],
    "import_piece": ["draft_id", "select id from import_draft"],
    "target_merge_member": ["merge_id", "select id from target_merge"],
    "target_merge_part": ["merge_id", "select id from target_merge"],
    "target_split": ["merge_id", "select id from target_merge"],
    "observation_partition_job": ["work_id", "select id from observation_shared_work"],
    "meeting_agency": ["meeting_id", "select id from meeting"],
    "meeting_attendant": ["meeting_id", "select id from meeting"],
    "meeting_agenda_item": ["meeting_id", "select id from meeting"],
    "icse_item": ["series_id", "select id from icse_series"],
    "icse_overlap": ["claim_id", "select id from icse_claim"],
    "permission_answer": ["permission_id", "select id from permission"],
    "figure": ["set_id", "select id from figure_set"],
    "figure_share": ["set_id", "select id from figure_set"],
    "figure_set_release": ["set_id", "select id from figure_set"]
  }';
begin
  for one in
    select c.relname as name, exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'operation_id' and not a.attisdropped) as has_operation
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  loop
    execute format('alter table %I enable row level security', one.name);
    execute format('alter table %I force row level security', one.name);
    execute format('drop policy if exists works on %I', one.name);
    execute format('drop policy if exists maintains on %I', one.name);
    execute format('drop policy if exists needs_to_know on %I', one.name);
    execute format('create policy works on %I to icarus_app using (true)', one.name);
    execute format('create policy maintains on %I to %I using ((select current_setting(''icarus.maintenance'', true)) = ''on'')',
      one.name, current_user);
    -- Roles of officers are of an operation, but belong to the node's register of officers; hash lists are compared in every operation.
    seen := case
      when one.name in ('officer_grant', 'hash_list') then null
      when one.name = 'operation' then format('id = any (%s)', scope)
      when one.has_operation then format('operation_id = any (%s)', scope)
      when belongs ? one.name then format('%I in (%s)', belongs -> one.name ->> 0, belongs -> one.name ->> 1)
    end;
    -- What is of the node (officers, cards, keys, the tree's hashes, the agency's own files) and what nobody has thought
    -- of yet is closed to an officer's connection.
    if seen is not null then
      execute format('create policy needs_to_know on %I for select to icarus_officer using (%s)', one.name, seen);
    end if;
  end loop;
end $$;

-- Erases what retention decided, as the owner: it says so itself.
do $$ begin
  if to_regprocedure('custody_erase(bigint[], bigint)') is not null then
    alter function custody_erase(bigint[], bigint) set icarus.maintenance = 'on';
  end if;
end $$;
