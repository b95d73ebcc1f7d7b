-- The most urgent targets of each country, in the order of the build's ranking.
SELECT country, place, target_id, score
FROM (SELECT country, target_id, score::BIGINT AS score, row_number() OVER (PARTITION BY country ORDER BY score DESC, last_seen_at DESC, target_id)::BIGINT AS place
  FROM {{targets}} target) numbered
WHERE place <= {{places_a_country}}
ORDER BY country NULLS LAST, place
