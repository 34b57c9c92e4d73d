from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from govclaim.knowledge import default
from govclaim.recognizers.entities import propose
from govclaim.spans import Span, Surface
from govclaim.values import Sentence

# Pieces that the grammar knows, in orders that no writer would choose.
PIECES = [
    *(
        "北苑街道",
        "义乌",
        "浙江省",
        "中国",
        "中",
        "美",
        "方",
        "长江",
        "中下游",
        "东北",
        "地区",
        "社区",
        "村",
        "路",
        "县",
    ),
    *(
        "教育",
        "局",
        "市委",
        "有限公司",
        "萤萤",
        "小学",
        "派出所",
        "分局",
        "记者",
        "书记",
        "季小强",
        "王旭",
        "说",
        "表示",
    ),
    *(
        "和",
        "、",
        "·",
        "马丁",
        "(",
        ")",
        "“",
        "”",
        ",",
        "。",
        "在",
        "的",
        "推进",
        "建设",
        "三村",
        "区块",
        "19日",
        "称",
        "驻",
    ),
    *("大使馆", "总统", "特朗普", "大桥", "至", "高铁", "a", "1", "-", "〇", " "),
]
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join))


def sentences_of(document: list[str]) -> list[Sentence]:
    return [Sentence(Span(0, len(text)), Surface(text, (0,), (0,)), "body", 1) for text in document]


@given(st.lists(texts, max_size=4))
def test_names_are_disjoint_stretches_of_their_sentence(document: list[str]) -> None:
    found = propose(sentences_of(document), default())
    assert len(found) == len(document)
    for text, names in zip(document, found, strict=True):
        ends = 0
        for name in names:
            assert ends <= name.span.start < name.span.end <= len(text)
            assert name.value.label in ("LOC", "ORG", "PER")
            assert 0 < name.confidence <= 1
            ends = name.span.end


@given(st.lists(texts, max_size=3))
def test_the_same_document_gives_the_same_names(document: list[str]) -> None:
    assert propose(sentences_of(document), default()) == propose(sentences_of(document), default())


@given(texts)
def test_names_begin_and_end_with_no_white_space(text: str) -> None:
    (names,) = propose(sentences_of([text]), default())
    for name in names:
        assert name.span.of(text) == name.span.of(text).strip()
