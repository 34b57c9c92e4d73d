"""A log-linear ranker: chooses among the phrases that the grammar proposes.

The score of a phrase is the sum of the weights of its features (``indicators.features``); the
probabilities are a softmax over the phrases of one figure. Weights are learnt from annotated text by
``scripts/train_ranker.py`` and kept as text, one feature a line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = ["choose"]


def choose(
    routes: Sequence[str],
    shared: Mapping[str, Sequence[str]],
    own: Sequence[Sequence[str]],
    weight: Mapping[str, float],
) -> tuple[int, float]:
    """The best of several candidates.

    Args:
        routes: Of each candidate.
        shared: Features that all candidates of a route have.
        own: Further features of each candidate.
        weight: Of each feature; an unknown one weighs nothing.

    Returns:
        Index of the best (the first of equals) and its probability.

    Raises:
        ValueError: There is no candidate.
    """
    base = {route: _sum(names, weight) for route, names in shared.items()}
    scores = [base[route] + _sum(names, weight) for route, names in zip(routes, own, strict=True)]
    best = max(range(len(scores)), key=scores.__getitem__)
    top = scores[best]
    return best, 1.0 / sum([math.exp(score - top) for score in scores])


def _sum(names: Sequence[str], weight: Mapping[str, float]) -> float:
    return sum([weight[name] for name in names if name in weight])
