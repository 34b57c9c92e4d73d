"""Measure how firmly the shipped weights of the claims are known (``src/govclaim/data/curvature.tsv.gz``).

Usage::

    python scripts/measure_curvature.py TRAIN.jsonl [TRAIN.jsonl ...] --out src/govclaim/data/curvature.tsv.gz

The files hold annotations in govclaim's JSON, one document a line: those that the weights were learnt from, or as many
of them as may be read. To be run after every change of weights or features: ``govclaim train`` holds each weight as
firmly as the likelihood of these documents bends there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from govclaim.claims.weights import weights
from govclaim.knowledge import default
from govclaim.training import corpus, folder, parts


def main() -> None:
    """Read, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, nargs="+")
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="documents that are left out")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    knowledge, found = default(), {}
    held = [annotation for path in options.without for annotation in corpus.read(path)]
    documents = corpus.without((annotation for path in options.train for annotation in corpus.read(path)), held)
    for name, part in parts.ALL.items():
        old = weights(knowledge, part.file)
        data = [part.read(annotation, knowledge, old) for annotation in documents]
        found[name] = parts.curvature(part, data, old)
        held_by = sum(found[name].get(feature, 0.0) >= folder.FIRM for feature in old)
        print(f"{name}: {len(old)} weights, {held_by} of them held by the documents", flush=True)
    options.out.write_bytes(folder.statistics(found))


if __name__ == "__main__":
    main()
