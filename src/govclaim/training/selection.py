"""Which of several ways to learn is best, told on documents that it did not learn from."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from govclaim.training.parts import Part, Weights

__all__ = ["Choice", "best"]

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Choice:
    """The weights of the best way.

    Attributes:
        weights: Learnt from all documents.
        label: Which way it was; empty where the old weights were not to be bettered.
        figures: How many figures it was told on.
        before: How many the old weights got right; ``None`` without old weights.
        after: How many the chosen ones do.
        tried: How many each way got right.
    """

    weights: Weights
    label: str
    figures: int
    before: int | None
    after: int
    tried: dict[str, int]


def best(
    part: Part[D],
    ways: dict[str, Callable[[Sequence[D]], Weights]],
    documents: Sequence[D],
    dev: Sequence[D] | None,
    *,
    old: Weights | None,
    folds: int,
    seed: int,
    step: Callable[[], object] = lambda: None,
) -> Choice:
    """Learn by the best way.

    Args:
        part: What is learnt.
        ways: By their labels; of equals the first wins.
        documents: To learn from.
        dev: To choose on; ``None`` for each fold of ``documents`` in turn.
        old: Weights that a way must better.
        folds: How many, at most one a document.
        seed: Of the folds.
        step: Called after each fit.
    """
    order = list(range(len(documents)))
    random.Random(seed).shuffle(order)
    parts = [order[at::folds] for at in range(min(folds, len(order)))] if dev is None else []
    held = documents if dev is None else dev
    figures = sum(part.size(document) for document in held)
    before = None if old is None else part.right(held, old)
    tried, found = {}, {}
    for label, learn in ways.items():
        if dev is not None:
            found[label] = learn(documents)
            tried[label] = part.right(dev, found[label])
            step()
            continue
        tried[label] = 0
        for fold in parts if len(ways) > 1 or old is not None else []:
            left_out = set(fold)
            weights = learn([each for index, each in enumerate(documents) if index not in left_out])
            tried[label] += part.right([documents[index] for index in fold], weights)
            step()
    label = max(tried, key=lambda name: tried[name])
    if old is not None and before is not None and tried[label] <= before:
        return Choice(old, "", figures, before, before, tried)
    if dev is None:
        found[label] = learn_all = ways[label](documents)
        step()
        return Choice(learn_all, label, figures, before, tried[label], tried)
    return Choice(found[label], label, figures, before, tried[label], tried)
