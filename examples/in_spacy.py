"""The pipeline is a spaCy ``Language``: docs, spans, ``nlp.pipe`` and ``to_disk`` work as ever."""

import govclaim

nlp = govclaim.load()
texts = [("去年，青石县新增学位2300余个。", {"published": "2026-01-20", "id": "a"})]
for doc, _ in nlp.pipe(texts, as_tuples=True):
    print([token.text for token in doc])
    print([(ent.text, ent.label_) for ent in doc.ents])
    print([(span.text, span.label_) for span in doc.spans["quantities"]])
    print(doc._.govclaim.times[0].value)  # the annotation itself
