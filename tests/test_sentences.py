"""Sentence ends and surfaces."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from govclaim.knowledge import default
from govclaim.spans import Span, SurfaceSpan
from govclaim.text.layout import read
from govclaim.text.sentences import split, surface
from govclaim.values import RawDocument, Sentence

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "sentences.yaml").read_text(encoding="utf-8"))
ARTICLE = (Path(__file__).parents[1] / "corpora" / "raw" / "beiyuan.txt").read_text(encoding="utf-8")


def sentences(text: str) -> tuple[Sentence, ...]:
    return split(read(RawDocument(text), default()), default())


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:12] for case in CASES])
def test_sentences(case: dict) -> None:
    wanted = [part.strip() for part in case["text"].split("¦")]
    text = case["text"].replace("¦", "")
    found = sentences(text)
    assert [sentence.span.of(text) for sentence in found] == wanted
    if "surfaces" in case:
        assert [sentence.surface.text for sentence in found] == case["surfaces"]


def test_article() -> None:
    found = {sentence.surface.text: sentence for sentence in sentences(ARTICLE)}
    torn = next(text for text in found if "同时培育电商新业态" in text)
    at = torn.index("同时")
    assert found[torn].span == Span(986, 1090)
    assert found[torn].surface.to_document(SurfaceSpan(at, at + 2)) == Span(1023, 1027)
    assert len(found) == 51
    assert "“以前邻里纠纷、租房矛盾,要么闷在心里,要么闹到派出所。" in found
    assert "现在碰到事儿,第一反应是找‘滴滴调解员’。”" in found


def test_surface_keeps_its_way_back() -> None:
    text = "投资\n  14.\r\n02亿元，GDP\u2028ABC"
    made = surface(text, Span(0, len(text)))
    assert made.text == "投资14.02亿元,GDP ABC"
    assert made.to_document(SurfaceSpan(2, 9)) == Span(text.index("1"), text.index("元") + 1)
    assert made.unfolded(text, SurfaceSpan(2, 9)) == "14.02亿元"


def test_odd_code_points_do_no_harm() -> None:
    text = "村里\x00修路。\ud800路灯亮了。\U0001f600"
    assert [sentence.span.of(text) for sentence in sentences(text)] == [
        "村里\x00修路。",
        "\ud800路灯亮了。",
        "\U0001f600",
    ]
    assert sentences("") == ()
