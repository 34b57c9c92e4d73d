"""Quantities, driven by ``cases/quantities.yaml`` and the examples of the tables."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from govclaim.knowledge import default
from govclaim.recognizers import numerals, quantities
from govclaim.recognizers.quantities import MeasureRow, UnitRow
from govclaim.spans import Span, Surface, SurfaceSpan
from govclaim.values import Sentence

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "quantities.yaml").read_text("utf-8"))
FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def unmarked(text: str) -> tuple[str, list[str]]:
    """The folded text without brackets, and what stood in them."""
    folded = text.translate(FOLD)
    return re.sub(r"[\[\]]", "", folded), re.findall(r"\[([^\]]*)\]", folded)


def propose(text: str):
    return quantities.propose(text, numerals.find(text, default()), default())


def decimal(value):
    return None if value is None else Decimal(str(value))


def read(text, candidate, key):
    quantity = candidate.value
    if key == "bound_word":
        return quantity.bound_span.of(text) if quantity.bound_span else None
    if key == "si":
        return quantity.si_value
    if key == "parts":
        return list(quantity.parts or ())
    return getattr(quantity, key)


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_cases(case):
    text, marked = unmarked(case["text"])
    found = propose(text)
    assert [candidate.span.of(text) for candidate in found] == marked
    for candidate, expected in zip(found, case.get("expect", ()), strict=True):
        for key, value in expected.items():
            if key in ("value", "lower", "upper", "si"):
                value = decimal(value)
            elif key == "parts":
                value = [decimal(part) for part in value]
            assert read(text, candidate, key) == value, key
        assert candidate.source.startswith("rule:quantity.")


@pytest.mark.parametrize("row", default().rows("units.csv", UnitRow), ids=lambda row: row.form)
def test_examples_of_units(row):
    text, marked = unmarked(row.example)
    found = propose(text)
    assert [candidate.span.of(text) for candidate in found] == marked
    assert found[0].value.unit in (row.unit, *(("kWh", "deg", "Cel") if row.form == "度" else ()))
    assert found[0].value.dimension == row.dimension


@pytest.mark.parametrize("row", default().rows("measure_words.csv", MeasureRow), ids=lambda row: row.word)
def test_examples_of_measure_words(row):
    text, marked = unmarked(row.example)
    found = propose(text)
    assert [candidate.span.of(text) for candidate in found] == marked
    assert found[0].value.unit == row.word
    assert found[0].value.dimension == "count"


def sentences(*texts):
    return [Sentence(Span(0, len(text)), Surface(text, (0,), (0,)), "body", 1) for text in texts]


def values(*texts):
    lines = sentences(*texts)
    found = quantities.propose_document(lines, [numerals.find(text, default()) for text in texts], default())
    return [[(str(c.value.value), c.value.unit) for c in line] for line in found]


def test_a_declared_unit_governs_the_figures_of_a_table():
    assert values("单位:万元", "指标 | 本年", "税收收入 | 4406", "非税收入 | 1,200.5") == [
        [],
        [],
        [("44060000", "CNY")],
        [("12005000", "CNY")],
    ]


def test_columns_state_their_own_units():
    assert values("指标 | 总量(亿元) | 增速(%)", "工业产值 | 14.5 | 6.2")[1] == [("1450000000", "CNY"), ("6.2", "%")]


def test_a_table_ends_with_prose():
    assert values("指标 | 总量(亿元)", "会议于2026年召开并作了部署要求各单位抓好落实", "编号 | 7")[1] == []


def test_blocked_stretches_yield_nothing():
    text = "三座庙村有30户"
    found = numerals.find(text, default())
    assert [c.span.of(text) for c in quantities.propose(text, found, default(), blocked=[SurfaceSpan(0, 4)])] == [
        "30户"
    ]


def test_si_values_have_twelve_significant_digits():
    assert propose("共2500亩")[0].value.si_value == Decimal("1666666.66667")
    assert propose("收入14.02亿元")[0].value.si_value == Decimal(1402000000)
    assert propose("气温20℃")[0].value.si_value is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三百二十六", [("326", None)]),
        ("-40.5", [("-40.5", None)]),
        ("7, 八点二", [("7", None), ("8.2", None)]),
        ("半天", [("0.5", "day")]),
        ("第一百零六", [("106", None)]),
        ("2025年", []),
        ("一个", []),
        ("万", []),
        ("答案是五", []),
    ],
)
def test_a_text_of_figures_alone_gives_their_values(text, expected):
    assert values(text) == [expected]


def test_a_line_of_figures_in_a_longer_text_gives_none():
    assert values("326", "会议召开。") == [[], []]


def test_a_range_as_the_whole_text():
    found = quantities.propose_document(
        sentences("三千到三千六百"), [numerals.find("三千到三千六百", default())], default()
    )
    assert [(c.value.lower, c.value.upper) for c in found[0]] == [(3000, 3600)]
