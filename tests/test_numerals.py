"""Numerals, driven by ``cases/numerals.yaml`` and the examples of ``magnitudes.csv``."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from govclaim.knowledge import default
from govclaim.recognizers import numerals
from govclaim.recognizers.numerals import MagnitudeRow, VariantRow

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "numerals.yaml").read_text("utf-8"))


def decimal(value) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_find(case):
    before, opened, rest = case["text"].partition("[")
    inside, _, after = rest.partition("]")
    text = before + inside + after
    found = numerals.find(text, default())
    if not opened:
        assert found == ()
        return
    first = next(numeral for numeral in found if numeral.span.start >= len(before))
    assert first.span.of(text) == inside
    assert (first.value, first.lower, first.upper) == tuple(decimal(case.get(k)) for k in ("value", "lower", "upper"))


@pytest.mark.parametrize("row", default().rows("magnitudes.csv", MagnitudeRow), ids=lambda row: row.character)
def test_examples_of_the_table(row):
    written, _, value = row.example.partition("|")
    if value:
        assert numerals.parse(written) == Decimal(value)
    else:
        assert row.character in written


def test_parse_is_strict():
    assert numerals.parse("3万5千") == 35000
    assert numerals.parse("3万元") is None
    assert numerals.parse("数十") is None
    assert numerals.parse("一万多") is None
    assert numerals.parse("三十余万") is None
    assert numerals.parse("") is None


def test_values_are_exact():
    assert numerals.parse("1.23456789012345678901234567890") == Decimal("1.23456789012345678901234567890")
    assert str(numerals.parse("14.02亿")) == "1402000000"
    assert str(numerals.parse("5.0")) == "5.0"


@pytest.mark.parametrize("row", default().rows("traditional.csv", VariantRow), ids=lambda row: row.character)
def test_traditional_characters_are_folded_one_to_one(row):
    assert row.character in row.example
    folded = numerals.fold(row.example, default())
    assert len(folded) == len(row.example)
    assert folded[row.example.index(row.character)] == row.simple
