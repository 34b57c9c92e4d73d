"""Weights that learn from new documents without forgetting the old.

The old documents are gone; what is left of them is how sharply their likelihood bends at the old weights, feature by
feature (the diagonal of its Fisher information). About those weights the old likelihood is nearly a parabola, so a
penalty of that curvature stands for the documents (Laplace's approximation; Kirkpatrick et al. 2017): weights that many
figures rest on hardly move, and those that none has needed are free.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bank", "Group", "columns", "minimised", "spread"]

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Group:
    """One figure: the features of each candidate, how right each is (0…1), and how much the figure counts."""

    names: tuple[tuple[str, ...], ...]
    right: tuple[float, ...]
    weight: float = 1.0


def columns(documents: Iterable[Iterable[str]], known: Mapping[str, float], least: int) -> dict[str, int]:
    """Which features are learnt, and in which column of the arrays.

    Args:
        documents: The features that each document shows.
        known: Features that the old model met.
        least: A feature that it never met counts if so many documents show it.
    """
    seen: dict[str, int] = defaultdict(int)
    for names in documents:
        for name in set(names):
            seen[name] += 1
    kept = sorted(name for name, count in seen.items() if count >= least or name in known)
    return {name: index for index, name in enumerate(kept)}


class Bank:
    """Figures as arrays: a conditional logit, whose likelihood is that of any right candidate.

    Args:
        groups: Figures with at least one right candidate.
        column: Of each feature that is learnt.
    """

    def __init__(self, groups: Sequence[Group], column: Mapping[str, int]) -> None:
        rows = [[column[name] for name in names if name in column] for group in groups for names in group.names]
        self.size = len(column)
        self.row = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        self.column = np.array([index for row in rows for index in row], np.int64)
        self.group = np.repeat(np.arange(len(groups)), [len(group.names) for group in groups])
        self.right = np.array([right for group in groups for right in group.right], float)
        self.weight = np.array([group.weight for group in groups], float)

    def gradient(self, w: Array) -> Array:
        """Slope of the negative log likelihood."""
        mass = self._masses(w)
        every = mass / np.bincount(self.group, weights=mass)[self.group]
        wanted = mass * self.right
        wanted = wanted / np.bincount(self.group, weights=wanted)[self.group]
        slope = (every - wanted) * self.weight[self.group]
        return np.bincount(self.column, weights=slope[self.row], minlength=self.size)

    def curvature(self, w: Array) -> Array:
        """How sharply it bends, feature by feature."""
        mass = self._masses(w)
        chance = mass / np.bincount(self.group, weights=mass)[self.group]
        bent = spread(self.group[self.row], self.column, chance[self.row], self.size)
        return np.bincount(bent[1], weights=bent[2] * self.weight[bent[0]], minlength=self.size)

    def _masses(self, w: Array) -> Array:
        score = np.bincount(self.row, weights=w[self.column], minlength=len(self.group))
        top = np.full(len(self.weight), -np.inf)
        np.maximum.at(top, self.group, score)
        # A right candidate far below the best one still has a mass that can be divided by.
        return np.asarray(np.exp(np.maximum(score - top[self.group], -200.0)))


def spread(figure: Array, column: Array, chance: Array, size: int) -> tuple[Array, Array, Array]:
    """The variance of each feature at each figure: it is there with a chance, or not.

    Args:
        figure: Of each feature of each candidate.
        column: Of that feature.
        chance: Of that candidate.
        size: How many columns there are.

    Returns:
        Figures, columns and variances, each pair once.
    """
    keys, place = np.unique(figure * size + column, return_inverse=True)
    there = np.minimum(np.bincount(place, weights=chance, minlength=len(keys)), 1.0)
    return keys // size, keys % size, there * (1 - there)


def minimised(gradient: Callable[[Array], Array], start: Array, pull: Array, steps: int) -> Array:
    """The weights where the slope of the likelihood and the pull to the start are in balance, by Rprop.

    Args:
        gradient: Slope of the negative log likelihood of the new documents.
        start: The old weights.
        pull: How firmly each is held, above 0.
        steps: Of the optimiser.
    """
    w, size, before = start.copy(), np.full(len(start), 0.02), np.zeros(len(start))
    for _ in range(steps):
        slope = gradient(w) + pull * (w - start)
        turn = slope * before
        size = np.where(turn > 0, np.minimum(size * 1.2, 1.0), np.where(turn < 0, np.maximum(size * 0.5, 1e-6), size))
        before = np.where(turn < 0, 0.0, slope)
        w = w - np.sign(before) * size
    return np.asarray(w)
