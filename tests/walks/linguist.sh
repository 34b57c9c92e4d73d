#!/usr/bin/env bash
# The linguist: annotates, corrects in the browser, corrects in brat, and scores the machine against the corrections.
set -euo pipefail
if ! command -v chromium > /dev/null; then
    echo "the linguist needs Chromium: apt-get install chromium"
    [ "${GOVCLAIM_BROWSER:-}" != required ]
    exit
fi
. "$(dirname "$0")/environment.bash"
with_extra serve playwright

printf '2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%%。\n三河镇新增学位2300余个。\n' > news.txt
govclaim annotate news.txt --published 2026-01-20 -o machine.jsonl
cp machine.jsonl annotated.jsonl
python "$root/tests/walks/linguist.py" annotated.jsonl

govclaim export brat annotated.jsonl -o brat
# In brat: 新增学位 is cut to 学位, and 2300余个 is at least so many.
sed -i 's/\(BoundKind T[0-9]*\) over/\1 at_least/; s/\tIndicator \([0-9]*\) \([0-9]*\)\t新增学位/\tIndicator START \2\t学位/' brat/news.ann
start=$(($(sed -n 's/.*\tIndicator START \([0-9]*\)\t.*/\1/p' brat/news.ann) - 2))
sed -i "s/Indicator START/Indicator $start/" brat/news.ann
govclaim import brat brat --base annotated.jsonl -o corrected.jsonl
govclaim score corrected.jsonl machine.jsonl --errors differences.jsonl

python - <<'PYTHON'
from pathlib import Path

import govclaim

(line,) = Path("corrected.jsonl").read_bytes().splitlines()
corrected = govclaim.loads(line)
assert [claim.indicator.text for claim in corrected.claims] == ["收入", "一般公共预算收入", "学位"]
assert [quantity.bound for quantity in corrected.quantities] == ["exact", "exact", "at_least"]
assert corrected.meta.get("annotation")["annotator"] == "小李"
wrong = Path("differences.jsonl").read_text("utf-8")
assert '"attribute": "indicator"' in wrong and '"gold_value": "at_least"' in wrong, wrong
PYTHON
govclaim score corrected.jsonl corrected.jsonl > /dev/null
echo "the linguist arrives"
