"""Which division a name means; the cases stand in ``cases/links.yaml``."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from govclaim.knowledge import Knowledge, default
from govclaim.pipeline import load
from govclaim.recognizers import links
from govclaim.recognizers.gazetteer import gazetteer
from govclaim.spans import Span, Surface, SurfaceSpan
from govclaim.values import Candidate, Entity, Layers, Sentence

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "links.yaml").read_text(encoding="utf-8"))
NAME = re.compile(r"\[(?P<LOC>[^\]]+)\]|\{(?P<ORG>[^}]+)\}")


def layers(marked: str, subtype: str | None = None) -> Layers:
    text, names, at = "", [], 0
    for match in NAME.finditer(marked):
        text += marked[at : match.start()]
        start = len(text)
        text += match[match.lastgroup or 0]
        at = match.end()
        names.append(Candidate(SurfaceSpan(start, len(text)), Entity(match.lastgroup or "", subtype), 1.0, "test"))
    text += marked[at:]
    sentence = Sentence(Span(0, len(text)), Surface(text, (0,), (0,)), "body", 1)
    return Layers(sentence, entities=tuple(names))


def found(
    sentences: list[str], place: str | None = None, knowledge: Knowledge | None = None
) -> list[tuple[str, links.Link]]:
    document = [layers(text) for text in sentences]
    result = links.resolve(document, place, knowledge or default())
    return [
        (name.value.label, link)
        for layer, row in zip(document, result, strict=True)
        for name, link in zip(layer.entities, row, strict=True)
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "".join(case["sentences"]) + str(case.get("place", "")))
def test_case(case: dict[str, Any]) -> None:
    result = found(case["sentences"], case.get("place"))
    assert [link.code for label, link in result if label == "LOC"] == case["codes"]
    assert all(link == links.Link() for label, link in result if label != "LOC")
    warnings = [link.warning for _, link in result if link.warning]
    if "warns" in case:
        assert len(warnings) == len(case["warns"])
    for word, warning in zip(case.get("warns", ()), warnings, strict=False):
        assert word in warning


def test_a_warning_names_the_candidates_once() -> None:
    (_, first), (_, second) = found(["[朝阳区]开会,[朝阳区]签约。"])
    assert first.warning == "朝阳区 may be 北京市朝阳区 (110105), 吉林省长春市朝阳区 (220104)"
    assert second == links.Link()


def test_a_road_of_a_division_s_name_is_none() -> None:
    ((place,),) = links.resolve([layers("[永康]通车。", "road")], None, default())
    assert place == links.Link()


def test_nothing_to_link() -> None:
    assert links.resolve([layers("开会。")], "义乌市", default()) == ((),)


def test_every_other_name_is_one_of_a_division_in_the_table() -> None:
    codes = gazetteer(default()).codes
    known = {code for listed in codes.values() for code in listed.split(" ")}
    rows = default().rows("renamed_divisions.csv", links.OtherName)
    assert [row for row in rows if row.code not in known] == []
    assert all(row.name not in codes or row.name == "双桥区" for row in rows)  # Chengde has another one


def test_a_user_adds_a_division(tmp_path: Path) -> None:
    (tmp_path / "divisions.csv.gz").write_bytes(gzip.compress("339999001,云上镇\n".encode()))
    ((_, link),) = found(["落户[云上镇]。"], knowledge=Knowledge(tmp_path))
    assert link.code == "339999001"


def test_the_annotation_has_links_and_warnings() -> None:
    annotation = load.annotate("浙江省义乌市北苑街道召开大会。北苑街道新增学位2300个。城关镇也召开大会。")
    codes = {entity.text: entity.link for entity in annotation.entities if entity.label == "LOC"}
    assert codes["北苑街道"] == "330782004"
    assert [(notice.code, annotation.text[notice.start : notice.end]) for notice in annotation.warnings] == [
        ("entity.ambiguous", "城关镇")
    ]
