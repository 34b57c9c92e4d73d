"""Fit the weights that choose a figure's subject and period.

Usage::

    python scripts/train_choices.py subjects TRAIN.jsonl [TRAIN.jsonl ...] --dev DEV.jsonl \
        --out src/govclaim/data/subjects.tsv.gz
    python scripts/train_choices.py periods TRAIN.jsonl ... --out src/govclaim/data/periods.tsv.gz

The files hold annotations in govclaim's JSON, one document a line. The development file is only measured.
"""

from __future__ import annotations

import argparse
import gzip
from collections import defaultdict
from pathlib import Path

from govclaim.knowledge import default
from govclaim.training import chains, choices, corpus

LEAST = 0.02  # weights nearer to zero change no choice


def main() -> None:
    """Fit, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["periods", "subjects"])
    parser.add_argument("train", type=Path, nargs="+")
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--l2", type=float, nargs="+", default=[4.0], help="of several fits the mean is taken")
    options = parser.parse_args()
    knowledge = default()
    train = [annotation for path in options.train for annotation in corpus.read(path)]
    taught = [chains.period_chain(annotation, knowledge) for annotation in train] if options.what == "periods" else []
    weights: dict[str, float] = defaultdict(float)
    for l2 in options.l2:
        if options.what == "periods":
            fitted = chains.fit(taught, l2=l2)
        else:
            fitted = choices.fit_twice(train, knowledge, choices.subject_examples, l2=l2)
        for trait, weight in fitted.items():
            weights[trait] += weight / len(options.l2)
    kept = {trait: round(weight, 2) for trait, weight in sorted(weights.items()) if abs(weight) >= LEAST}
    print(f"{len(train)} documents, {len(kept)} weights")
    if options.dev:
        dev = corpus.read(options.dev)
        if options.what == "periods":
            measured = [chains.period_chain(annotation, knowledge) for annotation in dev]
            right, possible = chains.accuracy(measured, kept)
        else:
            right, possible = choices.accuracy(dev, knowledge, choices.subject_examples, kept)
        print(f"development figures: {right:.3f} right, {possible:.3f} among the candidates")
    if options.out:
        text = "# trait, weight\n" + "".join(f"{trait}\t{weight}\n" for trait, weight in kept.items())
        with options.out.open("wb") as file, gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
            packed.write(text.encode())


if __name__ == "__main__":
    main()
