from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from govclaim.knowledge import Knowledge, default
from govclaim.recognizers.entities import propose
from govclaim.recognizers.gazetteer import gazetteer
from govclaim.spans import Span, Surface
from govclaim.values import Candidate, Entity, Sentence

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "entities.yaml").read_text(encoding="utf-8"))
MARK = re.compile(r"\[([^\[\]|]+)\|(LOC|ORG|PER)\]")


def sentence(text: str, kind: str = "body") -> Sentence:
    return Sentence(Span(0, len(text)), Surface(text, (0,), (0,)), kind, 1)


def plain(marked: str) -> str:
    return MARK.sub(r"\1", marked)


def with_marks(text: str, found: tuple[Candidate[Entity], ...]) -> str:
    for candidate in reversed(found):
        span = candidate.span
        text = f"{text[: span.start]}[{span.of(text)}|{candidate.value.label}]{text[span.end :]}"
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: plain(case.get("text") or case["sentences"][0]))
def test_case(case: dict[str, Any]) -> None:
    marked = case.get("sentences") or [case["text"]]
    texts = [plain(text) for text in marked]
    found = propose([sentence(text, case.get("kind", "body")) for text in texts], default(), place=case.get("place"))
    assert [with_marks(text, names) for text, names in zip(texts, found, strict=True)] == marked
    if "subtype" in case:
        assert [name.value.subtype for name in found[0]] == case["subtype"]


def test_candidates_say_which_rule_made_them_and_how_sure_it_is() -> None:
    (found,) = propose([sentence("省商务厅和义乌市签约。")], default())
    assert [name.source for name in found] == ["rule:entity.body.relative", "rule:entity.place.known"]
    assert [name.because for name in found] == ["厅", ""]
    confidences = gazetteer(default()).names.confidence
    assert [name.confidence for name in found] == [confidences["body.relative"], confidences["place.known"]]


def test_every_confidence_is_a_share() -> None:
    assert all(0 < share <= 1 for share in gazetteer(default()).names.confidence.values())


def test_a_user_adds_bodies_and_divisions(tmp_path: Path) -> None:
    (tmp_path / "names.yaml").write_text("bodies: [萤火联盟]\n", encoding="utf-8")
    (tmp_path / "divisions.csv.gz").write_bytes(_packed("339999001,云上镇\n"))
    (found,) = propose([sentence("萤火联盟落户云上镇。")], Knowledge(tmp_path))
    assert [(name.span.of("萤火联盟落户云上镇。"), name.value.label) for name in found] == [
        ("萤火联盟", "ORG"),
        ("云上镇", "LOC"),
    ]


def _packed(text: str) -> bytes:
    import gzip

    return gzip.compress(text.encode())


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("义乌市", "义乌"),
        ("长阳土家族自治县", "长阳"),
        ("黔东南苗族侗族自治州", "黔东南"),
        ("内蒙古自治区", "内蒙古"),
        ("康县", None),
        ("汉沽管理区", None),
        ("北苑", None),
    ],
)
def test_stem(name: str, stem: str | None) -> None:
    assert gazetteer(default()).stem(name) == stem


@pytest.mark.parametrize("unit", ["中心", "县公安局", "分局派出所", "阿·", "王伟、李强、", "村", "中美"])
def test_long_repetitions_are_read_in_linear_time(unit: str) -> None:
    text = unit * (6000 // len(unit))
    (found,) = propose([sentence(text)], default())
    assert all(0 <= name.span.start < name.span.end <= len(text) for name in found)
