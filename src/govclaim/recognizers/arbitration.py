"""Arbitration: one winner for each stretch of text.

Rules and models propose candidates that may overlap; a layer holds none that do. The choice is a
weighted one over all candidates together, so that a confident long name beats the doubtful short one
inside it whatever the order in which recognisers ran.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from govclaim.values import Candidate

__all__ = ["Loss", "losers", "settle"]

T = TypeVar("T")

# Sums are compared as integers: in binary floats 0.1 + 0.2 beats 0.3, and a tie would go unseen.
_SCALE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Loss(Generic[T]):
    """Why a candidate is not in its layer, for ``govclaim explain``.

    Attributes:
        candidate: The one that lost.
        winner: The first winner that it overlaps; ``None`` where it lost by having no confidence at all.
    """

    candidate: Candidate[T]
    winner: Candidate[T] | None


def settle(candidates: Iterable[Candidate[T]]) -> tuple[Candidate[T], ...]:
    """Choose the best candidates that do not overlap.

    Maximises summed confidence (weighted interval scheduling, Kleinberg & Tardos §6.1) in O(n log n).
    Of equal sums the one that covers more text wins, then the one whose candidates start earlier, are
    longer, and have the alphabetically first source. Candidates without confidence never win.

    Args:
        candidates: Of one layer and one sentence, in any order.

    Returns:
        The winners by start; the input's order does not matter.
    """
    ordered = _ordered(candidates)
    return tuple(ordered[index] for index in _chosen(ordered))


def losers(candidates: Iterable[Candidate[T]]) -> tuple[tuple[Candidate[T], ...], tuple[Loss[T], ...]]:
    """Choose like ``settle`` and say of every other candidate which winner it lost to.

    Args:
        candidates: Of one layer and one sentence, in any order.

    Returns:
        The winners by start, and a ``Loss`` for each of the rest by start.
    """
    everyone = list(candidates)
    ordered = _ordered(everyone)
    chosen = _chosen(ordered)
    taken = set(chosen)
    winners = tuple(ordered[index] for index in chosen)
    ends = [winner.span.end for winner in winners]
    lost = [
        Loss(candidate, _opponent(candidate, winners, ends))
        for index, candidate in enumerate(ordered)
        if index not in taken
    ]
    lost += [Loss(candidate, None) for candidate in everyone if _weight(candidate) <= 0]
    return winners, tuple(sorted(lost, key=lambda loss: _rank(loss.candidate)))


def _weight(candidate: Candidate[T]) -> int:
    return round(candidate.confidence * _SCALE)


def _rank(candidate: Candidate[T]) -> tuple[int, int, str, int, str]:
    span = candidate.span
    return span.start, -span.end, candidate.source, -_weight(candidate), candidate.because


def _ordered(candidates: Iterable[Candidate[T]]) -> list[Candidate[T]]:
    """Those with any confidence by preference, in an order that does not depend on the input's."""
    ordered: list[Candidate[T]] = []
    weighty = (candidate for candidate in candidates if _weight(candidate) > 0)
    for _, group in groupby(sorted(weighty, key=_rank), key=_rank):
        twins = list(group)
        # repr is slow and needed only where two differ in nothing but their value
        ordered += twins if len(twins) == 1 else sorted(twins, key=repr)
    return ordered


def _chosen(ordered: Sequence[Candidate[T]]) -> list[int]:
    """Indices of the winners, by dynamic programming from the last candidate to the first."""
    count = len(ordered)
    starts = [candidate.span.start for candidate in ordered]
    best: list[tuple[int, int]] = [(0, 0)] * (count + 1)
    after = [count] * count
    take = [False] * count
    for index in range(count - 1, -1, -1):
        span = ordered[index].span
        # An empty span ends where it starts; it must still hand on to a later candidate.
        after[index] = max(index + 1, bisect_left(starts, span.end))
        weight, length = best[after[index]]
        taken = (weight + _weight(ordered[index]), length + len(span))
        take[index] = taken >= best[index + 1]
        best[index] = taken if take[index] else best[index + 1]
    chosen: list[int] = []
    index = 0
    while index < count:
        if take[index]:
            chosen.append(index)
        index = after[index] if take[index] else index + 1
    return chosen


def _opponent(candidate: Candidate[T], winners: Sequence[Candidate[T]], ends: Sequence[int]) -> Candidate[T] | None:
    index = bisect_right(ends, candidate.span.start)
    return winners[index] if index < len(winners) else None
