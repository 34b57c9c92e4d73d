#!/usr/bin/env bash
# The engineer: the wheel into an empty environment, a spaCy pipeline, a DocBin that spaCy reads without us.
set -euo pipefail
. "$(dirname "$0")/environment.bash"

printf '去年，青石县新增学位2300余个，投资5.2亿元，同比增长8%%。\n' > page.txt
govclaim annotate page.txt --published 2026-01-20 -o page.json
govclaim export docbin page.json -o page.spacy

python - <<'PYTHON'
import spacy
from spacy.tokens import DocBin

import govclaim

nlp = govclaim.load()
doc = nlp("云溪镇去年新建学校12所。")
assert [str(quantity.value) for quantity in doc._.govclaim.quantities] == ["12"]
assert not any(nlp.analyze_pipes()["problems"].values())

(doc,) = DocBin().from_disk("page.spacy").get_docs(spacy.blank("zh").vocab)
assert [span.text for span in doc.spans["quantities"]] == ["2300余个", "5.2亿元", "8%"]
assert "青石县" in [ent.text for ent in doc.ents]
PYTHON

govclaim import docbin page.spacy -o back.jsonl
govclaim score page.json back.jsonl > /dev/null
echo "the engineer arrives"
