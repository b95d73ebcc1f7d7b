-- Victims and other parties are subjects of matching only where their country justified that it is strictly necessary
-- (Regulation (EU) 2016/794 Art. 30(1), Annex II.A).
alter table subject
  add column strictly_necessary boolean not null default false,
  drop constraint subject_category_check,
  add constraint subject_category_check check (
    category in ('suspect', 'convicted', 'potential-offender')
    or (strictly_necessary and category in ('victim', 'other')));
