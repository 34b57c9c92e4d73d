"""Your own spaCy pipeline, trained on govclaim's names, with govclaim's layers behind it."""

import spacy
from spacy import displacy
from spacy.training import Example
from spacy.util import fix_random_seed

import govclaim
from govclaim.exports.docbin import DISPLACY, document
from govclaim.pipeline.components import STAGES

texts = ["去年，青石县新增学位2300余个。", "云溪镇投资5.2亿元，同比增长8%。", "青石县教育局新建学校12所。"]

# Annotations as training data; `govclaim export docbin` writes the same for `spacy train`.
nlp = spacy.blank("zh")  # its tokenizer cuts into characters; `spacy-pkuseg` words work as well
references = [document(govclaim.annotate(text), nlp.vocab) for text in texts]
examples = [Example(nlp.make_doc(reference.text), reference) for reference in references]

fix_random_seed(1)
nlp.add_pipe("ner", name="names")
optimizer = nlp.initialize(lambda: examples)
for _ in range(3):
    losses = nlp.update(examples, sgd=optimizer)
print(f"loss {losses['names']:.1f}")

# Behind it, govclaim's own components: figures, times and claims in the same Doc.
for name in STAGES:
    nlp.add_pipe(name)
doc = nlp(texts[1])
print([(span.text, span.label_) for span in doc.spans["quantities"]])
print(doc._.govclaim.quantities[0].value)
html = displacy.render(doc, style="span", options={**DISPLACY, "spans_key": "quantities"}, jupyter=False)
print(len(html) > 0)
