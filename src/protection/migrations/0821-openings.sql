insert into held_data (kind, position, room, name, found, change) values
  ('target', 216, 'casework', 'person_opening', 'operation_id = $1 and target_id = any ($2)', null),
  ('operation', 416, 'casework', 'person_opening', 'operation_id = $1', null);
