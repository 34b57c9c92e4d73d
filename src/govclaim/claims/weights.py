"""Fitted weights: a table of feature and weight, kept as text, one feature a line.

``training`` fits them from annotated text; ``scripts/`` holds the commands.
"""

from __future__ import annotations

from collections.abc import Mapping

from govclaim.errors import KnowledgeError
from govclaim.knowledge import Knowledge

__all__ = ["weights"]


def weights(knowledge: Knowledge, name: str) -> Mapping[str, float]:
    """The weights of a file, read once.

    Args:
        knowledge: The tables; of an overlay's and the shipped weight of one feature the overlay's holds.
        name: File name, for example ``ranker.tsv.gz``.

    Raises:
        KnowledgeError: The file is missing, or a line is not a feature, a tab and a number.
    """
    return knowledge.derived(name, lambda tables: _read(tables, name))


def _read(knowledge: Knowledge, name: str) -> Mapping[str, float]:
    table: dict[str, float] = {}
    for number, line in enumerate(knowledge.entries(name), start=1):
        feature, _, value = line.rpartition("\t")
        try:
            table[feature] = float(value)
        except ValueError as error:
            raise KnowledgeError("the line is not feature, tab, weight", where=f"{name}: entry {number}") from error
    return table
