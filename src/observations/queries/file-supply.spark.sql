-- How many client ids supply each file: a file that few supply is one that taking them away takes off the network.
SELECT hash_algorithm, file_hash, count(DISTINCT client_id) AS clients, count(*) AS rows,
  min(observed_at) AS first_seen_at, max(observed_at) AS last_seen_at
FROM {{rows}} seen
WHERE file_hash IS NOT NULL
GROUP BY hash_algorithm, file_hash
ORDER BY file_hash, hash_algorithm NULLS LAST
