-- What a proposal says in free words of a case goes with the case; that it was decided, over which digest, stays.
alter table proposal add column words_erased_at timestamptz;

do $$
declare
  of_digest text;
begin
  select conname into strict of_digest from pg_constraint
  where conrelid = 'proposal'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%sha256%';
  execute format('alter table proposal drop constraint %I', of_digest);
end $$;
alter table proposal
  add constraint proposal_digest_is_hex check (digest ~ '^[0-9a-f]{64}$'),
  add constraint proposal_digest_of_document check (
    words_erased_at is not null or digest = encode(sha256(convert_to(document, 'UTF8')), 'hex'));

-- The act stays by its ids and codes.
create function proposal_without_words(document text) returns text language sql immutable as $$
  select jsonb_set(document::jsonb, '{act}', (
    select jsonb_object_agg(key, case when key in ('text', 'reason', 'necessity', 'justification') then '""'::jsonb else value end)
    from jsonb_each(document::jsonb -> 'act')))::text
$$;

create or replace function proposal_is_kept() returns trigger language plpgsql as $$
declare
  decided constant text[] := array['decision', 'decided_by', 'decided_at', 'decided_digest', 'decision_reason', 'signature_id'];
  words constant text[] := array['document', 'words_erased_at'];
begin
  if tg_op = 'UPDATE' and old.decision is null and to_jsonb(new) - decided = to_jsonb(old) - decided then
    return new;
  end if;
  if tg_op = 'UPDATE' and old.used_at is null and to_jsonb(new) - 'used_at' = to_jsonb(old) - 'used_at' then
    return new;
  end if;
  -- Only within erase_held, which runs as the owner: the node's own login cannot.
  if tg_op = 'UPDATE' and old.words_erased_at is null and new.words_erased_at is not null
    and new.document = proposal_without_words(old.document) and to_jsonb(new) - words = to_jsonb(old) - words
    and current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid) then
    return new;
  end if;
  raise exception 'a proposal is decided once, used once, and never changed' using errcode = 'insufficient_privilege';
end $$;
