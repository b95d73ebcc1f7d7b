-- The hashes between those of a full tile and its root, so that a proof reads 32 bytes where it would hash
-- 128 others: level by level from the lowest, 128 + 64 + … + 2. Null while a tile is not full, and for
-- tiles from before this column: then the hashes are used.
alter table custody_tile add column nodes bytea check (length(nodes) = 8128);
alter table custody_tile alter column nodes set storage external;
