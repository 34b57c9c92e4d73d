"""Paragraphs and their kinds."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from govclaim.knowledge import default
from govclaim.spans import Span
from govclaim.text.layout import Rules, read, width
from govclaim.text.sentences import surface
from govclaim.values import RawDocument

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "layout.yaml").read_text(encoding="utf-8"))
ARTICLE = (Path(__file__).parents[1] / "corpora" / "raw" / "beiyuan.txt").read_text(encoding="utf-8")
TEARS = (
    ("在一", "线练兵"),
    ("同", "时培育"),
    ("办公", "区,"),
    ("卫生", "服务中心"),
    ("生活在", "这里"),
    ("扩大有", "效投资"),
    ("民生", "幸福"),
)
HEADINGS = (
    "党建领航强根基 实干铁军筑堡垒",
    "贸工联动激活力 产业提质谱新篇",
    "城乡提质焕新颜 宜居善治暖民心",
    "谋篇布局启新程 实干奋进再争先",
)


def paragraphs(text: str, **meta: str) -> list[tuple[str, str]]:
    layout = read(RawDocument(text, meta=meta), default())
    assert [block.paragraph for block in layout.blocks] == list(range(1, len(layout.blocks) + 1))
    return [(block.kind, surface(text, block.span).text) for block in layout.blocks]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_paragraphs(case: dict) -> None:
    wanted = [(kind, surface(text, Span(0, len(text))).text) for kind, text in case["paragraphs"]]
    assert paragraphs(case["text"]) == wanted


@pytest.mark.parametrize(("before", "after"), TEARS, ids=[before + after for before, after in TEARS])
@pytest.mark.parametrize("separator", ["\n\n", "\r\n\r\n", "\u2028\u2028"], ids=["blank line", "crlf", "u2028"])
def test_article_tears_are_joined(before: str, after: str, separator: str) -> None:
    assert f"{before}\n\n{after}" in ARTICLE
    text = ARTICLE.replace("\n\n", separator)
    found = [body for _, body in paragraphs(text) if before + after in body]
    assert len(found) == 1


def test_article_headings_stay_apart() -> None:
    found = paragraphs(ARTICLE)
    assert found[0] == ("title", "空港新城乘风起 品质北苑践初心")
    assert [body for kind, body in found if kind == "heading" and body in HEADINGS] == list(HEADINGS)
    assert found[-1] == ("byline", "全媒体记者 陈张彪")


def test_title_of_the_metadata() -> None:
    text = "本地要闻\n柳湾镇新建步道\n镇里新建步道三条。"
    assert [kind for kind, _ in paragraphs(text)] == ["title", "heading", "body"]
    assert [kind for kind, _ in paragraphs(text, title="柳湾镇新建步道")] == ["heading", "title", "body"]


def test_every_signal_has_a_weight() -> None:
    rules = default().document("layout.yaml", Rules)
    assert rules.weights["always"] < 0 < rules.weights["word_cut"]
    assert all(len(row) % 2 == 0 for row in rules.pairs)
    assert not set(rules.glue) & set(rules.beginners.get(-3, ""))


def test_width_counts_chinese_characters_twice() -> None:
    assert width("北苑GDP") == 7
