-- The provider evaluates what he gives: grades and codes of a subject change only with a newer word of his
-- (Regulation (EU) 2016/794 Art. 29; Council document 6243/18). Those of a file of holdings are append-only.
create function subject_is_the_providers() returns trigger language plpgsql as $$
begin
  if (new.evaluation_source, new.evaluation_information, new.handling_codes, new.handling_text)
     is distinct from (old.evaluation_source, old.evaluation_information, old.handling_codes, old.handling_text)
     and new.source_id = old.source_id then
    raise exception 'evaluation and handling codes of a subject are its provider''s' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger subject_provider before update on subject
  for each row execute function subject_is_the_providers();
