-- Which targets were met? A target of a place beside the figure that was reported for that year later.
SELECT
  target.place_name, target.indicator, target.year, target.value AS target, target.bound,
  actual.value AS reported, target.unit, actual.value >= target.value AS met,
  target.document AS announced_in, actual.document AS reported_in
FROM claim_rows AS target
JOIN claim_rows AS actual USING (place, indicator, type, unit, year)
WHERE target.modality = 'target' AND actual.modality = 'actual' AND actual.published > target.published
  AND target.type = 'level' AND target.duplicate_of IS NULL AND actual.duplicate_of IS NULL
ORDER BY target.place, target.indicator, target.year;
