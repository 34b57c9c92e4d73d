-- From `incoming`, a relation of annotations as `govclaim annotate` writes them to Parquet, into the tables.

INSERT INTO documents
SELECT
  id, meta.title, meta.published, meta.source, meta.url, meta.place,
  json_extract_string(meta.extra, '$.duplicate_of'), meta.extra,
  text, text_length, text_sha256, schema_version, producer.govclaim, producer.model, producer.knowledge
FROM incoming;

INSERT INTO sentences
SELECT document, item.id, item.kind, item.paragraph, item.start, item."end", item.text, item.surface
FROM (SELECT id AS document, unnest(sentences) AS item FROM incoming);

INSERT INTO entities
SELECT
  document, item.id, item.sentence, item.start, item."end", item.text, item.surface, item.label, item.subtype,
  item.link, item.confidence, item.source
FROM (SELECT id AS document, unnest(entities) AS item FROM incoming);

INSERT INTO quantities
SELECT
  document, item.id, item.sentence, item.start, item."end", item.text, item.surface,
  item.value, item.value_exact, item.lower, item.lower_exact, item.upper, item.upper_exact,
  item.unit, item.dimension, item.bound, item.bound_span.text, item.expresses, item.from_end,
  item.si.value, item.si.value_exact, item.si.unit, item.confidence, item.source
FROM (SELECT id AS document, unnest(quantities) AS item FROM incoming);

INSERT INTO times
SELECT
  document, item.id, item.sentence, item.start, item."end", item.text, item.surface, item.kind, item.value,
  item.confidence, item.source
FROM (SELECT id AS document, unnest(times) AS item FROM incoming);

INSERT INTO claims
SELECT
  document, item.id, item.sentence, item.start, item."end", item.text, item.surface, item.type, item.quantity,
  item.indicator.start, item.indicator."end", item.indicator.text, item.indicator.surface, item.indicator_name,
  item.subject.start, item.subject."end", item.subject.text, item.subject.surface, item.subject.entity,
  item.direction, item.basis,
  item.base.start, item.base."end", item.base.text, item.base.surface, item.base.time, item.base.entity,
  item.scope.start, item.scope."end", item.scope.text, item.scope.surface,
  item.period, item.modality, item.polarity,
  item.attribution.start, item.attribution."end", item.attribution.text, item.attribution.surface,
  item.attribution.entity, item.attribution.quoted, item.confidence, item.source
FROM (SELECT id AS document, unnest(claims) AS item FROM incoming);
