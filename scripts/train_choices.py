"""Fit the weights that choose what a figure states, its subject, period and modality.

Usage::

    python scripts/train_choices.py subjects TRAIN.jsonl [TRAIN.jsonl ...] --dev DEV.jsonl \
        --out src/govclaim/data/subjects.tsv.gz
    python scripts/train_choices.py periods TRAIN.jsonl ... --out src/govclaim/data/periods.tsv.gz
    python scripts/train_choices.py kinds TRAIN.jsonl ... --out src/govclaim/data/kinds.tsv.gz
    python scripts/train_choices.py modality TRAIN.jsonl ... --out src/govclaim/data/modality.tsv.gz

The files hold annotations in govclaim's JSON, one document a line. The development file is only measured. Files named
``--beside`` are of other annotators: of them (not of subjects) what both hands do is learnt (``training.domains``).
"""

from __future__ import annotations

import argparse
import gzip
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from govclaim.knowledge import Knowledge, default
from govclaim.schema import Annotation
from govclaim.training import chains, choices, corpus, domains, kinds, labels, modality

LEAST = {"kinds": 0.15, "modality": 0.1, "periods": 0.05, "subjects": 0.02}  # weights nearer to zero change no choice

LOG_LINEAR = {"kinds": kinds, "modality": modality}


def main() -> None:
    """Fit, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=sorted(LEAST))
    parser.add_argument("train", type=Path, nargs="+")
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="documents that are not learnt from")
    parser.add_argument("--beside", type=Path, nargs="*", default=[], help="annotated by others")
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--l2", type=float, nargs="+", default=[4.0], help="of several fits the mean is taken")
    options = parser.parse_args()
    knowledge = default()
    held = [annotation for path in options.without for annotation in corpus.read(path)]
    train = corpus.without((annotation for path in options.train for annotation in corpus.read(path)), held)
    beside = corpus.without((annotation for path in options.beside for annotation in corpus.read(path)), held)
    weights = fitted(options.what, train, beside, knowledge, options.l2)
    least = LEAST[options.what]
    kept = {trait: round(weight, 2) for trait, weight in sorted(weights.items()) if abs(weight) >= least}
    print(f"{len(train) + len(beside)} documents, {len(kept)} weights")
    if options.dev:
        print(f"development figures: {measured(options.what, corpus.read(options.dev), knowledge, kept)}")
    if options.out:
        text = "# trait, weight\n" + "".join(f"{trait}\t{weight}\n" for trait, weight in kept.items())
        with options.out.open("wb") as file, gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
            packed.write(text.encode())


def fitted(
    what: str, train: list[Annotation], beside: list[Annotation], knowledge: Knowledge, penalties: list[float]
) -> dict[str, float]:
    """The mean of the weights that each penalty gives, or (kinds and modality) each seed."""
    if what in LOG_LINEAR:
        model = LOG_LINEAR[what]
        figures = [
            replace(figure, domain=domain)
            for domain, annotations in (("home", train), ("beside", beside))
            for annotation in annotations
            for figure in model.examples(annotation, knowledge)
        ]
        fits = [domains.folded(labels.fit(figures, seed=seed), "home") for seed in range(2)]
    elif what == "periods":
        taught = [domains.marked(chains.period_chain(annotation, knowledge), "home") for annotation in train]
        taught += [domains.marked(chains.period_chain(annotation, knowledge), "beside") for annotation in beside]
        fits = [domains.folded(chains.fit(taught, l2=l2), "home") for l2 in penalties]
    else:
        fits = [choices.fit_twice([*train, *beside], knowledge, choices.subject_examples, l2=l2) for l2 in penalties]
    weights: dict[str, float] = defaultdict(float)
    for fit in fits:
        for trait, weight in fit.items():
            weights[trait] += weight / len(fits)
    return weights


def measured(what: str, dev: list[Annotation], knowledge: Knowledge, weights: dict[str, float]) -> str:
    """How many figures get what was annotated."""
    if what in LOG_LINEAR:
        model = LOG_LINEAR[what]
        figures = [figure for annotation in dev for figure in model.examples(annotation, knowledge)]
        return f"{labels.accuracy(figures, weights):.3f} right"
    if what == "periods":
        right, possible = chains.accuracy([chains.period_chain(each, knowledge) for each in dev], weights)
    else:
        right, possible = choices.accuracy(dev, knowledge, choices.subject_examples, weights)
    return f"{right:.3f} right, {possible:.3f} among the candidates"


if __name__ == "__main__":
    main()
