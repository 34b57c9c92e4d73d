"""Write a corpus in the layout of Hugging Face `datasets`: a Parquet file a split, and a card.

    python scripts/corpus_release.py corpora/gold -o out/corpus-release

The rows are those of `govclaim annotate -o NAME.parquet`, numbers as decimals. `dev` is called `validation`, as there;
documents in no split are `reference`. Nothing is written unless the corpus is sound.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from govclaim.batch import arrow
from govclaim.corpus import reading, splitting, statistics, validation
from govclaim.exports.targets import whole_folder
from govclaim.extras import required
from govclaim.pipeline.backends import segmenter_named

NAMES = {"train": "train", "dev": "validation", "test": "test", None: "reference"}
"""Our splits and what they are called there."""

HEAD = {
    "pretty_name": "govclaim: quantified claims in Chinese government news",
    "license": "cc-by-4.0",
    "language": ["zh"],
    "task_categories": ["token-classification"],
    "tags": ["information-extraction", "quantities", "numerals", "claims", "government", "news"],
}

CARD = """
# govclaim: quantified claims in Chinese government news

Documents in which every sentence, name, quantity, time and **claim** is marked with exact offsets: which figure is said
of what, of whom, for when, compared with what, by whom. The texts are composed, their places and figures invented, but
for the reference article. Each row is a document; a span is `[start, end)` in code points of `text`, a number an exact
decimal (where its column cannot hold its digits they stand in `…_exact`). The genre is `kind` and the typography
`typography` in `meta.extra`, which is JSON.

{table}

```python
from datasets import load_dataset

corpus = load_dataset("PATH_OF_THIS_FOLDER")
claims = corpus["{first}"][0]["claims"]
```

Licence: CC BY 4.0 (`LICENSE`). How it was made, and what it is not fit for: `datasheet.md`. Splits are by document and
frozen (`splits.csv`, with the SHA-256 of every text).
"""


def grouped(documents: Sequence[reading.Document]) -> dict[str, list[reading.Document]]:
    """The documents by what their split is called in the release; no split is empty."""
    held = {name: [each for each in documents if each.split == split] for split, name in NAMES.items()}
    return {name: members for name, members in held.items() if members}


def card(groups: Mapping[str, Sequence[reading.Document]]) -> str:
    """The README: what loads the data, and how much of it there is."""
    segment = segmenter_named("words")
    assert segment is not None
    columns = ("documents", "characters", "sentences", "entities", "quantities", "times", "claims")
    rows = ["| split | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, members in groups.items():
        figures = statistics.describe(members, segment, shared=0).total.to_dict()
        rows.append(f"| {name} | " + " | ".join(f"{figures[column]:,}" for column in columns) + " |")
    total = sum(map(len, groups.values()))
    files = [{"split": name, "path": f"data/{name}-*.parquet"} for name in groups]
    size = "n<1K" if total < 1000 else "1K<n<10K"
    head = {**HEAD, "size_categories": [size], "configs": [{"config_name": "default", "data_files": files}]}
    shown = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    return f"---\n{shown}---\n" + CARD.format(table="\n".join(rows), first=next(iter(groups)))


def release(source: Path, target: Path) -> dict[str, int]:
    """Write the release of a corpus.

    Args:
        source: Its folder.
        target: A folder; made whole or not at all.

    Returns:
        How many documents each split has.
    """
    documents = [each for each in reading.read([source]) if isinstance(each, reading.Document)]
    groups = grouped(documents)
    parquet = required("pyarrow.parquet", "parquet")
    shown = card(groups)
    with whole_folder(target) as folder:
        (folder / "data").mkdir()
        for name, members in groups.items():
            table = arrow.table(arrow.row(each.annotation) for each in members)
            parquet.write_table(table, folder / "data" / f"{name}-00000-of-00001.parquet", compression="zstd")
        (folder / "README.md").write_text(shown, encoding="utf-8")
        for extra in (source.parent / "LICENSE", source.parents[1] / "docs" / "datasheet.md", source / splitting.LIST):
            if extra.is_file():
                shutil.copy(extra, folder / extra.name)
    return {name: len(members) for name, members in groups.items()}


def faults(source: Path) -> list[validation.Finding]:
    """What keeps a corpus from being released."""
    listed = source / splitting.LIST
    frozen = splitting.read_list(listed) if listed.is_file() else None
    return validation.validate(list(reading.read([source])), listed=frozen)


def main() -> None:
    """Check, write, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("out/corpus-release"))
    options = parser.parse_args()
    source = options.source.resolve()
    found = faults(source)
    if found:
        first = found[0]
        print(f"{first.where}: {first.message}", file=sys.stderr)
        sys.exit(f"{len(found)} findings: govclaim corpus validate {options.source} shows them")
    counts = release(source, options.output)
    print(f"{options.output}: " + ", ".join(f"{number} {name}" for name, number in counts.items()))


if __name__ == "__main__":
    main()
