-- What may be done with a report (PAP). Reports of before it was there were given to be acted on.
alter table report add column pap text not null default 'GREEN' check (pap in ('RED', 'AMBER', 'GREEN', 'CLEAR'));
