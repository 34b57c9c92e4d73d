"""The arithmetic of stated figures: a written number stands for an interval of decimals.

``14.02亿元`` says that the true amount lies in [1401500000, 1402500000]: half a unit of the last written
digit either way. ``超20%`` says more than 20, ``近11万家`` a little less than 110,000. A count written to the
last unit (``19家``) is itself and nothing else. Sums, differences, ratios and growth of such figures are
intervals again, and contain every value that the written digits allow: bounds are rounded outwards, so
nothing that is possible is ever left out.

Two readings are offered. The strict one takes every written zero for a digit (``3000人`` is 3000). The
``lenient`` one, for whoever must not raise a false alarm, takes trailing zeros for rounding, and gives 约 and
近 a wide berth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Literal

from govclaim.schema import Bound, Quantity

__all__ = [
    "Interval",
    "Rounding",
    "change_percent",
    "changed",
    "comparable",
    "figure",
    "hull",
    "last_digit",
    "of",
    "percent_family",
    "share",
    "stated",
    "total",
    "unit_factor",
    "whole_cases",
]

Rounding = Literal["nearest", "down", "either"]
"""How a figure was cut to its digits: to the nearest, downwards, or one does not know."""

_DOWN = Context(prec=60, rounding=ROUND_FLOOR, Emax=10**6, Emin=-(10**6))
_UP = Context(prec=60, rounding=ROUND_CEILING, Emax=10**6, Emin=-(10**6))
_ZERO, _ONE, _TWO, _HUNDRED = Decimal(0), Decimal(1), Decimal(2), Decimal(100)

_EXACT = Decimal(10) ** 15  # below, six digits after the point fit into any decimal context
_SLACK = Decimal("0.1")  # 约, 近: as far as a tenth of the value, and no farther, on the strict reading
_WIDE_SLACK = Decimal("0.25")  # the same on the lenient reading
_ROUND_NUMBER = Decimal("0.05")  # lenient: 3000 may stand for 2850 to 3150, not for 2500
_FRACTION_SLACK = Decimal("0.1")  # 一半, 四分之一, 一番 are said, not computed


# ---------------------------------------------------------------- intervals


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers between two ends.

    Attributes:
        lower: Lower end; ``None`` where there is none.
        upper: Upper end; ``None`` where there is none.
        lower_open: Whether the lower end itself is left out.
        upper_open: Whether the upper end itself is left out.
    """

    lower: Decimal | None
    upper: Decimal | None
    lower_open: bool = False
    upper_open: bool = False

    @classmethod
    def point(cls, value: Decimal) -> Interval:
        """The interval that holds one number."""
        return cls(value, value)

    @property
    def bounded(self) -> bool:
        """Whether it has both ends."""
        return self.lower is not None and self.upper is not None

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Decimal | int) and Interval.point(Decimal(value)).within(self)

    def overlaps(self, other: Interval) -> bool:
        """Whether some number lies in both."""
        return _reaches(self, other) and _reaches(other, self)

    def within(self, other: Interval) -> bool:
        """Whether every number of this one lies in the other."""
        return _starts_after(self, other) and _starts_after(-self, -other)

    def meet(self, other: Interval) -> Interval | None:
        """What lies in both, or ``None``."""
        if not self.overlaps(other):
            return None
        first = self if _starts_after(self, other) else other
        last = self if _starts_after(-self, -other) else other
        return Interval(first.lower, last.upper, first.lower_open, last.upper_open)

    def widened(self, amount: Decimal) -> Interval:
        """Both ends moved outwards by ``amount``."""
        lower = None if self.lower is None else _DOWN.subtract(self.lower, amount)
        upper = None if self.upper is None else _UP.add(self.upper, amount)
        return Interval(lower, upper, self.lower_open, self.upper_open)

    def __neg__(self) -> Interval:
        lower = None if self.upper is None else -self.upper
        upper = None if self.lower is None else -self.lower
        return Interval(lower, upper, self.upper_open, self.lower_open)

    def __add__(self, other: Interval) -> Interval:
        lower = None if self.lower is None or other.lower is None else _DOWN.add(self.lower, other.lower)
        upper = None if self.upper is None or other.upper is None else _UP.add(self.upper, other.upper)
        return Interval(lower, upper, self.lower_open or other.lower_open, self.upper_open or other.upper_open)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def times(self, factor: Decimal) -> Interval:
        """Every number multiplied by one exact ``factor``."""
        if factor < 0:
            return (-self).times(-factor)
        if factor == 0:
            return Interval.point(_ZERO)
        lower = None if self.lower is None else _DOWN.multiply(self.lower, factor)
        upper = None if self.upper is None else _UP.multiply(self.upper, factor)
        return Interval(lower, upper, self.lower_open, self.upper_open)

    def __mul__(self, other: Interval) -> Interval:
        """Products of numbers that are not negative; negative parts of either are cut off."""
        one, two = self._not_negative(), other._not_negative()
        if one is None or two is None or one.lower is None or two.lower is None:
            return Interval(None, None)
        upper = None if one.upper is None or two.upper is None else _UP.multiply(one.upper, two.upper)
        return Interval(_DOWN.multiply(one.lower, two.lower), upper)

    def __truediv__(self, other: Interval) -> Interval:
        """Quotients by numbers above 0, of numbers of any sign; the interval without ends where 0 is possible."""
        if other.lower is None or other.lower <= 0:
            return Interval(None, None)
        return Interval(_quotient_floor(self.lower, other), _quotient_ceiling(self.upper, other))

    def _not_negative(self) -> Interval | None:
        return self.meet(Interval(_ZERO, None))

    def __str__(self) -> str:
        if self.lower is not None and self.lower == self.upper:
            return figure(self.lower)
        left = "(−∞" if self.lower is None else f"{'(' if self.lower_open else '['}{figure(self.lower)}"
        right = "∞)" if self.upper is None else f"{figure(self.upper)}{')' if self.upper_open else ']'}"
        return f"{left}, {right}"


def _reaches(one: Interval, other: Interval) -> bool:
    """Whether ``one`` begins no later than ``other`` ends."""
    if one.lower is None or other.upper is None or one.lower < other.upper:
        return True
    return one.lower == other.upper and not one.lower_open and not other.upper_open


def _starts_after(one: Interval, other: Interval) -> bool:
    """Whether ``one`` begins no earlier than ``other`` does."""
    if other.lower is None:
        return True
    if one.lower is None or one.lower < other.lower:
        return False
    return one.lower > other.lower or one.lower_open or not other.lower_open


def _quotient_floor(numerator: Decimal | None, divisor: Interval) -> Decimal | None:
    if numerator is None:
        return None
    worst = divisor.upper if numerator >= 0 else divisor.lower
    return _ZERO if worst is None else _DOWN.divide(numerator, worst)


def _quotient_ceiling(numerator: Decimal | None, divisor: Interval) -> Decimal | None:
    if numerator is None:
        return None
    worst = divisor.lower if numerator >= 0 else divisor.upper
    return _ZERO if worst is None else _UP.divide(numerator, worst)


def figure(value: Decimal) -> str:
    """A number for people: at most six digits after the point, groups of three, no zeros at the end."""
    shown = f"{round(value, 6) if abs(value) < _EXACT else value:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


# ---------------------------------------------------------------- figures that follow from figures


def hull(intervals: list[Interval]) -> Interval:
    """The smallest interval that holds all of them.

    Args:
        intervals: At least one.
    """
    lowers, uppers = [each.lower for each in intervals], [each.upper for each in intervals]
    lower = None if None in lowers else min(each for each in lowers if each is not None)
    upper = None if None in uppers else max(each for each in uppers if each is not None)
    return Interval(lower, upper)


def total(parts: list[Interval]) -> Interval:
    """The sum of the parts; that of none is 0."""
    result = Interval.point(_ZERO)
    for part in parts:
        result = result + part
    return result


def change_percent(now: Interval, before: Interval) -> Interval:
    """Growth from ``before`` to ``now`` in per cent, negative for a decline.

    Both are amounts that are not negative; the interval has no ends where ``before`` may be 0.
    """
    return (now / before).times(_HUNDRED) - Interval.point(_HUNDRED)


def changed(before: Interval, percent: Interval) -> Interval:
    """What ``before`` becomes when it changes by ``percent`` per cent (negative: a decline)."""
    return before * (percent + Interval.point(_HUNDRED)).times(Decimal("0.01"))


def share(part: Interval, whole: Interval) -> Interval:
    """``part`` of ``whole`` in per cent."""
    return (part / whole).times(_HUNDRED)


def whole_cases(percent: Interval, cases: int) -> tuple[int, int] | None:
    """The whole numbers of cases that give a percentage (the GRIM test of Brown and Heathers).

    Args:
        percent: What is stated, between 0 and 100 with both ends.
        cases: Of how many.

    Returns:
        The least and the greatest number, or ``None`` where no whole number of cases rounds to the percentage.
    """
    if percent.lower is None or percent.upper is None:
        return (0, cases)
    count = Decimal(cases)
    least = int((_DOWN.multiply(percent.lower, count) / _HUNDRED).to_integral_value(ROUND_CEILING))
    most = int((_UP.multiply(percent.upper, count) / _HUNDRED).to_integral_value(ROUND_FLOOR))
    return (least, most) if least <= most else None


# ---------------------------------------------------------------- what a written figure stands for


_GROUP = re.compile(r"(\d+(?:\.\d+)?)((?:[余多几来十百千万亿萬億兆拾佰仟])*)")
_MAGNITUDES = {
    **{"十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3},
    **{"万": 4, "萬": 4, "亿": 8, "億": 8, "兆": 12},
}
_DIGITS_BY_NAME = re.compile("[〇零一二三四五六七八九]{3,}|点")
_FOLDED = {**{0xFF10 + digit: str(digit) for digit in range(10)}, 0xFF0E: ".", ord(","): None, ord("，"): None}
_SAID = frozenset("半") | frozenset("番")


def last_digit(quantity: Quantity) -> Decimal:
    """The worth of the last digit that is written.

    Args:
        quantity: Any; its text is read, its value is believed.

    Returns:
        In the quantity's unit: 14.02亿元 → 1000000, 2300余个 → 1, 十一万 → 10000, 15.27% → 0.01, 三成 → 10.
        0 where there is no value.
    """
    value = quantity.value if quantity.value is not None else quantity.lower
    if value is None:
        return _ZERO
    text = re.sub(r"\s", "", quantity.text).translate(_FOLDED)
    groups = [found for found in _GROUP.finditer(text) if Decimal(found[1])]
    if len(groups) == 1 and quantity.value is not None:
        # A heading may hold the magnitude (单位：亿元), so the value, not the text, says what a digit is worth.
        written = Decimal(groups[0][1])
        worth = abs(value) / written
        if worth == _DOWN.scaleb(_ONE, worth.adjusted()):
            return _power(_exponent(written) + worth.adjusted())
    if groups:
        worths = [_exponent(Decimal(each[1])) + sum(_MAGNITUDES.get(sign, 0) for sign in each[2]) for each in groups]
        return _power(worths[-1] if quantity.value is not None else max(worths))  # 3亿5000万; 6%—6.5%
    if _DIGITS_BY_NAME.search(text):
        return _power(_exponent(value))
    return _coarse(value)


def _power(exponent: int) -> Decimal:
    return _DOWN.scaleb(_ONE, exponent)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _coarse(value: Decimal) -> Decimal:
    """The worth of the last digit that is not zero: 3000 → 1000, 14.02 → 0.01, 0 → 1."""
    return _power(_exponent(value.normalize(Context(prec=400)))) if value else _ONE


def stated(
    value: Decimal,
    step: Decimal,
    bound: Bound = "exact",
    *,
    rounding: Rounding = "nearest",
    lenient: bool = False,
) -> Interval:
    """What a number with a bound stands for.

    Args:
        value: The number.
        step: Worth of its last written digit; 0 for a number that is exact.
        bound: Of the contract; ``range`` and ``vague`` have no single value, see ``of``.
        rounding: How the number was cut to its digits.
        lenient: Whether trailing zeros may be rounding, and 约 and 近 are wide.

    Returns:
        The interval. Without a bound below, a number above 0 stays at or above 0.
    """
    if bound == "exact":
        return _cut(value, _lenient_step(value, step) if lenient else step, rounding)
    room = step / _TWO if lenient else _ZERO  # 超26.93亿元 may have been rounded too
    if bound in ("over", "at_least"):
        return Interval(_DOWN.subtract(value, room), None, bound == "over" and not lenient)
    if bound in ("under", "at_most"):
        least = _ZERO if value > 0 else None
        return Interval(least, _UP.add(value, room), False, bound == "under" and not lenient)
    size = abs(value)
    room = max(step, min(_coarse(value), size * _SLACK)) if not lenient else max(step, size * _WIDE_SLACK)
    if bound == "nearly":
        near = room if lenient else max(step, min(_coarse(value), size * _SLACK * _TWO)) / _TWO
        return Interval(_DOWN.subtract(value, near), value, not lenient, not lenient)
    return Interval.point(value).widened(room)


def _cut(value: Decimal, step: Decimal, rounding: Rounding) -> Interval:
    half = step / _TWO
    nearest = Interval.point(value).widened(half)
    if rounding == "nearest" or step == 0:
        return nearest
    if value < 0:
        return -_cut(-value, step, rounding)
    whole = _UP.add(value, step)
    if value == 0:  # -0.4 is cut to 0 too
        return Interval(-step, step, lower_open=True, upper_open=True)
    return Interval(value, whole, upper_open=True) if rounding == "down" else Interval(nearest.lower, whole)


def _lenient_step(value: Decimal, step: Decimal) -> Decimal:
    coarse = _coarse(value)
    # 120 and 2500 are counted as often as not; 3000 and 12,000 are round.
    return max(step, min(coarse, abs(value) * _ROUND_NUMBER * _TWO)) if coarse >= step * _HUNDRED else step


def of(quantity: Quantity, *, rounding: Rounding = "nearest", lenient: bool = False) -> Interval | None:
    """What a quantity of an annotation stands for, in its own unit.

    Args:
        quantity: Any.
        rounding: How figures are cut to their digits.
        lenient: See the module.

    Returns:
        The interval, or ``None`` where it states no number (a bare ratio 1:2.5).
    """
    step = last_digit(quantity)
    if quantity.value is None:
        return _between(quantity, step)
    if quantity.dimension == "rank" or (quantity.dimension == "count" and step == 1 and quantity.bound == "exact"):
        step = _ZERO if not lenient or quantity.dimension == "rank" else _counted(quantity.value)
        return stated(quantity.value, step, quantity.bound, rounding=rounding)
    if quantity.dimension == "fraction" or _SAID & set(quantity.text):
        step = max(step, abs(quantity.value) * _FRACTION_SLACK * _TWO)
    return stated(quantity.value, step, quantity.bound, rounding=rounding, lenient=lenient)


def _counted(value: Decimal) -> Decimal:
    """Lenient step of a count that is written out: none, but for round ones."""
    return _lenient_step(value, _ONE) if _coarse(value) >= _HUNDRED else _ZERO


def _between(quantity: Quantity, step: Decimal) -> Interval | None:
    if quantity.lower is None and quantity.upper is None:
        return None
    half = _ZERO if quantity.bound == "vague" else step / _TWO
    return Interval(quantity.lower, quantity.upper).widened(half)


def percent_family(quantity: Quantity) -> Decimal | None:
    """The factor that turns a percentage, per mille or fraction into per cent; ``None`` for other quantities."""
    if quantity.unit == "%":
        return _ONE
    if quantity.unit == "‰":
        return Decimal("0.1")
    return _HUNDRED if quantity.dimension == "fraction" and quantity.unit is None else None


def comparable(
    one: Quantity, other: Quantity, *, rounding: Rounding = "nearest", lenient: bool = False
) -> tuple[Interval, Interval] | None:
    """Two quantities as intervals in one unit.

    Args:
        one: Any.
        other: Any.
        rounding: See ``of``.
        lenient: See ``of``.

    Returns:
        Both intervals: as written where the units are the same, else in the SI unit that both have, else in per
        cent. ``None`` where they measure different things or a unit is not known.
    """
    first, second = (of(each, rounding=rounding, lenient=lenient) for each in (one, other))
    if first is None or second is None:
        return None
    if one.unit == other.unit and one.dimension == other.dimension:
        return first, second
    percents = percent_family(one), percent_family(other)
    if percents[0] is not None and percents[1] is not None:
        return first.times(percents[0]), second.times(percents[1])
    factors = _si_factor(one), _si_factor(other)
    if one.si and other.si and one.si.unit == other.si.unit and factors[0] and factors[1]:
        return first.times(factors[0]), second.times(factors[1])
    return None


def unit_factor(one: Quantity, other: Quantity) -> Decimal | None:
    """What turns figures in the unit of ``one`` into the unit of ``other``, as ``comparable`` finds it."""
    if one.unit == other.unit:
        return _ONE
    first, second = _si_factor(one), _si_factor(other)
    return _DOWN.divide(first, second) if first and second and comparable(one, other) else None


def _si_factor(quantity: Quantity) -> Decimal | None:
    value = quantity.value if quantity.value is not None else quantity.lower
    return _DOWN.divide(quantity.si.value, value) if quantity.si and value else None
