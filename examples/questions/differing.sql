-- Where do documents report different figures for the same place, indicator and period?
SELECT
  place, min(place_name) AS place_name, indicator, period, unit, min(value) AS least, max(value) AS most,
  count(DISTINCT document) AS documents, string_agg(DISTINCT document, ' ' ORDER BY document) AS found_in
FROM claim_rows
WHERE type = 'level' AND bound = 'exact' AND modality = 'actual' AND place IS NOT NULL AND period IS NOT NULL
  AND indicator IS NOT NULL AND duplicate_of IS NULL
GROUP BY place, indicator, period, unit
HAVING count(DISTINCT value) > 1 AND documents > 1
ORDER BY place, indicator, period;
