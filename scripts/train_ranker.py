"""Learn the weights that choose a figure's indicator (``src/govclaim/data/ranker.tsv.gz``).

Usage::

    python scripts/train_ranker.py TRAIN.jsonl [TRAIN.jsonl ...] --dev DEV.jsonl --out src/govclaim/data/ranker.tsv.gz

The files hold annotations in govclaim's JSON, one document a line. The development file is only measured.
"""

from __future__ import annotations

import argparse
import gzip
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from govclaim.knowledge import default
from govclaim.schema import Annotation
from govclaim.training import corpus, domains, ranker

LEAST = 0.06  # weights nearer to zero change no choice


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, nargs="+")
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="documents that are not learnt from")
    parser.add_argument("--beside", type=Path, nargs="*", default=[], help="annotated by others (training.domains)")
    parser.add_argument("--mean-with", type=Path, help="weights of another fit, which count as much as these")
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, nargs="+", default=[0, 1, 2, 3], help="of several fits the mean is taken")
    options = parser.parse_args()
    held = [annotation for path in options.without for annotation in corpus.read(path)]
    data = [replace(example, domain="home") for path in options.train for example in read(path, held)]
    data += [replace(example, domain="beside") for path in options.beside for example in read(path, held)]
    weight: dict[str, float] = defaultdict(float)
    for seed in options.seed:
        for name, value in domains.folded(ranker.fit(data, epochs=options.epochs, seed=seed), "home").items():
            weight[name] += value / len(options.seed)
    if options.mean_with:
        weight = mean(weight, read_weights(options.mean_with))
    rows = sorted((name, round(value, 2)) for name, value in weight.items() if abs(value) >= LEAST)
    seen = ranker.accuracy(data, dict(rows))[0]
    print(f"{len(data)} figures, {len(rows)} weights; right on the training figures: {seen:.3f}")
    if options.dev:
        right, possible = ranker.accuracy(read(options.dev, []), dict(rows))
        print(f"development figures: {right:.3f} right, {possible:.3f} among the candidates")
    text = "# feature, weight\n" + "".join(f"{name}\t{value}\n" for name, value in rows)
    with options.out.open("wb") as file, gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
        packed.write(text.encode())


def read_weights(path: Path) -> dict[str, float]:
    """Features and weights of a packed table."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    rows = (line.rpartition("\t") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in rows}


def mean(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """What two fits say on average; a feature that one does not know weighs nothing there."""
    return {name: (one.get(name, 0.0) + other.get(name, 0.0)) / 2 for name in {*one, *other}}


def read(path: Path, held: list[Annotation]) -> list[ranker.Example]:
    """All figures of a file of annotations, without the documents held back."""
    knowledge = default()
    kept = corpus.without(corpus.read(path), held)
    return [example for annotation in kept for example in ranker.examples(annotation, knowledge)]


if __name__ == "__main__":
    main()
