-- What is known of each client id over all imports; days are UTC.
SELECT client_id, min(observed_at) AS first_seen_at, max(observed_at) AS last_seen_at, count(*)::BIGINT AS rows,
  count(DISTINCT observed_at::DATE)::BIGINT AS active_days, count(DISTINCT file_hash)::BIGINT AS distinct_files,
  count(*) FILTER (WHERE grade IN ({{direct_grades}}))::BIGINT AS direct_rows
FROM {{rows}} seen
GROUP BY client_id
ORDER BY client_id
