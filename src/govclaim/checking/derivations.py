"""Figures that no source states and that follow from two or more that one does.

A writer adds, subtracts, reckons growth and shares. Such a figure is looked for only where the words say so
(合计, 相差, 占, 增长), among figures that the summary's sentence speaks of, and the arithmetic is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, permutations

from govclaim.checking import intervals
from govclaim.checking.differences import Cues, likeness
from govclaim.checking.intervals import Interval
from govclaim.checking.statements import Statement, grams
from govclaim.knowledge import Knowledge

__all__ = ["Derivations"]

_MOST = 6  # parts of a sum
_LIKE = 0.5
_TELLING = 3  # digits
_TRIFLE = Decimal("0.01")


class Derivations:
    """Looks for the arithmetic behind a figure.

    Args:
        knowledge: ``verification.yaml``.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        cues = knowledge.document("verification.yaml", Cues)
        self._sums = re.compile("|".join(cues.sums))
        self._differences = re.compile("|".join(cues.differences))

    def derive(self, one: Statement, theirs: Sequence[Statement]) -> tuple[Statement, str] | None:
        """How the figure of a statement follows from a source.

        Args:
            one: Of the summary.
            theirs: The statements of all sources, in a fixed order.

        Returns:
            The first statement that it follows from, and the arithmetic; ``None`` where it does not follow.
        """
        quantity = one.quantity
        if one.interval is None or quantity.value is None or quantity.dimension == "rank" or quantity.bound != "exact":
            return None
        for operands, text, result in self._ways(one, theirs):
            if _matches(one, result):
                return operands[0], f"{text} = {_result(one, result)}"
        return None

    def reckoned(self, one: Statement) -> bool:
        """Whether the words say that the writer has reckoned the figure (合计, 相差)."""
        return bool(self._sums.search(one.piece) or self._differences.search(one.piece))

    def _ways(
        self, one: Statement, theirs: Sequence[Statement]
    ) -> Iterator[tuple[tuple[Statement, ...], str, Interval]]:
        said = one.piece
        if one.quantity.unit == "%":
            if one.claim.type == "share" or "占" in said:
                yield from _shares(one, theirs)
            if one.claim.type == "change" and _digits(one) >= _TELLING:
                yield from _growth(one, theirs)
            return
        amounts = [other for other in theirs if _addable(one, other)]
        if self._sums.search(said):
            yield from _sums(amounts)
        if self._differences.search(said):
            yield from _gaps(one, amounts)


def _addable(one: Statement, other: Statement) -> bool:
    return (
        other.claim.type == "level"
        and other.interval is not None
        and intervals.comparable(one.quantity, other.quantity) is not None
        and one.quantity.unit == other.quantity.unit
    )


def _sums(amounts: Sequence[Statement]) -> Iterator[tuple[tuple[Statement, ...], str, Interval]]:
    """Amounts that stand one after the other."""
    for first in range(len(amounts)):
        for last in range(first + 2, min(first + _MOST, len(amounts)) + 1):
            parts = tuple(amounts[first:last])
            if len({part.document for part in parts}) == 1:
                yield parts, " + ".join(part.figure for part in parts), intervals.total(list(_intervals(parts)))


def _gaps(one: Statement, amounts: Sequence[Statement]) -> Iterator[tuple[tuple[Statement, ...], str, Interval]]:
    for pair in combinations((other for other in amounts if _spoken_of(one, other)), 2):
        more, less = sorted(pair, key=lambda other: (-(other.quantity.value or Decimal(0)), other.key))
        first, second = _intervals((more, less))
        if _middle(second) < _middle(first) * _TRIFLE:
            continue
        yield (more, less), f"{more.figure} − {less.figure}", first - second


def _growth(one: Statement, theirs: Sequence[Statement]) -> Iterator[tuple[tuple[Statement, ...], str, Interval]]:
    levels = [other for other in theirs if other.claim.type == "level" and _spoken_of(one, other)]
    for before, now in permutations(levels, 2):
        pair = intervals.comparable(before.quantity, now.quantity)
        if pair is None or before.document != now.document or not _one_thing(one, before, now):
            continue
        growth = intervals.change_percent(pair[1], pair[0])
        change = -growth if one.claim.direction == "decrease" else growth
        yield (now, before), f"({now.figure} − {before.figure}) ÷ {before.figure}", change


def _one_thing(one: Statement, before: Statement, now: Statement) -> bool:
    """Whether two levels are of what the summary speaks of, at two times (由41人增加到102人)."""
    if likeness(one.indicator, before.indicator) < _LIKE or likeness(one.indicator, now.indicator) < _LIKE:
        return False
    if before.claim.modality != "actual" or before.claim.polarity == "negated" or now.claim.polarity == "negated":
        return False
    times = [each.period.value if each.period else None for each in (before, now)]
    return before.sentence == now.sentence or times[0] != times[1]


def _shares(one: Statement, theirs: Sequence[Statement]) -> Iterator[tuple[tuple[Statement, ...], str, Interval]]:
    levels = [other for other in theirs if other.claim.type == "level" and _spoken_of(one, other)]
    for part, whole in permutations(levels, 2):
        pair = intervals.comparable(part.quantity, whole.quantity)
        if pair is None or part.document != whole.document or likeness(one.indicator, part.indicator) < _LIKE:
            continue
        if one.scope and not (grams(whole.indicator) & grams(one.scope)):
            continue
        yield (part, whole), f"{part.figure} ÷ {whole.figure}", intervals.share(*pair)


def _spoken_of(one: Statement, other: Statement) -> bool:
    """Whether the sentence of the summary names what the source measures, or whose it is."""
    named = grams(other.indicator) | grams(other.subject)
    return bool(named & grams(one.whole))


def _intervals(parts: Iterable[Statement]) -> Iterator[Interval]:
    return (part.interval for part in parts if part.interval is not None)


def _matches(one: Statement, result: Interval) -> bool:
    """Whether the result rounds to the figure: its middle does, and nothing wider than the figure's own digits."""
    if one.interval is None or not result.bounded or not one.interval.overlaps(result):
        return False
    return _middle(result) in one.interval.widened(intervals.last_digit(one.quantity) / 2)


def _middle(result: Interval) -> Decimal:
    lower, upper = result.lower or Decimal(0), result.upper or Decimal(0)
    return (lower + upper) / 2


def _digits(one: Statement) -> int:
    return len(one.quantity.value.normalize().as_tuple().digits) if one.quantity.value is not None else 0


def _result(one: Statement, result: Interval) -> str:
    """The result as the summary writes such a figure: 49.9亿元, not 4990000000 CNY."""
    found = re.fullmatch(r"[^\d]*(\d+(?:\.(\d+))?)(.*)", one.figure)
    value = one.quantity.value
    if found is None or not value or not Decimal(found[1]):
        return f"{intervals.figure(_middle(result))} {one.quantity.unit or ''}".rstrip()
    shown = round(_middle(result) * Decimal(found[1]) / value, len(found[2] or "") + 2)
    return f"{intervals.figure(shown)}{found[3]}"
