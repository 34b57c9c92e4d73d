"""Settlement: what the layers of one sentence may keep beside each other.

Arbitration leaves no overlap inside a layer; here the layers meet. A figure inside a name belongs to
the name (八一 in 北苑中心园八一校区), one inside a time to the time (5 in 3月5日), and a character inside
a unit is no name (港 in 300亿港元).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from govclaim.recognizers.arbitration import losers, settle
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Entity, Layers, Numeral, Quantity, Sentence, Time

__all__ = ["Defeat", "contest", "reconcile"]

T = TypeVar("T")

# A name that its own recogniser doubts does not silence a figure.
_DOUBTED = 0.5

_LEAST = 0.5
"""A name that is more likely wrong than right is left out."""


@dataclass(frozen=True, slots=True)
class Defeat:
    """Why a candidate is in no layer, for ``govclaim explain``.

    Attributes:
        layer: ``quantity`` ``time`` ``entity``: where it would have stood.
        candidate: The one that lost.
        winner: What it overlaps; ``None`` where it had no confidence at all.
    """

    layer: str
    candidate: Candidate[Any]
    winner: Candidate[Any] | None


def reconcile(
    sentence: Sentence,
    numerals: Sequence[Numeral],
    quantities: Sequence[Candidate[Quantity]],
    times: Sequence[Candidate[Time]],
    entities: Sequence[Candidate[Entity]],
) -> Layers:
    """Settle every layer of one sentence, then what the layers take from each other.

    Args:
        sentence: The sentence.
        numerals: Its numerals.
        quantities: Candidates in any order; so are the next two.
        times: Resolved.
        entities: From rules and models.

    Returns:
        The sentence's layers, each by start and without overlaps.
    """
    return _decide(sentence, numerals, quantities, times, entities, None)


def contest(
    sentence: Sentence,
    quantities: Sequence[Candidate[Quantity]],
    times: Sequence[Candidate[Time]],
    entities: Sequence[Candidate[Entity]],
) -> tuple[Defeat, ...]:
    """Say of every candidate that ``reconcile`` leaves out what it lost to.

    Args:
        sentence: The sentence.
        quantities: Its candidates; so are the next two.
        times: Resolved.
        entities: From rules and models.

    Returns:
        The defeats by start.
    """
    defeats: list[Defeat] = []
    _decide(sentence, (), quantities, times, entities, defeats)
    return tuple(sorted(defeats, key=lambda defeat: (defeat.candidate.span, defeat.layer, defeat.candidate.source)))


def _decide(
    sentence: Sentence,
    numerals: Sequence[Numeral],
    quantities: Sequence[Candidate[Quantity]],
    times: Sequence[Candidate[Time]],
    entities: Sequence[Candidate[Entity]],
    defeats: list[Defeat] | None,
) -> Layers:
    names = _within("entity", _believed(entities, defeats), defeats)
    strong = tuple(name for name in names if name.confidence >= _DOUBTED)
    dates = _within("time", _outside("time", times, strong, defeats), defeats)
    figures = _outside("quantity", quantities, strong, defeats)
    figures = _within("quantity", _apart("quantity", figures, dates, defeats), defeats)
    names = _outside("entity", names, figures, defeats)
    return Layers(sentence, tuple(numerals), tuple(figures), tuple(dates), tuple(names))


def _believed(names: Sequence[Candidate[Entity]], defeats: list[Defeat] | None) -> Sequence[Candidate[Entity]]:
    """Names that are more likely right than wrong; one that several recognisers give stands once."""
    best: dict[tuple[SurfaceSpan, str], Candidate[Entity]] = {}
    for name in names:
        key = (name.span, name.value.label)
        if key not in best or name.confidence > best[key].confidence:
            best[key] = name
    kept = [name for name in best.values() if name.confidence >= _LEAST]
    if defeats is not None:
        defeats.extend(Defeat("entity", name, None) for name in best.values() if name.confidence < _LEAST)
    return kept


def _within(layer: str, candidates: Sequence[Candidate[T]], defeats: list[Defeat] | None) -> Sequence[Candidate[T]]:
    """The winners of one layer."""
    if len(candidates) < 2 and defeats is None:
        return tuple(candidate for candidate in candidates if candidate.confidence > 0)
    if defeats is None:
        return settle(candidates)
    winners, lost = losers(candidates)
    defeats += [Defeat(layer, loss.candidate, loss.winner) for loss in lost]
    return winners


def _outside(
    layer: str, candidates: Sequence[Candidate[T]], others: Sequence[Candidate[Any]], defeats: list[Defeat] | None
) -> Sequence[Candidate[T]]:
    """Those that lie inside none of ``others``.

    A plan's years stay a time where a name begins with them: the name says what, the time says when.
    """
    if not others or not candidates:
        return candidates
    starts = [other.span.start for other in others]
    kept: list[Candidate[T]] = []
    for candidate in candidates:
        index = bisect_right(starts, candidate.span.start) - 1
        holder = others[index] if index >= 0 and others[index].span.contains(candidate.span) else None
        if holder is None or _is_plan(candidate):
            kept.append(candidate)
        elif defeats is not None:
            defeats.append(Defeat(layer, candidate, holder))
    return kept


def _apart(
    layer: str, candidates: Sequence[Candidate[T]], others: Sequence[Candidate[Any]], defeats: list[Defeat] | None
) -> Sequence[Candidate[T]]:
    """Those that overlap none of ``others``, or only ones with less confidence."""
    if not others or not candidates:
        return candidates
    ends = [other.span.end for other in others]
    kept: list[Candidate[T]] = []
    for candidate in candidates:
        index = bisect_right(ends, candidate.span.start)
        rival = others[index] if index < len(others) and others[index].span.overlaps(candidate.span) else None
        if rival is None or candidate.confidence > rival.confidence:
            kept.append(candidate)
        elif defeats is not None:
            defeats.append(Defeat(layer, candidate, rival))
    return kept


def _is_plan(candidate: Candidate[Any]) -> bool:
    return candidate.source == "rule:time.plan"
