"""What always holds of quantities."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from govclaim.knowledge import default
from govclaim.recognizers import numerals, quantities
from govclaim.spans import Span, Surface
from govclaim.values import Sentence

WORDS = ("以上", "左右", "百分之", "平方米", "个百分点", "小时", "单位:", "亿元", "之首", "比例", "公里/小时", "角")
MARKS = "0123456789.,:%-—~至到和、。的了第首前超近约破过不足多余半一二三十百千万亿元成倍番折级点分个户年月天()|“”《》 "
PIECES = st.sampled_from([*MARKS, *WORDS])
TEXT = st.lists(PIECES, max_size=25).map("".join)


@given(TEXT)
def test_candidates_are_in_order_inside_and_consistent(text):
    found = quantities.propose(text, numerals.find(text, default()), default())
    end = 0
    for candidate in found:
        quantity = candidate.value
        assert end <= candidate.span.start < candidate.span.end <= len(text)
        end = candidate.span.end
        assert candidate.span.of(text) == candidate.span.of(text).strip()
        if quantity.bound_span is not None:
            assert quantity.bound_span.end <= candidate.span.start
        assert (quantity.lower is None) == (quantity.upper is None)
        assert quantity.value is None or quantity.lower is None
        assert 0 < candidate.confidence <= 1
        assert (quantity.si_value is None) == (quantity.si_unit is None)


@given(st.lists(TEXT, max_size=4))
def test_the_document_is_read_in_full_and_the_same_each_time(texts):
    lines = [Sentence(Span(0, len(text)), Surface(text, (0,), (0,)), "body", 1) for text in texts]
    figures = [numerals.find(text, default()) for text in texts]
    first = quantities.propose_document(lines, figures, default())
    assert len(first) == len(texts)
    assert first == quantities.propose_document(lines, figures, default())
