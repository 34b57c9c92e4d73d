"""Time of `govclaim reconcile` on many claims.

    python benchmarks/reconcile.py [--claims 100000]

The annotated pages of `corpora/drafts`, over and over, every copy of other places (their codes are changed), half of
the copies once more a day later as reprints. The time is that of the whole process, with reading the file.
"""

import argparse
import gzip
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "corpora" / "drafts"


def pages():
    for name in ("county-pages.jsonl.gz", "county-claims.jsonl.gz"):
        with gzip.open(FOLDER / name, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def copy(page, number):
    made = {**page, "id": f"{page['id']}-{number}"}
    made["entities"] = [
        {**each, "link": f"{int(each['link']) + number // 2:d}"} if each.get("link") else each
        for each in page["entities"]
    ]
    return made


def write(path, wanted):
    known, count = list(pages()), 0
    copies = ((page, number) for number in itertools.count() for page in known)
    with path.open("w", encoding="utf-8") as lines:
        while count < wanted:
            page, number = next(copies)
            lines.write(json.dumps(copy(page, number), ensure_ascii=False) + "\n")
            count += len(page["claims"])
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=100_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.jsonl"
        count = write(path, parser.parse_args().claims)
        command = [sys.executable, "-m", "govclaim.cli", "reconcile", path]
        start = time.perf_counter()
        rows = subprocess.run(command, capture_output=True, check=True).stdout.splitlines()
        seconds = time.perf_counter() - start
    print(f"{count} claims in {seconds:.1f} s ({count / seconds:.0f} a second), {len(rows) - 1} values")


if __name__ == "__main__":
    main()
