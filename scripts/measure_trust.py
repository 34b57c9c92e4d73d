"""Measure how far to believe names of the rules and of the tagger, and write ``src/govclaim/data/trust.yaml``.

Usage::

    python scripts/measure_trust.py HELD_OUT.jsonl [...] --model FOLDER --out src/govclaim/data/trust.yaml

The documents must be new to the rules' author and to the tagger in FOLDER (``train_tagger.py --fold``). For each
way in which the two can stand to each other a logistic regression of being right is fitted, on the log odds of the
name's own confidence and of the other's that overlaps it. Without ``--ids`` all documents count.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from govclaim import knowledge
from govclaim.pipeline import backends, inputs, stages
from govclaim.recognizers import agreement, tagger
from govclaim.training import corpus

RIDGE = 1.0

Rows = dict[tuple[str, str], list[tuple[float, float, bool]]]


def collect(paths: list[Path], model: Path, only: set[str]) -> Rows:
    """For each side and state: log odds of a name, of the other's, and whether it is right."""
    tables = knowledge.default()
    recognizers = [backends.RuleNames(tables), backends.TaggerNames(tagger.Tagger.load(model))]
    rows: Rows = defaultdict(list)
    for annotation in (annotation for path in paths for annotation in corpus.read(path)):
        if only and annotation.id not in only:
            continue
        gold = {(item.start, item.end, item.label) for item in annotation.entities}
        work = stages.read(inputs.raw(annotation.text, annotation.meta.get("published")), None, tables)
        columns = [stages.propose_entities(work, [one], tables).entities for one in recognizers]
        for sentence, rules, ours in zip(work.sentences, *columns, strict=True):
            for side, names, others in (("rule", rules, ours), ("tagger", ours, rules)):
                rivals = agreement.Rivals(others)
                for name in names:
                    span = sentence.surface.to_document(name.span)
                    state, rival = rivals.standing(name)
                    right = (span.start, span.end, name.value.label) in gold
                    rows[side, state].append((agreement.odds(name.confidence), agreement.odds(rival), right))
    return rows


def fit(rows: list[tuple[float, float, bool]]) -> list[float]:
    """Bias and both weights, by Newton's method with a ridge on the weights."""
    design = np.array([(1.0, own, rival) for own, rival, _ in rows])
    right = np.array([float(row[2]) for row in rows])
    weights, ridge = np.zeros(3), RIDGE * np.diag([1e-3, 1.0, 1.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (right - chance) - ridge @ weights
        curve: Any = design.T @ (design * (chance * (1 - chance))[:, None]) + ridge
        weights = weights + np.linalg.solve(curve, slope)
    return [float(weight) for weight in weights]


def main() -> None:
    """Collect, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--ids", type=Path, help="a file with the ids of the documents to use, one a line")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    only = set(options.ids.read_text(encoding="utf-8").split()) if options.ids else set()
    rows = collect(options.documents, options.model, only)
    lines = [
        "# How far to believe a name, fitted by scripts/measure_trust.py on documents that neither the rules' author",
        "# nor the tagger had seen: bias, weight of the log odds of its own confidence, of the other's that meets it.",
    ]
    for side in ("rule", "tagger"):
        lines.append(f"{side}:")
        for state in agreement.STATES:
            found = rows[side, state]
            if (side, state) != ("tagger", "same"):
                share = sum(right for *_, right in found) / max(1, len(found))
                weights = ", ".join(f"{n}: {w:.3f}" for n, w in zip(("bias", "own", "rival"), fit(found), strict=True))
                lines.append(f"  {state}: {{{weights}}}  # {len(found)} names, {share:.2f} right")
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
