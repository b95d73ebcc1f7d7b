-- What may be done with a letter (PAP), and under which conditions an answer gives leave. Letters of before it was
-- there were given to be acted on.
alter table letter
  add column pap text not null default 'GREEN' check (pap in ('RED', 'AMBER', 'GREEN', 'CLEAR')),
  add column conditions jsonb,
  add constraint letter_conditions_of_leave check (conditions is null or granted);

-- The provider evaluates what he gives; a receiver changes neither that nor his codes, his level, his word on leave
-- (Regulation (EU) 2016/794 Art. 29; Council document 6243/18). An erasure empties the restriction in words.
create function letter_is_the_providers() returns trigger language plpgsql as $$
begin
  if (new.handling_codes, new.source_grade, new.information_grade, new.pap, new.granted, new.conditions, new.from_agency)
     is distinct from
     (old.handling_codes, old.source_grade, old.information_grade, old.pap, old.granted, old.conditions, old.from_agency) then
    raise exception 'codes, evaluation and level of a letter are its provider''s' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger letter_provider before update on letter for each row execute function letter_is_the_providers();

-- The same of a package: its level stands in its contents, beside its codes.
create or replace function received_package_is_the_providers() returns trigger language plpgsql as $$
begin
  if (new.contents -> 'evaluation', new.contents -> 'handling', new.contents -> 'pap', new.from_agency)
     is distinct from (old.contents -> 'evaluation', old.contents -> 'handling', old.contents -> 'pap', old.from_agency) then
    raise exception 'evaluation, handling codes and level of a received package are its provider''s'
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
