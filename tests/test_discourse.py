from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from govclaim import annotate
from govclaim.claims.periods import periods
from govclaim.claims.subjects import subjects
from govclaim.knowledge import default
from govclaim.spans import Span, Surface, SurfaceSpan
from govclaim.values import Candidate, Entity, Layers, Quantity, RawDocument, Sentence, Time

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "discourse.yaml").read_text(encoding="utf-8"))
MARK = re.compile(
    r"\{(?P<name>[^|{}]+)\|(?P<label>[A-Z]+)\}|<(?P<time>[^|<>]+)\|(?P<value>[^<>]*)>|\[(?P<figure>[^\[\]]+)\]"
)


def read(sentences: list[Any]) -> tuple[RawDocument, list[Layers], list[tuple[int, int]]]:
    """The document, its layers and its figures."""
    document, layers, figures, paragraph = "", [], [], 1
    for index, item in enumerate(sentences):
        kind, marked = ("body", item) if isinstance(item, str) else (item["kind"], item["text"])
        if marked.startswith("¶"):
            marked, paragraph, document = marked[1:], paragraph + 1, document + "\n"
        text, at = "", 0
        entities: list[Candidate[Entity]] = []
        times: list[Candidate[Time]] = []
        quantities: list[Candidate[Quantity]] = []
        for match in MARK.finditer(marked):
            text += marked[at : match.start()]
            word = match["name"] or match["time"] or match["figure"]
            span, at = SurfaceSpan(len(text), len(text) + len(word)), match.end()
            text += word
            if match["name"]:
                entities.append(Candidate(span, Entity(match["label"]), 1.0, "test"))
            elif match["time"]:
                times.append(Candidate(span, Time("date", match["value"] or None), 1.0, "test"))
            else:
                dimension = "percent" if word.endswith("%") else "count"
                value = Quantity(Decimal(1), None, None, None, dimension, "exact")
                figures.append((index, len(quantities)))
                quantities.append(Candidate(span, value, 1.0, "test"))
        text += marked[at:]
        span_in_document = Span(len(document), len(document) + len(text))
        sentence = Sentence(span_in_document, Surface(text, (0,), (len(document),)), kind, paragraph)
        layers.append(Layers(sentence, (), tuple(quantities), tuple(times), tuple(entities)))
        document += text
    return RawDocument(document), layers, figures


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_subjects(case: dict[str, Any]) -> None:
    raw, layers, figures = read(case["text"])
    found = [
        subject and subject.place.span.of(layers[subject.place.sentence].sentence.surface.text)
        for subject in subjects(layers, raw, default(), figures)
    ]
    assert found == case["subjects"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_periods(case: dict[str, Any]) -> None:
    _, layers, figures = read(case["text"])
    found = [place and layers[place[0]].times[place[1]].value.value for place, _ in periods(layers, default(), figures)]
    assert found == case["periods"]


def test_a_name_is_linked_to_its_entity_and_a_generic_is_not() -> None:
    raw, layers, figures = read(["{甲溪县|LOC}粮食产量[30万吨]。", "全国粮食产量[7亿吨]。"])
    county, nation = subjects(layers, raw, default(), figures)
    assert county is not None
    assert county.entity == (0, 0)
    assert nation is not None
    assert nation.entity is None


def test_twenty_thousand_figures_in_one_sentence() -> None:
    raw, layers, figures = read(["{甲溪县|LOC}" + "有粮[3吨]," * 20_000])
    assert {subject.entity for subject in subjects(layers, raw, default(), figures) if subject} == {(0, 0)}
    assert len(periods(layers, default(), figures)) == 20_000


def test_a_committee_that_names_no_county_is_not_the_county() -> None:
    text = (
        "今年以来,县委、县政府带领全县上下稳中求进,工业生产加快,服务业恢复,全县经济稳步回升。\n"
        "根据统一核算结果,上半年全县粮食产量为30万吨,比上年同期增长8.7%。其中,早稻产量9万吨,增长2.1%。"
    )
    claims = annotate(text, published="2025-07-20").claims
    assert len(claims) == 4
    assert not [claim for claim in claims if claim.subject and claim.subject.text == "县委"]
