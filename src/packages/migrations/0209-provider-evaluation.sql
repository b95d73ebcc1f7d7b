-- The provider evaluates what he gives; a receiver cannot change it, nor the codes it came under
-- (Regulation (EU) 2016/794 Art. 29; Council document 6243/18). A newer version comes as a package of its own.
create function received_package_is_the_providers() returns trigger language plpgsql as $$
begin
  if (new.contents -> 'evaluation', new.contents -> 'handling', new.from_agency)
     is distinct from (old.contents -> 'evaluation', old.contents -> 'handling', old.from_agency) then
    raise exception 'evaluation and handling codes of a received package are its provider''s'
      using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger received_package_provider before update on received_package
  for each row execute function received_package_is_the_providers();
