-- A provider is asked, too, where his level (PAP) forbids the act; and he may answer under conditions.
alter table permission drop constraint permission_code_check,
  add constraint permission_code_check check (code in ('H1', 'H2', 'H3', 'PAP'));
alter table permission_answer add column conditions jsonb,
  add constraint permission_answer_conditions check (conditions is null or granted);
-- What may be done with a series, by the word of whose material it is.
alter table icse_series add column pap text not null default 'CLEAR' check (pap in ('RED', 'AMBER', 'GREEN', 'CLEAR'));
alter table icse_received add column pap text not null default 'CLEAR' check (pap in ('RED', 'AMBER', 'GREEN', 'CLEAR'));
