"""Offsets between a sentence's surface and the document."""

from __future__ import annotations

import pytest

from govclaim.spans import Span, Surface, SurfaceSpan

# 同⏎⏎时 with the break left out, and GDP⏎ABC with a space for the break
TORN = Surface("同时培育", (0, 1), (10, 13))
LATIN = Surface("GDP ABC", (0, 3, 4), (0, 3, 4))


@pytest.mark.parametrize(
    ("span", "expected"), [((0, 1), (10, 11)), ((1, 2), (13, 14)), ((0, 2), (10, 14)), ((2, 4), (14, 16))]
)
def test_there_and_back(span, expected):
    document = TORN.to_document(SurfaceSpan(*span))
    assert document == Span(*expected)
    assert TORN.from_document(document) == SurfaceSpan(*span)


def test_an_empty_span_stays_empty():
    assert TORN.to_document(SurfaceSpan(1, 1)) == Span(13, 13)
    assert TORN.to_document(SurfaceSpan(4, 4)) == Span(16, 16)


def test_a_position_inside_the_break_is_the_next_character():
    assert TORN.from_document(Span(11, 14)) == SurfaceSpan(1, 2)


@pytest.mark.parametrize("line_break", ["\n", "\r", "\u2028", "\x85"])
def test_unfolded_keeps_the_documents_characters(line_break):
    assert LATIN.unfolded(f"ＧDP{line_break}ABC", SurfaceSpan(0, 7)) == "ＧDP ABC"
    assert TORN.unfolded(f"0123456789同{line_break}{line_break}时培育", SurfaceSpan(0, 2)) == "同时"


def test_overlap_and_containment():
    assert Span(0, 3).overlaps(Span(2, 5))
    assert not Span(0, 3).overlaps(Span(3, 5))
    assert Span(0, 3).contains(Span(0, 3))
    assert not Span(0, 3).contains(Span(2, 4))
    assert (len(Span(2, 5)), Span(2, 5).of("abcdef")) == (3, "cde")
