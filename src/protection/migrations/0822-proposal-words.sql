-- Words of a proposal on a letter that is passed on, on a person, on a merge: they go with the letter, the person, the case.
insert into held_data (kind, position, room, name, found, change)
select kind, position, 'access', 'proposal', 'words_erased_at is null and ' || found,
  'document = proposal_without_words(document), words_erased_at = current_setting(''icarus.erasure_at'')::timestamptz'
from (values
  ('message', 25, 'kind = ''letter.disclose'' and document::jsonb #>> ''{act,letter}'' = any ($2)'),
  ('target', 217, 'operation_id = $1 and (document::jsonb #>> ''{act,target}'' = any ($2) or exists (select from jsonb_path_query(document::jsonb, ''$.act.members[*].target'') m where m #>> ''{}'' = any ($2)))'),
  ('operation', 417, 'operation_id = $1 and kind in (''letter.disclose'', ''targets.merge'', ''person.strict-necessity'', ''person.opening'')')
) as part (kind, position, found);
