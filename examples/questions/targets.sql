-- Who announces which targets, and for when?
SELECT coalesce(place_name, subject) AS who, speaker, indicator, year, value, unit, bound, document
FROM claim_rows
WHERE modality = 'target' AND duplicate_of IS NULL
ORDER BY who, year, indicator, value;
