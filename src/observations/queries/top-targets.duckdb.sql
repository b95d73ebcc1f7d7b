-- The most urgent targets of each country, in the order of the build's ranking.
SELECT country, place, target_id, rank
FROM (SELECT country, target_id, rank::BIGINT AS rank, row_number() OVER (PARTITION BY country ORDER BY rank)::BIGINT AS place FROM {{targets}} target) numbered
WHERE place <= {{places_a_country}}
ORDER BY country NULLS LAST, place
