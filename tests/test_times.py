import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from govclaim.knowledge import default
from govclaim.recognizers.times import propose, resolve
from govclaim.spans import Span, Surface
from govclaim.values import Sentence

CASES = yaml.load((Path(__file__).parent / "cases" / "times.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def sentences_of(text):
    found = []
    for number, paragraph in enumerate(text.split("\n"), 1):
        for part in re.findall(r"[^。]+。?", paragraph):
            surface = part.translate(FOLD)
            found.append(Sentence(Span(0, len(part)), Surface(surface, (0,), (0,)), "body", number))
    return found


def resolved(text, published):
    sentences = sentences_of(text)
    expressions = [propose(sentence.surface.text, default()) for sentence in sentences]
    layers = resolve(expressions, sentences, published, default())
    assert [[c.span for c in layer] for layer in layers] == [[c.span for c in layer] for layer in expressions]
    return [(s.surface.text, candidate) for s, layer in zip(sentences, layers, strict=True) for candidate in layer]


def day_of(case):
    if "published" not in case:
        return date(2026, 1, 20)
    return date.fromisoformat(case["published"]) if case["published"] != "null" else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:24])
def test_case(case):
    marked = case["text"].translate(FOLD)
    wanted = re.findall(r"\[([^\]]*)\]", marked)
    found = resolved(re.sub(r"[\[\]]", "", case["text"]), day_of(case))
    assert [candidate.span.of(text) for text, candidate in found] == wanted
    # The base loader keeps 2026-01-20 a text, and null as well.
    assert [candidate.value.value or "null" for _, candidate in found] == case["expect"]
    warnings = [candidate.value.warning for _, candidate in found if candidate.value.warning]
    assert bool(warnings) == ("warns" in case)
    assert all(part in warnings[0] for part in case.get("warns", ()))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2025年", "date"),
        ("3月", "date"),
        ("1—9月", "period"),
        ("截至10月底", "period"),
        ("今年以来", "period"),
        ("“十四五”期间", "period"),
        ("过去五年", "duration"),
        ("每年", "set"),
    ],
)
def test_kind(text, kind):
    assert [candidate.value.kind for _, candidate in resolved(text, date(2026, 1, 20))] == [kind]


def test_reference_article_has_its_sixteen_times():
    stretches = (
        "近年来，街道交出亮眼答卷。2025年，北苑经济发展成绩单亮眼。今年到目前为止，辖区电商主体已近11万家。"
        "入选省商务厅2025年度电商直播式“共富工坊”名单。"
        "今年“六一”专场直播首日订单破百，峰值单日订单超1000单，预计销售额突破70万元。\n去年，街道推进重点项目。建设三村区块作为义乌今年首个征收项目。\n"
        "去年，新增学位2300余个；获评“2025年全国敬老文明号”；全年开展文化活动373场次。\n“以前邻里纠纷闹到派出所。现在碰到事儿找调解员。”"
        "2025年，街道调处纠纷5742件。\n“现在环境越来越美。”站在“十五五”开局之年的新起点，锚定新目标。未来，北苑街道将继续奋斗。"
    )
    found = resolved(stretches, date(2026, 1, 20))
    assert [(candidate.span.of(text), candidate.value.value) for text, candidate in found] == [
        ("近年来", None),
        ("2025年", "2025"),
        ("今年到目前为止", "2026-01-01/2026-01-20"),
        ("2025年度", "2025"),
        ("今年“六一”", None),
        ("去年", "2025"),
        ("今年", "2026"),
        ("去年", "2025"),
        ("2025年", "2025"),
        ("全年", "2025"),
        ("以前", None),
        ("现在", None),
        ("2025年", "2025"),
        ("现在", None),
        ("“十五五”开局之年", "2026"),
        ("未来", None),
    ]


PIECES = ["9", "一", "（", "2025年", "1-", "截至", "“一", "1月1日至", "近一百", "12:", "五年", "《"]


@pytest.mark.parametrize("piece", PIECES)
def test_long_input_is_read_in_linear_time(piece):
    # A quadratic scan of this length would outlast any patience; the assertion is that it ends with sound spans.
    text = (piece * 5_000).translate(FOLD)
    ends = [(candidate.span.start, candidate.span.end) for candidate in propose(text, default())]
    assert all(first[1] <= second[0] for first, second in pairwise(ends))
    assert len(resolved(text, date(2026, 1, 20))) == len(ends)
