-- Who a person is to a case goes with him, and with the case.
insert into held_data (kind, position, room, name, found, change) values
  ('target', 215, 'casework', 'person_category', 'operation_id = $1 and target_id = any ($2)', null),
  ('operation', 415, 'casework', 'person_category', 'operation_id = $1', null);
