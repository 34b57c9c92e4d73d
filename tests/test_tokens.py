"""Words, their check and their edges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml

from govclaim.errors import BackendError, ModelError
from govclaim.knowledge import default
from govclaim.spans import SurfaceSpan
from govclaim.text import characters
from govclaim.text.layout import read
from govclaim.text.sentences import split
from govclaim.text.tokens import CharacterSegmenter, PkusegSegmenter, align, segment
from govclaim.values import RawDocument, Sentence, Token

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "tokens.yaml").read_text(encoding="utf-8"))
WEIGHTS = Path(__file__).parents[1] / "models" / "govclaim_news" / "words"


def sentences(text: str) -> tuple[Sentence, ...]:
    return split(read(RawDocument(text), default()), default())


@pytest.fixture(scope="module")
def words() -> PkusegSegmenter:
    return PkusegSegmenter(WEIGHTS)


@pytest.mark.parametrize("case", CASES["characters"], ids=[case["text"] for case in CASES["characters"]])
def test_characters(case: dict) -> None:
    (pieces,) = CharacterSegmenter()([case["text"]])
    assert [case["text"][start:end] for start, end in pieces] == case["words"]


@pytest.mark.parametrize("case", CASES["words"], ids=[case["text"] for case in CASES["words"]])
def test_words(case: dict, words: PkusegSegmenter) -> None:
    (pieces,) = words([case["text"]])
    assert [case["text"][start:end] for start, end in pieces] == case["words"]


def test_words_hold_every_character_that_is_no_space(words: PkusegSegmenter) -> None:
    text = "\ud800 2025年,GDP达14.02亿元 。"
    (pieces,) = words([text])
    covered = {place for start, end in pieces for place in range(start, end)}
    assert covered == {place for place, sign in enumerate(text) if not sign.isspace()}
    assert words(["", " "]) == [[], []]


@pytest.mark.parametrize("case", CASES["align"], ids=["".join(case["words"]) for case in CASES["align"]])
def test_align(case: dict) -> None:
    text = "".join(case["words"])
    tokens = []
    for word in case["words"]:
        start = tokens[-1].span.end if tokens else 0
        tokens.append(Token(SurfaceSpan(start, start + len(word))))
    spans = [SurfaceSpan(text.index(part), text.index(part) + len(part)) for part in case["spans"]]
    assert [token.span.of(text) for token in align(tokens, spans)] == case["aligned"]


def test_segment_gives_tokens_of_each_sentence() -> None:
    found = segment(sentences("修路。架桥。"), CharacterSegmenter())
    assert [[(token.span.start, token.span.end) for token in row] for row in found] == [[(0, 1), (1, 2), (2, 3)]] * 2


@pytest.mark.parametrize("pieces", [[(0, 9)], [(1, 2), (0, 1)], [(0, 2), (1, 3)], [(1, 1)], [(-1, 1)]], ids=str)
def test_pieces_that_do_not_fit(pieces: list[tuple[int, int]]) -> None:
    class Faulty:
        def __call__(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
            return [pieces for _ in texts]

    with pytest.raises(BackendError, match="does not fit") as caught:
        segment(sentences("修路。"), Faulty())
    assert caught.value.where == "Faulty: 修路。"


def test_too_few_lists() -> None:
    class Silent:
        def __call__(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
            return []

    with pytest.raises(BackendError, match="0 lists"):
        segment(sentences("修路。"), Silent())


def test_missing_weights_are_read_late_and_named(tmp_path: Path) -> None:
    segmenter = PkusegSegmenter(tmp_path)
    with pytest.raises(ModelError, match="cannot be read") as caught:
        segmenter(["修路"])
    assert caught.value.where == str(tmp_path)


def test_an_unknown_standard_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no standard 'ctb'") as caught:
        PkusegSegmenter(WEIGHTS, "ctb")(["修路"])
    assert caught.value.hint == "take sxu or gsd"


def test_weights_that_lack_a_row(tmp_path: Path) -> None:
    with np.load(WEIGHTS / "weights.npz") as stored:
        parts = dict(stored)
    np.savez(tmp_path / "weights.npz", **{**parts, "keys": parts["keys"][:-1]})
    with pytest.raises(ModelError, match="do not belong together"):
        PkusegSegmenter(tmp_path)(["修路"])


def test_words_do_not_depend_on_the_texts_beside_them(words: PkusegSegmenter) -> None:
    texts = ["全市新建道路12公里。", "", "教育局 通知:明日开学。", "路", "ＧＤＰ增长5.2%,好于预期。"] * 100
    assert words(texts) == [words([text])[0] for text in texts]


@pytest.mark.parametrize("case", CASES["standards"], ids=[case["text"] for case in CASES["standards"]])
def test_standards(case: dict) -> None:
    for standard in ("sxu", "gsd"):
        (pieces,) = PkusegSegmenter(WEIGHTS, standard)([case["text"]])
        assert [case["text"][start:end] for start, end in pieces] == case[standard]


def test_what_is_listed_is_marked_where_it_begins_and_ends() -> None:
    codes, (start,) = characters.laid_out(["修铁路桥"])
    listed, other = (characters.features(codes, [characters.lexicon(words), {}]) for words in (["铁路"], ["公路"]))
    changed = {
        place - start for row, plain in zip(listed, other, strict=True) for place in np.flatnonzero(row != plain)
    }
    assert changed == {0, 1, 2, 3}
    assert all((row[start + 4 :] == plain[start + 4 :]).all() for row, plain in zip(listed, other, strict=True))
