"""Inputs made after faults that people reported of other tools; ``source`` names the report."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

import govclaim

CASES = [
    json.loads(line, parse_float=Decimal)
    for line in (Path(__file__).parent / "cases" / "faults.jsonl").read_text("utf-8").splitlines()
]


def overlaps(text, part, items):
    """Whether an item overlaps a place where ``part`` stands."""
    places = [at for at in range(len(text)) if text.startswith(part, at)]
    return any(item.start < at + len(part) and at < item.end for at in places for item in items)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_fault(case):
    text = case["text"]
    found = govclaim.annotate(text, published=case["published"])
    for layer in ("quantities", "times", "entities"):
        for wanted in case[layer]:
            fields = {name: value for name, value in wanted.items() if name != "text"}
            alike = [item for item in getattr(found, layer) if item.text.strip('“”"') == wanted["text"]]
            shown = [{name: getattr(item, name) for name in fields} for item in alike]
            assert fields in shown, f"{layer}: {wanted['text']} among {[i.text for i in getattr(found, layer)]}"
    assert not [part for part in case["none"] if overlaps(text, part, found.quantities)]
    assert not [part for part in case["not_times"] if overlaps(text, part, found.times)]
    assert not {entity.text for entity in found.entities} & set(case["not_entities"])
