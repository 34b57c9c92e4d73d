"""The tally, driven by ``cases/tally.yaml``."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from govclaim.knowledge import default
from govclaim.recognizers import numerals, quantities, tally
from govclaim.spans import Span, Surface, SurfaceSpan
from govclaim.values import Candidate, Entity, Layers, Sentence

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "tally.yaml").read_text("utf-8"))


def sentence(text: str) -> Sentence:
    return Sentence(Span(0, len(text)), Surface(text, (0,), (0,)), "body", 1)


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_roles(case):
    text, knowledge = case["text"], default()
    found = numerals.find(text, knowledge)
    names = tuple(
        Candidate(SurfaceSpan(text.index(name), text.index(name) + len(name)), Entity("LOC"), 1.0, "test")
        for name in case.get("names", ())
    )
    spans = [name.span for name in names]
    layers = Layers(sentence(text), found, quantities.propose(text, found, knowledge, blocked=spans), (), names)
    accounts = tally.account(layers, knowledge)
    assert [(a.span.of(text), a.role) for a in accounts] == [(str(run), role) for run, role in case["roles"]]
    for item in accounts:
        assert (item.layer is None) == (item.index is None)
        if item.layer is not None:
            assert getattr(layers, item.layer)[item.index].span.overlaps(item.span)
