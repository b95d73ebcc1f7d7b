-- The second wall behind the policy: row-level security on every table of ours. Applied again after any other
-- change of the schema, so that no new table stands open.
--
-- icarus_app: the node's own work (exchange, jobs, officers' acts), all rows.
-- icarus_officer: officers' readings. Of what belongs to operations the rows of those in icarus.operations, which
-- officer_scope sets; of what every officer of the node may know, all; of the rest not even the table.
-- The owner: schema changes and backups, which say so (icarus.maintenance); else not even he sees a row. Functions that
-- run as he does for another who signed in (security definer) are his word, too.
do $$
declare
  one record;
  seen text;
  scope constant text := '(select nullif(current_setting(''icarus.operations'', true), ''''))::text[]';
  -- Tables without an operation of their own belong to that of the row that they point to, which is asked under its own policy.
  belongs constant jsonb := '{
    "report_target": ["report_id", "report.id"],
    "letter_attachment": ["message_id", "letter.message_id"],
    "hit_selector": ["hit_id", "hit.id"],
    "hit_decision": ["hit_id", "hit.id"],
    "holding": ["id", "hit.holding_id"],
    "holding_selector": ["holding_id", "hit.holding_id"],
    "exhibit_event": ["exhibit_id", "exhibit.id"],
    "evidence_report": ["exhibit_id", "exhibit.id"],
    "inventory_file": ["inventory_number", "inventory.number"],
    "inventory_match": ["inventory_number", "inventory.number"],
    "file_match": ["inventory_number", "inventory.number"],
    "file_verdict": ["inventory_number", "inventory.number"],
    "video_length": ["inventory_number", "inventory.number"],
    "delivery": ["message_id", "outbox_message.id", "inbox_message.id"],
    "delivery_alarm": ["message_id", "outbox_message.id", "inbox_message.id"],
    "receipt": ["message_id", "outbox_message.id", "inbox_message.id"],
    "message_recall": ["message_id", "outbox_message.id", "inbox_message.id"],
    "reconciliation_difference": ["reconciliation_id", "reconciliation.id"],
    "erasure_item": ["request_id", "erasure_request.id"],
    "erasure_certificate": ["request_id", "erasure_request.id"],
    "erased_message": ["request_id", "erasure_request.id"],
    "target_address": ["target_id", "target.id"],
    "import_piece": ["draft_id", "import_draft.id"],
    "target_merge_member": ["merge_id", "target_merge.id"],
    "target_merge_part": ["merge_id", "target_merge.id"],
    "target_split": ["merge_id", "target_merge.id"],
    "observation_partition_job": ["work_id", "observation_shared_work.id"],
    "meeting_agency": ["meeting_id", "meeting.id"],
    "meeting_attendant": ["meeting_id", "meeting.id"],
    "meeting_agenda_item": ["meeting_id", "meeting.id"],
    "icse_item": ["series_id", "icse_series.id"],
    "icse_overlap": ["claim_id", "icse_claim.id"],
    "permission_answer": ["permission_id", "permission.id"],
    "figure": ["set_id", "figure_set.id"],
    "figure_share": ["set_id", "figure_set.id"],
    "figure_set_release": ["set_id", "figure_set.id"]
  }';
  -- What every officer of the node may know, beside what is of his operations: test/node-tables.ts says what each holds.
  known_to_all constant text[] := '{
    agency, officer, service_account, programme, programme_member, programme_operation, programme_plan_entry,
    custody_waiting, custody_leaf, custody_tile, custody_checkpoint, custody_cosignature, custody_peer_checkpoint, custody_fork,
    attribution_snapshot, holdings_mapping, holdings_import, hash_list, hash_list_skip, partial_upload, retention_rule,
    ranking_profile, review_rule_set, import_profile
  }';
  -- Of these no more than who somebody is.
  known_columns constant jsonb := '{"service_account": "(id, name, owner_id)"}';
begin
  revoke all on all tables in schema public from icarus_officer;
  grant usage on schema public to icarus_officer;
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
    execute format('create policy maintains on %I to %I using (
      (select current_setting(''icarus.maintenance'', true)) = ''on'' or session_user <> current_user)', one.name, current_user);
    -- Roles of officers are of an operation, but belong to the node's register of officers.
    seen := case
      when one.name = any (known_to_all) then 'true'
      when one.name = 'officer_grant' then null
      when one.name = 'operation' then format('id = any (%s)', scope)
      when one.has_operation then format('operation_id = any (%s)', scope)
      -- exists, not in: the planner chooses between looking one row up and reading all keys.
      when belongs ? one.name then (
        select string_agg(format('exists (select from %I of where of.%I = %I.%I)',
          split_part(key, '.', 1), split_part(key, '.', 2), one.name, belongs -> one.name ->> 0), ' or ')
        from jsonb_array_elements_text(belongs -> one.name) with ordinality as named(key, place) where place > 1)
    end;
    -- What is of the node (sessions, keys, the agency's own files) and what nobody has thought of yet is closed: an
    -- officer's reading that asks for it fails, and does not take it for empty.
    if seen is not null then
      execute format('create policy needs_to_know on %I for select to icarus_officer using (%s)', one.name, seen);
      execute format('grant select %s on %I to icarus_officer', coalesce(known_columns ->> one.name, ''), one.name);
    end if;
  end loop;
end $$;

-- Policies look rows up by it: which of the agency's own holdings a hit names.
do $$ begin
  if to_regclass('hit') is not null then
    create index if not exists hit_holding_id on hit (holding_id) where holding_id is not null;
  end if;
end $$;
