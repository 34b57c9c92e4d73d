from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from govclaim.claims.attribution import find
from govclaim.knowledge import default
from govclaim.spans import Span, Surface, SurfaceSpan
from govclaim.values import Candidate, Entity, Layers, RawDocument, Sentence

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "attribution.yaml").read_text(encoding="utf-8"))
MARK = re.compile(r"\{(?P<name>[^|{}]+)\|(?P<label>[A-Z]+)\}|\[(?P<figure>[^\[\]]+)\]")


def read(sentences: list[str]) -> tuple[RawDocument, list[Layers], list[tuple[int, int]]]:
    """The document, its layers and, for each figure, its sentence and position."""
    document, layers, figures, paragraph = "", [], [], 1
    for index, marked in enumerate(sentences):
        if marked.startswith("¶"):
            marked, paragraph, document = marked[1:], paragraph + 1, document + "\n"
        text, entities, at = "", [], 0
        for match in MARK.finditer(marked):
            text += marked[at : match.start()]
            span = SurfaceSpan(len(text), len(text) + len(match["name"] or match["figure"]))
            if match["figure"]:
                figures.append((index, span.start))
            else:
                entities.append(Candidate(span, Entity(match["label"]), 1.0, "test"))
            text, at = text + (match["name"] or match["figure"]), match.end()
        text += marked[at:]
        span = Span(len(document), len(document) + len(text))
        surface = Surface(text, (0,), (span.start,))
        layers.append(Layers(Sentence(span, surface, "body", paragraph), entities=tuple(entities)))
        document += text
    return RawDocument(document), layers, figures


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    raw, layers, figures = read(case["text"])
    stretches = find(layers, raw, default())
    said: list[str | None] = []
    for sentence, position in figures:
        holding = [s.value for s in stretches[sentence] if s.span.start <= position < s.span.end]
        assert len(holding) <= 1
        who = [
            "”" * value.quoted + value.place.span.of(layers[value.place.sentence].sentence.surface.text)
            for value in holding
        ]
        said.append(who[0] if who else None)
    assert said == case["expect"]


def test_the_speaker_is_linked_to_his_entity() -> None:
    raw, layers, _ = read(["{甲溪县教育局|ORG}局长{李明远|PER}表示,新增学位[300个]。"])
    (stretch,) = find(layers, raw, default())[0]
    assert stretch.value.entity == (0, 1)
    assert stretch.because.startswith("lead")


def test_a_title_is_nobodys_word() -> None:
    raw, layers, _ = read(["{李明远|PER}表示,新增学位[300个]"])
    title = layers[0].sentence
    layers = [Layers(Sentence(title.span, title.surface, "title", 1), entities=layers[0].entities)]
    assert find(layers, raw, default()) == ((),)


def test_long_sentences_of_leads_and_quotations() -> None:
    raw, layers, _ = read(["".join("{李明远|PER}说,“好吃,”" for _ in range(3000))])
    (stretches,) = find(layers, raw, default())
    assert len(stretches) > 3000
    assert all(a.span.end <= b.span.start for a, b in pairwise(stretches))
