"""How far the confidence of claims can be believed.

Of claims with confidence 0.8, four of five should be exact. The expected calibration error (Naeini, Cooper &
Hauskrecht 2015) is the mean distance between the two over ten bins of equal width, weighted by their claims.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["THRESHOLDS", "Calibration", "Kept", "measured"]

THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
"""Confidences that ``measured`` cuts at."""
_BINS = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """What a threshold leaves.

    Attributes:
        least: The threshold.
        claims: How many claims are at least so sure.
        kept: Their share of all.
        exact: The share of them that is exact; ``None`` where there is none.
    """

    least: float
    claims: int
    kept: float
    exact: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidence against truth.

    Attributes:
        claims: Claims that have a confidence.
        error: The expected calibration error; ``None`` without claims.
        rows: One for each of ``THRESHOLDS``.
    """

    claims: int
    error: float | None
    rows: tuple[Kept, ...]


def measured(judged: Iterable[tuple[float | None, bool]]) -> Calibration:
    """Compare confidences with what gold says.

    Args:
        judged: Of each predicted claim its confidence and whether it is exact (``scoring.Report.judged``).
    """
    sure = [(confidence, exact) for confidence, exact in judged if confidence is not None]
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, exact in sure:
        bins.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, exact))
    gaps = [abs(sum(c for c, _ in each) - sum(exact for _, exact in each)) for each in bins.values()]
    rows = []
    for least in THRESHOLDS:
        left = [exact for confidence, exact in sure if confidence >= least]
        rows.append(Kept(least, len(left), len(left) / max(1, len(sure)), sum(left) / len(left) if left else None))
    return Calibration(len(sure), sum(gaps) / len(sure) if sure else None, tuple(rows))
