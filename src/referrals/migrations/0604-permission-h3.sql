-- A restriction in the provider's own words (H3) is his to read: he is asked for it as for H1 and H2.
alter table permission drop constraint permission_code_check,
  add constraint permission_code_check check (code in ('H1', 'H2', 'H3'));
