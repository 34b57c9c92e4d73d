-- The tables of a dataset. Columns are called as in `govclaim export parquet`, those of the view as in the panel.
-- A number is exact; where it needs more than 38 digits with 18 places, it is null and its digits stand in ..._exact.

CREATE TABLE divisions (code VARCHAR PRIMARY KEY, name VARCHAR NOT NULL);

CREATE TABLE documents (
  id VARCHAR PRIMARY KEY, title VARCHAR, published VARCHAR, source VARCHAR, url VARCHAR, place VARCHAR,
  duplicate_of VARCHAR, meta VARCHAR, -- what else meta holds, as JSON
  text VARCHAR, text_length INTEGER NOT NULL, text_sha256 VARCHAR NOT NULL,
  schema_version VARCHAR NOT NULL, producer_govclaim VARCHAR, producer_model VARCHAR, producer_knowledge VARCHAR
);

CREATE TABLE sentences (
  document VARCHAR NOT NULL REFERENCES documents (id), id VARCHAR NOT NULL,
  kind VARCHAR, paragraph INTEGER, start INTEGER NOT NULL, "end" INTEGER NOT NULL, text VARCHAR, surface VARCHAR,
  PRIMARY KEY (document, id)
);

CREATE TABLE entities (
  document VARCHAR NOT NULL REFERENCES documents (id), id VARCHAR NOT NULL, sentence VARCHAR,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, text VARCHAR NOT NULL, surface VARCHAR,
  label VARCHAR NOT NULL, subtype VARCHAR, link VARCHAR, confidence DECIMAL(10, 9), source VARCHAR,
  PRIMARY KEY (document, id)
);

CREATE TABLE quantities (
  document VARCHAR NOT NULL REFERENCES documents (id), id VARCHAR NOT NULL, sentence VARCHAR,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, text VARCHAR NOT NULL, surface VARCHAR,
  value DECIMAL(38, 18), value_exact VARCHAR, lower DECIMAL(38, 18), lower_exact VARCHAR,
  upper DECIMAL(38, 18), upper_exact VARCHAR, unit VARCHAR, dimension VARCHAR NOT NULL, bound VARCHAR NOT NULL,
  bound_word_text VARCHAR, expresses VARCHAR, from_end BOOLEAN,
  si_value DECIMAL(38, 18), si_value_exact VARCHAR, si_unit VARCHAR, confidence DECIMAL(10, 9), source VARCHAR,
  PRIMARY KEY (document, id)
);

CREATE TABLE times (
  document VARCHAR NOT NULL REFERENCES documents (id), id VARCHAR NOT NULL, sentence VARCHAR,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, text VARCHAR NOT NULL, surface VARCHAR,
  kind VARCHAR, value VARCHAR, confidence DECIMAL(10, 9), source VARCHAR,
  PRIMARY KEY (document, id)
);

CREATE TABLE claims (
  document VARCHAR NOT NULL REFERENCES documents (id), id VARCHAR NOT NULL, sentence VARCHAR,
  start INTEGER, "end" INTEGER, text VARCHAR, surface VARCHAR, type VARCHAR NOT NULL, quantity VARCHAR NOT NULL,
  indicator_start INTEGER, indicator_end INTEGER, indicator_text VARCHAR, indicator_surface VARCHAR,
  indicator_name VARCHAR,
  subject_start INTEGER, subject_end INTEGER, subject_text VARCHAR, subject_surface VARCHAR, subject_entity VARCHAR,
  direction VARCHAR, basis VARCHAR,
  base_start INTEGER, base_end INTEGER, base_text VARCHAR, base_surface VARCHAR, base_time VARCHAR, base_entity VARCHAR,
  scope_start INTEGER, scope_end INTEGER, scope_text VARCHAR, scope_surface VARCHAR,
  period VARCHAR, modality VARCHAR, polarity VARCHAR,
  attribution_start INTEGER, attribution_end INTEGER, attribution_text VARCHAR, attribution_surface VARCHAR,
  attribution_entity VARCHAR, attribution_quoted BOOLEAN, confidence DECIMAL(10, 9), source VARCHAR,
  PRIMARY KEY (document, id),
  FOREIGN KEY (document, quantity) REFERENCES quantities (document, id),
  FOREIGN KEY (document, subject_entity) REFERENCES entities (document, id),
  FOREIGN KEY (document, period) REFERENCES times (document, id)
);

CREATE VIEW claim_rows AS
SELECT
  subject.link AS place, subject.surface AS place_name, period.value AS period,
  coalesce(claim.indicator_name, claim.indicator_surface, claim.indicator_text) AS indicator, claim.type,
  coalesce(quantity.si_value, quantity.value) AS value,
  CASE WHEN quantity.si_value IS NULL THEN quantity.unit ELSE quantity.si_unit END AS unit,
  quantity.bound, quantity.lower, quantity.upper, claim.direction, claim.basis,
  coalesce(claim.base_surface, claim.base_text) AS base, coalesce(claim.scope_surface, claim.scope_text) AS scope,
  quantity.from_end AS rank_from_end, claim.modality, claim.polarity,
  coalesce(claim.subject_surface, claim.subject_text) AS subject,
  coalesce(claim.attribution_surface, claim.attribution_text) AS speaker, claim.attribution_quoted AS quoted,
  coalesce(claim.indicator_surface, claim.indicator_text) AS indicator_text,
  coalesce(period.surface, period.text) AS period_text, coalesce(quantity.surface, quantity.text) AS written,
  quantity.value AS written_value, quantity.unit AS written_unit, claim.document, document.published, document.title,
  document.url, claim.id AS claim, coalesce(claim.start, quantity.start) AS start,
  coalesce(claim."end", quantity."end") AS "end", coalesce(claim.text, quantity.text) AS text, claim.confidence,
  -- beyond the panel:
  quantity.dimension, try_cast(regexp_extract(period.value, '^.*(\d{4})', 1) AS INTEGER) AS year,
  CASE WHEN length(subject.link) >= 6 THEN left(subject.link, 6) END AS county, county.name AS county_name,
  coalesce(sentence.surface, sentence.text) AS sentence, document.duplicate_of
FROM claims AS claim
JOIN documents AS document ON document.id = claim.document
JOIN quantities AS quantity ON quantity.document = claim.document AND quantity.id = claim.quantity
LEFT JOIN (
  SELECT document, id, link, coalesce(surface, text) AS surface FROM entities WHERE label = 'LOC'
) AS subject ON subject.document = claim.document AND subject.id = claim.subject_entity
LEFT JOIN times AS period ON period.document = claim.document AND period.id = claim.period
LEFT JOIN sentences AS sentence ON sentence.document = claim.document AND sentence.id = claim.sentence
LEFT JOIN divisions AS county ON length(subject.link) >= 6 AND county.code = left(subject.link, 6);
