"""Measure what an update gains on new documents and loses on old ones, part by part, on annotated layers.

Usage::

    python scripts/measure_update.py BASE --new NEW.jsonl --user 50 --seed 7 --old DEV.jsonl --keep 1 3

BASE is a model's folder. So many of the new documents as ``--user`` says are learnt from, the others are measured on.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from govclaim.training import corpus, course, parts, settings


def main() -> None:
    """Adapt each part, and count right figures before and after."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base")
    parser.add_argument("--new", type=Path, required=True)
    parser.add_argument("--user", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--old", type=Path, required=True)
    parser.add_argument("--keep", type=float, nargs="+", default=[3.0])
    options = parser.parse_args()
    documents = corpus.read(options.new)
    random.Random(options.seed).shuffle(documents)
    user, held = documents[: options.user], documents[options.user :]
    old = corpus.read(options.old)
    start, how = course.started(options.base), settings.read()
    for name, part in parts.ALL.items():
        weights, bent = start.old[name], start.bent.get(name, {})
        read = [part.read(each, start.knowledge, weights) for each in user]
        found = {keep: parts.adapted(part, read, weights, bent, keep, how) for keep in options.keep}
        for what, group in (("new", held), ("old", old)):
            data = [part.read(each, start.knowledge, {}) for each in group]
            after = ", ".join(f"keep {keep:g}: {part.right(data, new)}" for keep, new in found.items())
            figures = sum(part.size(each) for each in data)
            print(f"{name}, {what}: of {figures} figures {part.right(data, weights)} right before; {after}", flush=True)


if __name__ == "__main__":
    main()
