-- How did an indicator grow, by county and year?
SELECT county, county_name, year, place_name, value, unit, direction, published, document
FROM claim_rows
WHERE indicator = '一般公共预算收入' AND type = 'change' AND basis = 'yoy' AND unit = '%'
  AND modality = 'actual' AND polarity = 'affirmed' AND duplicate_of IS NULL
ORDER BY county, year, value DESC;
