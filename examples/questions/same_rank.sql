-- Which ranks are claimed by more than one place, for the same indicator, scope and year?
SELECT
  scope, indicator, year, value AS rank, count(DISTINCT coalesce(place, subject)) AS places,
  string_agg(DISTINCT coalesce(place_name, subject), '、' ORDER BY coalesce(place_name, subject)) AS claimed_by
FROM claim_rows
WHERE type = 'rank' AND dimension = 'rank' AND scope IS NOT NULL AND NOT coalesce(rank_from_end, false)
  AND modality = 'actual' AND polarity = 'affirmed'
GROUP BY scope, indicator, year, value
HAVING places > 1
ORDER BY places DESC, scope, indicator, year, rank;
