from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

import govclaim
from govclaim import schema

WORDS = [
    *("青石县", "人民政府", "王晓燕", "说，", "2025年", "去年", "3月5日", "“十四五”期间"),
    *("新增学位", "一般公共预算收入", "14.02亿元", "２３００余个", "同比增长", "下降", "5%", "3—5万吨"),
    *("居全市第二", "约", "超过", "其中", "和", "、", "，", "。"),
    *("；", "“", "”", "（", "）", "：", "GDP", "🎉"),
    *("一", "半", "万", "两", "百分之"),
]
PIECES = st.sampled_from([*WORDS, "\n", "\n\n", " ", "\u3000", "\r\n", "\x00"])
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), ANYTHING)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_any_text_gives_a_valid_annotation(text):
    annotation = govclaim.annotate(text, published="2026-01-20", tokens=True, numerals=True)
    schema.check(annotation)
    assert govclaim.loads(govclaim.dumps(annotation)) == annotation
    assert annotation == govclaim.annotate(text, published="2026-01-20", tokens=True, numerals=True)
    at = 0
    for token in annotation.tokens:
        assert text[at : token.start].strip() == ""
        assert token.text == text[token.start : token.end]
        at = token.end
    for layer in (annotation.sentences, annotation.entities, annotation.quantities, annotation.times):
        assert all(left.end <= right.start for left, right in pairwise(layer))
    edges = {edge for token in annotation.tokens for edge in (token.start, token.end)}
    for layer in (annotation.entities, annotation.quantities, annotation.times):
        assert all({item.start, item.end} <= edges for item in layer)
