-- Every address and port that each client id was seen at.
SELECT client_id, CAST(family AS SMALLINT) AS family, CAST(address_high AS DECIMAL(20, 0)) AS address_high,
  CAST(address_low AS DECIMAL(20, 0)) AS address_low, CAST(port AS INT) AS port,
  min(observed_at) AS first_seen_at, max(observed_at) AS last_seen_at, count(*) AS rows,
  count(*) FILTER (WHERE grade IN ({{direct_grades}})) AS direct_rows
FROM {{rows}} seen
GROUP BY ALL
ORDER BY client_id, family, address_high, address_low, port NULLS LAST
