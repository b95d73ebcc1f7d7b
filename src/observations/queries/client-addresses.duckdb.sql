-- Every address and port that each client id was seen at.
SELECT client_id, family::SMALLINT AS family, address_high::DECIMAL(20, 0) AS address_high,
  address_low::DECIMAL(20, 0) AS address_low, port::INTEGER AS port,
  min(observed_at) AS first_seen_at, max(observed_at) AS last_seen_at, count(*)::BIGINT AS rows,
  count(*) FILTER (WHERE grade IN ({{direct_grades}}))::BIGINT AS direct_rows
FROM {{rows}} seen
GROUP BY ALL
ORDER BY client_id, family, address_high, address_low, port NULLS LAST
