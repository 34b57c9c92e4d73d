"""What always holds of numerals."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from govclaim.knowledge import default
from govclaim.recognizers import numerals

ALPHABET = "0123456789.,:%-^ eE×零一二两三十百千万亿半几数余多上下负点分之壹拾瓦米元A"


@given(st.text(st.sampled_from(ALPHABET), max_size=60))
def test_spans_are_in_order_and_inside(text):
    found = numerals.find(text, default())
    end = 0
    for numeral in found:
        assert end <= numeral.span.start < numeral.span.end <= len(text)
        assert numeral.value is not None or numeral.lower is not None
        end = numeral.span.end
    assert found == numerals.find(text, default())


@given(st.integers(0, 10**15))
def test_digits_are_read_back(number):
    assert numerals.parse(str(number)) == number
    assert numerals.parse(f"{number:,}") == number


@given(st.decimals(0, 10**9, places=4), st.sampled_from([("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]))
def test_magnitudes_multiply_exactly(number, magnitude):
    assert numerals.parse(f"{number}{magnitude[0]}") == number * Decimal(magnitude[1])


def chinese(number: int) -> str:
    """The textbook way to write a number below 10^8."""
    high, low = divmod(number, 10**4)
    if high:
        rest = "" if not low else ("零" if low < 1000 else "") + chinese(low)
        return chinese(high) + "万" + rest
    out = ""
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            out += "零一二三四五六七八九"[digit] + name
        elif out and number and not out.endswith("零"):
            out += "零"
    return out or "零"


@given(st.integers(0, 10**8 - 1))
def test_chinese_numbers_are_read_back(number):
    assert numerals.parse(chinese(number)) == number
