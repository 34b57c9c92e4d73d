"""What always holds of paragraphs, sentences, surfaces and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govclaim.knowledge import default
from govclaim.spans import SurfaceSpan
from govclaim.text.layout import BLANKS, MARKS, read
from govclaim.text.sentences import split
from govclaim.text.tokens import CharacterSegmenter, align, segment
from govclaim.values import RawDocument, Sentence

SIGNS = "村里修路三条今年。！？…，、；：“”‘’（）()《》\"'—|0123.5％%ＡaB \n\n\n\r\t\u3000\u200b\u2028\u0085\ufeff"
pages = st.one_of(st.text(st.sampled_from(SIGNS), max_size=120), st.text(max_size=60))


def sentences(text: str) -> tuple[Sentence, ...]:
    return split(read(RawDocument(text), default()), default())


def unfolded(sign: str) -> str:
    return chr(ord(sign) - 0xFEE0) if 0xFF01 <= ord(sign) <= 0xFF5E else " " if sign == "\u3000" else sign


@given(pages)
def test_every_character_lies_in_one_sentence(text: str) -> None:
    found = sentences(text)
    covered = [place for sentence in found for place in range(sentence.span.start, sentence.span.end)]
    assert covered == sorted(set(covered))
    assert {place for place, sign in enumerate(text) if sign not in BLANKS} <= set(covered)


@given(pages)
def test_no_white_space_at_the_ends(text: str) -> None:
    for sentence in sentences(text):
        body = sentence.span.of(text)
        assert body.strip(BLANKS) == body != ""


@given(pages)
def test_surface_maps_back_in_order(text: str) -> None:
    for sentence in sentences(text):
        surface = sentence.surface
        places = [surface.position(i) for i in range(len(surface))]
        assert places == sorted(set(places))
        assert sentence.span.start == places[0]
        assert sentence.span.end == places[-1] + 1
        for place, sign in zip(places, surface.text, strict=True):
            assert sign == unfolded(text[place]) or (sign == " " and text[place] in BLANKS)
        kept = set(places)
        dropped = {text[place] for place in range(sentence.span.start, sentence.span.end) if place not in kept}
        assert dropped <= set(BLANKS)
        assert not set(surface.text) & set(MARKS)


@given(pages)
def test_same_text_same_sentences(text: str) -> None:
    assert sentences(text) == sentences(text)


@given(pages, st.lists(st.tuples(st.integers(0, 130), st.integers(0, 130)), max_size=6))
def test_no_aligned_word_crosses_an_edge(text: str, edges: list[tuple[int, int]]) -> None:
    found = sentences(text)
    for row in segment(found, CharacterSegmenter()):
        spans = [SurfaceSpan(min(pair), max(pair)) for pair in edges]
        aligned = align(row, spans)
        inside = {place for token in row for place in range(token.span.start, token.span.end)}
        assert [place for token in aligned for place in range(token.span.start, token.span.end)] == sorted(inside)
        for span in spans:
            for token in aligned:
                assert not any(token.span.start < edge < token.span.end for edge in (span.start, span.end))


@pytest.mark.parametrize(
    "text",
    [
        "9" * 200_000,
        "一" * 100_000,
        "（" * 50_000,
        "…" * 100_000,
        "。" * 100_000,
        " " * 100_000 + "路" + "\u3000" * 100_000,
        "路\n" * 10_000,
        "《（" * 20_000 + "）》" * 20_000,
        "“好。" * 10_000,
        '"' * 50_000,
    ],
    ids=["9", "一", "（", "…", "。", "blank", "lines", "nested", "open quotes", "straight quotes"],
)
def test_long_and_odd_texts(text: str) -> None:
    found = sentences(text)
    assert "".join(sentence.span.of(text) for sentence in found).replace("\n", "") == text.strip(BLANKS).replace(
        "\n", ""
    )
