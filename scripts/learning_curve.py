"""Print what more annotated documents teach: accuracy and exact claims with weights of parts of the documents.

Usage::

    python scripts/learning_curve.py corpora/gold/train.jsonl.gz --dev corpora/gold/dev.jsonl.gz
    python scripts/learning_curve.py TRAIN.jsonl ... --dev DEV.jsonl ... --parts ranker kinds --shares 25 50 100

Documents are drawn whole, each part within the next larger one. The accuracy of a part is that on the annotated
layers of the development documents; exact claims are end to end, from their bare text, with the parts that were
fitted here and all else as shipped (which has seen the shipped training documents). Development documents are only
measured, and left out of what is learnt.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from govclaim import scoring
from govclaim.knowledge import default
from govclaim.schema import Annotation
from govclaim.training import corpus, measuring
from govclaim.training.curve import PARTS, fitted, nested, write


def main() -> None:
    """Fit on each share, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, nargs="+")
    parser.add_argument("--dev", type=Path, nargs="+", required=True)
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--shares", type=int, nargs="+", default=[25, 50, 100], help="per cent of the documents")
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    parser.add_argument("--fits", type=int, default=1, help="of several fits the mean is taken")
    parser.add_argument("--layers-only", action="store_true", help="measure no exact claims end to end")
    options = parser.parse_args()
    devs = {path: corpus.read(path) for path in options.dev}
    held = [annotation for documents in devs.values() for annotation in documents]
    train = corpus.without((annotation for path in options.train for annotation in corpus.read(path)), held)
    began, knowledge = time.process_time(), default()
    learnt = [{name: PARTS[name].read(annotation, knowledge) for name in options.parts} for annotation in train]
    measured = {
        path: {name: [item for each in dev for item in PARTS[name].read(each, knowledge)] for name in options.parts}
        for path, dev in devs.items()
    }
    for number, (path, dev) in enumerate(devs.items(), start=1):
        print(f"{number}: {path}, {len(dev)} documents, {sum(len(each.claims) for each in dev)} claims")
    headings = (*options.parts, *measures(options.layers_only))
    columns = [f"{number}: {name}" for number in range(1, len(devs) + 1) for name in headings]
    print("\n| % | documents | claims | " + " | ".join(columns) + " |")
    print("|---:" * (3 + len(columns)) + "|", flush=True)
    drawn = nested(range(len(train)), options.shares, seed=options.seed)
    for percent, chosen in zip(options.shares, drawn, strict=True):
        weights = {
            name: fitted(PARTS[name], [x for i in chosen for x in learnt[i][name]], range(options.fits))
            for name in options.parts
        }
        cells = [f"{percent}", f"{len(chosen)}", f"{sum(len(train[i].claims) for i in chosen)}"]
        for path, dev in devs.items():
            cells += [f"{PARTS[name].right(measured[path][name], weights[name]):.3f}" for name in options.parts]
            cells += [] if options.layers_only else exact(dev, weights)
        print("| " + " | ".join(cells) + " |", flush=True)
    print(f"\n{time.process_time() - began:.0f} seconds of processor time, seed {options.seed}, {options.fits} fits")


def measures(layers_only: bool) -> list[str]:
    """Headings of what is measured end to end."""
    return [] if layers_only else ["claims exact"]


def exact(dev: list[Annotation], weights: dict[str, dict[str, float]]) -> list[str]:
    """Claims exact on bare texts, by a model of these weights."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), weights)
        predicted = measuring.annotated(dev, measuring.pipeline(folder))
    row = scoring.score(dev, predicted, bootstrap=0).row("claims.exact")
    return ["–" if row.f1 is None else f"{row.f1:.3f}"]


if __name__ == "__main__":
    main()
