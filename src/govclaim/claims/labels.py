"""A log-linear choice among a few fixed labels: the sum of the traits' weights for each, and the highest wins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from govclaim.claims.weights import weights
from govclaim.knowledge import Knowledge

__all__ = ["Table", "choose", "table"]

Table = Mapping[str, Sequence[float]]
"""For each trait its weight under each of the labels, in their order."""


def table(knowledge: Knowledge, name: str, labels: Sequence[str]) -> Table:
    """The fitted weights of a file with ``label|trait`` lines, by trait, read once.

    Args:
        knowledge: The tables.
        name: File name, for example ``kinds.tsv.gz``.
        labels: In the order in which ``choose`` weighs them.

    Raises:
        KnowledgeError: The file is missing or damaged.
    """
    return knowledge.derived(f"table of {name}", lambda tables: _by_trait(weights(tables, name), labels))


def _by_trait(weight: Mapping[str, float], labels: Sequence[str]) -> Table:
    rows: dict[str, list[float]] = {}
    for line, value in weight.items():
        label, _, trait = line.partition("|")
        rows.setdefault(trait, [0.0] * len(labels))[labels.index(label)] = value
    return {trait: tuple(row) for trait, row in rows.items()}


def choose(traits: Sequence[str], weigh: Table, labels: Sequence[str]) -> tuple[str, float]:
    """The label with the highest sum, of equals the first, and its share in the softmax of all.

    Args:
        traits: At least one; one that the table does not know weighs nothing.
        weigh: As ``table`` gives it.
        labels: The same.
    """
    nothing = (0.0,) * len(labels)
    sums = [sum(column) for column in zip(*[weigh.get(trait, nothing) for trait in traits], strict=True)]
    top = max(sums)
    return labels[sums.index(top)], 1.0 / sum([math.exp(each - top) for each in sums])
