from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from govclaim import annotate
from govclaim.checking import intervals
from govclaim.checking.intervals import Interval

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "intervals.yaml").read_text("utf-8"))


def quantity(marked):
    text = marked.replace("[", "").replace("]", "")
    start, end = marked.index("["), marked.index("]") - 1
    [found] = [each for each in annotate(text).quantities if (each.start, each.end) == (start, end)]
    return found


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_a_figure_stands_for(case):
    figure = quantity(case["text"])
    assert intervals.last_digit(figure) == Decimal(str(case["step"]))
    assert str(intervals.of(figure)) == case["strict"]
    if "lenient" in case:
        assert str(intervals.of(figure, lenient=True)) == case["lenient"]


def test_a_bare_ratio_stands_for_no_number():
    assert intervals.of(quantity("配置比例[1:2.5]")) is None


def test_the_value_tells_what_a_digit_is_worth_where_a_heading_holds_the_magnitude():
    bare = quantity("得分[14.02]").model_copy(update={"value": Decimal(1402000000)})
    assert intervals.last_digit(bare) == 1000000


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("面积[15亩]", "面积[1公顷]", ("[9,666.666667, 10,333.333333]", "[5,000, 15,000]")),
        ("占[一半]", "占[48.5%]", ("[45, 55]", "[48.45, 48.55]")),
        ("死亡率[3.1‰]", "死亡率[0.31%]", ("[0.305, 0.315]", "[0.305, 0.315]")),
        ("企业[3家]", "企业[3户]", None),
        ("收入[3亿元]", "增长[3%]", None),
    ],
)
def test_figures_are_compared_in_one_unit(one, other, expected):
    found = intervals.comparable(quantity(one), quantity(other))
    assert (found and tuple(map(str, found))) == expected


def test_of_5742_cases_9994_per_cent_is_impossible():
    cases = 5742
    assert intervals.whole_cases(intervals.stated(Decimal("99.94"), Decimal("0.01")), cases) is None
    assert intervals.whole_cases(intervals.stated(Decimal("99.93"), Decimal("0.01")), cases) == (5738, 5738)


def test_a_figure_that_was_cut_off_may_be_larger_than_it_says():
    cut = intervals.stated(Decimal("99.94"), Decimal("0.01"), rounding="down")
    assert str(cut) == "[99.94, 99.95)"
    assert str(intervals.stated(Decimal("-3"), Decimal(1), rounding="down")) == "(-4, -3]"
    assert str(intervals.stated(Decimal(3), Decimal(1), rounding="either")) == "[2.5, 4]"


def test_what_may_be_divided_by_nothing_is_not_known():
    assert str(Interval.point(Decimal(1)) / Interval(Decimal(0), Decimal(2))) == "(−∞, ∞)"


def test_an_open_end_is_left_out():
    over, exact = Interval(Decimal(20), None, True), Interval.point(Decimal(20))
    assert not over.overlaps(exact)
    assert exact.overlaps(Interval(Decimal(20), None))
    assert Decimal(20) not in over
    assert Decimal(21) in over
    assert over.meet(Interval(None, Decimal(30))) == Interval(Decimal(20), Decimal(30), True)
    assert not exact.within(over)
    assert over.within(Interval(Decimal(20), None))
