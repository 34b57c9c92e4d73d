"""Measure how often names are right by rule and by the tagger's answer, and write ``src/govclaim/data/trust.yaml``.

Usage::

    python scripts/measure_trust.py HELD_OUT.jsonl [...] --model FOLDER --out src/govclaim/data/trust.yaml

The documents must be new to the rules' author and to the tagger in FOLDER (``train_tagger.py --fold``). A rule
that fired seldom leans on what all rules reach together: ``PRIOR`` more names of that share are counted in.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from govclaim import knowledge
from govclaim.pipeline import backends, inputs, stages
from govclaim.recognizers import agreement, tagger
from govclaim.training import corpus

PRIOR = 4.0
STEPS = (0.6, 0.75, 0.85, 0.92, 0.97)
SEEN = 8  # a rule that fired less often is not listed


def count(paths: list[Path], model: Path, only: set[str]) -> Counter[tuple[str, str, bool]]:
    """How often each rule and each step of confidence was right and wrong, by what the other said."""
    tables = knowledge.default()
    recognizers = [backends.RuleNames(tables), backends.TaggerNames(tagger.Tagger.load(model))]
    counts: Counter[tuple[str, str, bool]] = Counter()
    for annotation in (annotation for path in paths for annotation in corpus.read(path)):
        if only and annotation.id not in only:
            continue
        gold = {(item.start, item.end, item.label) for item in annotation.entities}
        work = stages.read(inputs.raw(annotation.text, annotation.meta.get("published")), None, tables)
        columns = [stages.propose_entities(work, [one], tables).entities for one in recognizers]
        for sentence, rules, ours in zip(work.sentences, *columns, strict=True):
            for names, others in ((rules, ours), (ours, rules)):
                for name in names:
                    span = sentence.surface.to_document(name.span)
                    right = (span.start, span.end, name.value.label) in gold
                    kind = name.source.removeprefix("rule:entity.") if names is rules else step(name.confidence)
                    counts[kind, agreement.standing(name, others), right] += 1
    return counts


def step(confidence: float) -> str:
    """The name of the tagger's step of confidence."""
    return f"tagger.{sum(confidence >= limit for limit in STEPS)}"


def share(counts: Counter[tuple[str, str, bool]], kinds: list[str], state: str, prior: float) -> float:
    """How often names of some kinds were right in one state, leaning on a prior."""
    right = sum(counts[kind, state, True] for kind in kinds)
    wrong = sum(counts[kind, state, False] for kind in kinds)
    return (right + PRIOR * prior) / (right + wrong + PRIOR)


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--ids", type=Path, help="a file with the ids of the documents to use, one a line")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    only = set(options.ids.read_text(encoding="utf-8").split()) if options.ids else set()
    counts = count(options.documents, options.model, only)
    rules = sorted({kind for kind, *_ in counts if not kind.startswith("tagger.")})
    every = [share(counts, rules, state, 0.5) for state in agreement.STATES]
    lines = [
        "# How often a name is right, measured by scripts/measure_trust.py on documents that neither the rules'",
        "# author nor the tagger had seen. Of a rule: where the tagger sees the same name, another that overlaps",
        "# it, and none.",
        "rules:",
    ]
    for rule in rules:
        if sum(counts[rule, state, right] for state in agreement.STATES for right in (True, False)) >= SEEN:
            row = [share(counts, [rule], state, prior) for state, prior in zip(agreement.STATES, every, strict=True)]
            lines.append(f"  {rule}: [{', '.join(f'{value:.3f}' for value in row)}]")
    lines += ["", "# Rules that fired too seldom.", f"any_rule: [{', '.join(f'{value:.3f}' for value in every)}]", ""]
    lines += ["# Of the tagger alone, by its confidence: below the first step, from it on, …", f"steps: {list(STEPS)}"]
    steps = [f"tagger.{number}" for number in range(len(STEPS) + 1)]
    for name, state in (("alone", "silent"), ("against", "other")):
        pooled = share(counts, steps, state, 0.5)
        row = [share(counts, [one], state, pooled) for one in steps]
        lines.append(f"{name}: [{', '.join(f'{value:.3f}' for value in row)}]")
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{sum(counts.values())} names; wrote {options.out}")


if __name__ == "__main__":
    main()
