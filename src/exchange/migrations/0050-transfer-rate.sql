-- When the last part of a large message became durable, and how fast it went: what an officer is told of the rest.
alter table delivery add column handed_at timestamptz, add column bytes_per_second double precision;
alter table partial_upload add column bytes_per_second double precision;
