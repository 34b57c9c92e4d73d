#!/usr/bin/env bash
# The scientist: a folder of pages, five commands, a panel and a plot (docs/tutorial.md).
set -euo pipefail
. "$(dirname "$0")/environment.bash"
with_extra pandas matplotlib
cp -r "$root/examples/pages" "$root/examples/plot_panel.py" .

govclaim annotate pages -o annotated.jsonl
govclaim check annotated.jsonl
govclaim report annotated.jsonl -o report.html
govclaim export panel annotated.jsonl -o panel.csv
python plot_panel.py panel.csv 地区生产总值 plot.svg

python - <<'PYTHON'
from decimal import Decimal
from pathlib import Path

import pandas as pd

rows = pd.read_csv("panel.csv", dtype=str)
rows = rows[(rows["indicator"] == "地区生产总值") & (rows["type"] == "level")]
found = {(row.place_name, row.period): Decimal(row.value) for row in rows.itertuples()}
assert len(found) == 9, found
assert found["丹枫县", "2024"] == Decimal("10960000000"), found
plot = Path("plot.svg").read_text("utf-8")
assert all(place in plot for place in ("青石县", "丹枫县", "澄湖县"))
assert Path("report.html").stat().st_size > 100_000
PYTHON
echo "the scientist arrives"
