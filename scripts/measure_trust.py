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
PRIOR = 4.0
"""So many names of the average rule are added to each rule's own."""

Row = tuple[str, float, float, bool]
"""A name's rule, its confidence, its rival's, whether it is right."""
Rows = dict[tuple[str, str], list[Row]]


def collect(paths: list[Path], model: Path, only: set[str]) -> Rows:
    """The names of each side and state."""
    tables = knowledge.default()
    recognizers = [backends.RuleNames(tables), backends.TaggerNames(tagger.Tagger.load(model))]
    rows: Rows = defaultdict(list)
    for annotation in (annotation for path in paths for annotation in corpus.read(path)):
        if only and annotation.id not in only:
            continue
        gold = {(item.start, item.end, item.label) for item in annotation.entities}
        work = stages.read(inputs.raw(annotation.text, annotation.meta.get("published")), None, tables)
        columns = [stages.propose_entities(work, [one], tables).entities for one in recognizers]
        seen = agreement.shown([sentence.surface.text for sentence in work.sentences], columns[1])
        for sentence, rules, ours in zip(work.sentences, *columns, strict=True):
            among_ours = agreement.Rivals(ours, sentence.surface.text, seen)
            for side, names, rivals in (("rule", rules, among_ours), ("tagger", ours, agreement.Rivals(rules))):
                for name in names:
                    span = sentence.surface.to_document(name.span)
                    state, rival = rivals.standing(name)
                    right = (span.start, span.end, name.value.label) in gold
                    rows[side, state].append((name.source, name.confidence, rival, right))
    return rows


def precision(rows: list[Row]) -> dict[str, float]:
    """How often each rule is right, drawn towards the average where it spoke seldom."""
    average = sum(row[3] for row in rows) / len(rows)
    by_rule: dict[str, list[bool]] = defaultdict(list)
    for source, _, _, right in rows:
        by_rule[source.removeprefix("rule:entity.")].append(right)
    return {
        rule: (sum(found) + PRIOR * average) / (len(found) + PRIOR)
        for rule, found in sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0]))
    }


def fit(rows: list[Row]) -> list[float]:
    """Bias and both weights, by Newton's method with a ridge on the weights."""
    design = np.array([(1.0, agreement.odds(own), agreement.odds(rival)) for _, own, rival, _ in rows])
    right = np.array([float(row[3]) for row in rows])
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
        "# nor the tagger had seen. `measured`: how often each rule is right; else bias, weight of the log odds of",
        "# a name's own confidence (a rule's: as measured) and of its rival's.",
    ]
    known = precision([row for state in agreement.STATES for row in rows["rule", state]])
    for state in agreement.STATES:
        rows["rule", state] = [
            (source, known[source.removeprefix("rule:entity.")], rival, right)
            for source, _, rival, right in rows["rule", state]
        ]
    lines += ["measured:", *(f"  {rule}: {share:.2f}" for rule, share in known.items())]
    for side in ("rule", "tagger"):
        lines.append(f"{side}:")
        for state in agreement.STATES:
            found = rows[side, state]
            if side == "rule" or state in ("other", "silent"):
                share = sum(right for *_, right in found) / max(1, len(found))
                weights = ", ".join(f"{n}: {w:.3f}" for n, w in zip(("bias", "own", "rival"), fit(found), strict=True))
                lines.append(f"  {state}: {{{weights}}}  # {len(found)} names, {share:.2f} right")
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
