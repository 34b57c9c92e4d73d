"""Build ``src/govclaim/data/divisions.csv.gz`` from a table of administrative divisions.

The facts (code, name) are those of the National Bureau of Statistics, edition of 2023 (codes for
statistical use, as republished under the WTFPL by github.com/modood/Administrative-divisions-of-China).
Level and parent are not stored: a code of 2, 4, 6 or 9 digits is a province, prefecture, county or
township, and a parent's code is the prefix of its children's.

Usage::

    python scripts/build_divisions.py divisions.tsv.gz

where the input has the tab-separated columns code, name, level and parent and a header line.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "govclaim" / "data" / "divisions.csv.gz"
# Rows that only group others in the statistics and name no place.
GROUPING = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def rows(source: Path) -> list[tuple[str, str]]:
    """Read (code, name) of every division that has a name of its own.

    Args:
        source: The tab-separated table, gzipped.

    Returns:
        The rows by code.

    Raises:
        ValueError: A parent is not the prefix of its child, so that it could not be left out.
    """
    kept = []
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            code, name, _, parent = line.rstrip("\n").split("\t")
            if not code.startswith(parent):
                raise ValueError(f"{code} {name}: {parent} is no prefix")
            if name not in GROUPING:
                kept.append((code, name))
    return sorted(kept)


def main(source: Path) -> None:
    """Write the table; the same input gives the same bytes."""
    lines = [
        "# code,name: administrative divisions of China (National Bureau of Statistics, 2023);",
        "# built by scripts/build_divisions.py",
        *(f"{code},{name}" for code, name in rows(source)),
    ]
    with TARGET.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())
    print(f"{TARGET}: {len(lines) - 2} divisions, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
