-- How many observations and client ids each country had on each day (UTC); country NULL = not known.
SELECT country, CAST(observed_at AS DATE) AS day, count(*) AS rows, count(DISTINCT client_id) AS clients
FROM (SELECT *, {{period}} AS period FROM {{rows}}) seen
LEFT JOIN {{attribution}} answer USING (family, address_high, address_low, period)
GROUP BY country, day
ORDER BY country NULLS LAST, day
