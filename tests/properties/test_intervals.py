"""Whatever the true values are: what is computed from their written digits holds what follows from them."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from govclaim.checking import intervals
from govclaim.checking.intervals import Interval

TRUE = st.decimals(min_value=0, max_value=10**14, places=6)
SIGNED = st.decimals(min_value=-(10**14), max_value=10**14, places=6)
PLACES = st.integers(-6, 4)
CUT = st.sampled_from([("nearest", ROUND_HALF_UP), ("nearest", ROUND_HALF_EVEN), ("down", ROUND_DOWN)])
WIDE = Context(prec=80)


def written(value: Decimal, places: int, how: str = ROUND_HALF_UP) -> tuple[Decimal, Decimal]:
    """A value as somebody writes it, and the worth of the last digit."""
    step = Decimal(1).scaleb(-places)
    return value.quantize(step, rounding=how, context=WIDE), step


def figure(value: Decimal, places: int) -> Interval:
    return intervals.stated(*written(value, places))


def holds(interval: Interval, value: Fraction) -> bool:
    above = interval.lower is None or Fraction(interval.lower) <= value
    return above and (interval.upper is None or value <= Fraction(interval.upper))


@given(SIGNED, PLACES, CUT, st.booleans())
def test_a_rounded_figure_holds_the_true_value(value, places, cut, lenient):
    rounding, how = cut
    shown, step = written(value, places, how)
    assert value in intervals.stated(shown, step, rounding=rounding, lenient=lenient)
    assert value in intervals.stated(shown, step, rounding="either", lenient=lenient)


@given(SIGNED, st.decimals(min_value=0, max_value=10, places=3), st.booleans())
def test_a_bound_holds_what_it_says(value, more, lenient):
    over, under = (intervals.stated(value, Decimal(1), bound, lenient=lenient) for bound in ("over", "under"))
    assert (value + more in over) == (more > 0 or lenient)
    assert value in intervals.stated(value, Decimal(1), "at_least")
    assert value in intervals.stated(value, Decimal(1), "at_most")
    if value - more >= 0:
        assert (value - more in under) == (more > 0 or lenient)


@given(st.lists(st.tuples(TRUE, PLACES), min_size=1, max_size=8))
def test_a_sum_holds_the_true_sum(parts):
    total = sum((Fraction(value) for value, _ in parts), Fraction(0))
    assert holds(intervals.total([figure(value, places) for value, places in parts]), total)


@given(TRUE, TRUE, PLACES, PLACES)
def test_difference_product_quotient_growth_and_share_hold_the_true_one(one, other, places, more):
    first, second = figure(one, places), figure(other, more)
    a, b = Fraction(one), Fraction(other)
    assert holds(first - second, a - b)
    assert holds(first * second, a * b)
    if b:
        assert holds(first / second, a / b)
        assert holds(intervals.share(first, second), 100 * a / b)
        assert holds(intervals.change_percent(first, second), 100 * (a - b) / b)


@given(TRUE, PLACES, st.decimals(min_value=-100, max_value=1000, places=4), st.integers(0, 3))
def test_what_a_value_becomes_is_held(before, places, percent, digits):
    after = Fraction(before) * (100 + Fraction(percent)) / 100
    assert holds(intervals.changed(figure(before, places), figure(percent, digits)), after)


@given(st.integers(1, 3000), st.data(), st.integers(0, 3))
def test_a_true_percentage_always_has_its_cases(cases, data, places):
    count = data.draw(st.integers(0, cases))
    percent = WIDE.divide(Decimal(100 * count), Decimal(cases))
    found = intervals.whole_cases(figure(percent, places), cases)
    assert found is not None
    assert found[0] <= count <= found[1]


@given(st.integers(1, 300), st.decimals(min_value=0, max_value=100, places=3), st.integers(0, 3))
def test_whole_cases_are_those_that_counting_finds(cases, percent, places):
    stated = figure(percent, places)
    fitting = [count for count in range(cases + 1) if holds(stated, Fraction(100 * count, cases))]
    found = intervals.whole_cases(stated, cases)
    inside = None if found is None else [count for count in range(found[0], found[1] + 1) if 0 <= count <= cases]
    assert (inside or []) == fitting


ENDS = st.none() | st.integers(-5, 5).map(Decimal)
INTERVALS = st.builds(Interval, ENDS, ENDS, st.booleans(), st.booleans()).filter(
    lambda it: (
        it.lower is None
        or it.upper is None
        or it.lower < it.upper
        or (it.lower == it.upper and not it.lower_open and not it.upper_open)
    )
)
GRID = [Decimal(number) / 4 for number in range(-30, 31)]


@given(INTERVALS, INTERVALS)
def test_overlap_meet_and_within_say_what_the_numbers_say(one, other):
    first, second = ({number for number in GRID if number in each} for each in (one, other))
    assert one.overlaps(other) == other.overlaps(one) == bool(first & second)
    met = one.meet(other)
    assert {number for number in GRID if met is not None and number in met} == first & second
    if one.within(other):
        assert first <= second
    negative = -one
    assert {-number for number in first} == {number for number in GRID if number in negative}
