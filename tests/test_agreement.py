from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from govclaim import knowledge
from govclaim.recognizers.agreement import OURS, STATES, Rivals, weigh
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Entity

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "agreement.yaml").read_text(encoding="utf-8"))


def names_of(rows: list[list[Any]], source: str) -> list[Candidate[Entity]]:
    return [Candidate(SurfaceSpan(a, b), Entity(label), confidence, source) for a, b, label, confidence in rows]


def as_row(name: Candidate[Entity]) -> list[Any]:
    return [name.span.start, name.span.end, name.value.label]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    names = names_of(case["rule"], "rule:entity.test") + names_of(case["tagger"], OURS)
    kept = weigh(names, knowledge.default())
    assert sorted(map(as_row, kept)) == case["kept"]
    assert kept == weigh(names[::-1], knowledge.default())
    assert all(0 < name.confidence < 1 for name in kept)
    if "surest" in case:
        assert as_row(max(kept, key=lambda name: name.confidence)) == case["surest"]


def test_agreement_makes_surer_and_contradiction_doubtful() -> None:
    rule = names_of([[0, 4, "LOC", 0.8]], "rule:entity.test")
    (alone,) = weigh(rule, knowledge.default())
    (both,) = weigh(rule + names_of([[0, 4, "LOC", 0.9]], OURS), knowledge.default())
    against = weigh(rule + names_of([[2, 6, "ORG", 0.9]], OURS), knowledge.default())
    assert both.confidence > alone.confidence
    assert next(name for name in against if name.value.label == "LOC").confidence < both.confidence


def test_other_models_keep_their_confidence() -> None:
    (name,) = weigh(names_of([[0, 4, "LOC", 0.42]], "model:reader.own"), knowledge.default())
    assert name.confidence == 0.42


def test_states_are_told_by_overlap_alone() -> None:
    rivals = Rivals(names_of([[0, 2, "LOC", 0.6], [0, 9, "ORG", 0.7], [10, 12, "LOC", 0.8]], OURS))
    asked = names_of([[0, 2, "LOC", 0.5], [3, 9, "ORG", 0.5], [9, 10, "PER", 0.5], [11, 14, "LOC", 0.5]], "rule:a")
    assert [rivals.standing(name) for name in asked] == [("same", 0.6), ("other", 0.7), ("silent", 0.5), ("other", 0.8)]
    assert {state for state, _ in map(rivals.standing, asked)} == set(STATES)


def test_twenty_thousand_names_in_a_sentence() -> None:
    rows = [[5 * index, 5 * index + 4, "LOC", 0.8] for index in range(20_000)]
    kept = weigh(names_of(rows, "rule:entity.test") + names_of(rows, OURS), knowledge.default())
    assert len(kept) == len(rows)
