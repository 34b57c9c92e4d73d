"""Fit what the claims' confidence comes from.

Usage::

    python scripts/fit_confidence.py HELD.jsonl ... --dev DEV.jsonl --out src/govclaim/data/confidence.tsv.gz

The files hold annotated documents that no other weights were learnt from. The development file is only measured.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

from govclaim import calibration
from govclaim.claims import confidence
from govclaim.knowledge import default
from govclaim.training import confidence as training
from govclaim.training import corpus, measuring


def main() -> None:
    """Fit, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("held", type=Path, nargs="+")
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--l2", type=float, default=1.0)
    options = parser.parse_args()
    nlp = measuring.pipeline(None)
    held = [annotation for path in options.held for annotation in corpus.read(path)]
    data = training.examples(held, nlp, default())
    weights = {name: round(weight, 3) for name, weight in training.fit(data, l2=options.l2).items()}
    print(f"{len(held)} documents, {len(data)} claims, {len(weights)} weights")
    print(told(data, weights))
    if options.dev:
        print("development:", told(training.examples(corpus.read(options.dev), nlp, default()), weights))
    if options.out:
        text = "# feature, weight\n" + "".join(f"{name}\t{weight}\n" for name, weight in sorted(weights.items()))
        with options.out.open("wb") as file, gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
            packed.write(text.encode())


def told(data: list[training.Example], weights: dict[str, float]) -> str:
    """The calibration in words."""
    judged = []
    for features, exact in data:
        judged.append((confidence.chance(features, weights), exact))
    found = calibration.measured(judged)
    kept = ", ".join(f"{row.least:.2f}: {row.kept:.2f} of them, {row.exact or 0:.3f} exact" for row in found.rows)
    return f"calibration error {found.error or 0:.3f}; {kept}"


if __name__ == "__main__":
    main()
