-- How many rows of each import became observations, and how many were refused.
SELECT import_id, CAST(sum(accepted) AS BIGINT) AS accepted, CAST(sum(refused) AS BIGINT) AS refused
FROM (SELECT import_id, count(*) AS accepted, 0 AS refused FROM {{rows}} seen GROUP BY import_id
  UNION ALL SELECT import_id, 0 AS accepted, count(*) AS refused FROM {{refused}} refusal GROUP BY import_id) counted
GROUP BY import_id
ORDER BY import_id
