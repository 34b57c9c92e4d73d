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


def weighed(names: list[Candidate[Entity]]) -> tuple[Candidate[Entity], ...]:
    (column,) = weigh(["一" * 100_000], [names], knowledge.default())
    return column


def as_row(name: Candidate[Entity]) -> list[Any]:
    return [name.span.start, name.span.end, name.value.label]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    names = names_of(case["rule"], "rule:entity.test") + names_of(case["tagger"], OURS)
    kept = weighed(names)
    assert sorted(map(as_row, kept)) == case["kept"]
    assert kept == weighed(names[::-1])
    assert all(0 < name.confidence < 1 for name in kept)
    if "surest" in case:
        assert as_row(max(kept, key=lambda name: name.confidence)) == case["surest"]


def test_agreement_makes_surer_and_contradiction_doubtful() -> None:
    rule = names_of([[0, 4, "LOC", 0.8]], "rule:entity.test")
    (alone,) = weighed(rule)
    (both,) = weighed(rule + names_of([[0, 4, "LOC", 0.9]], OURS))
    against = weighed(rule + names_of([[2, 6, "ORG", 0.9]], OURS))
    assert both.confidence > alone.confidence
    assert next(name for name in against if name.value.label == "LOC").confidence < both.confidence


def test_other_models_keep_their_confidence() -> None:
    (name,) = weighed(names_of([[0, 4, "LOC", 0.42]], "model:reader.own"))
    assert name.confidence == 0.42


def test_states_are_told_by_overlap_alone() -> None:
    rivals = Rivals(names_of([[0, 2, "LOC", 0.6], [0, 9, "ORG", 0.7], [10, 12, "LOC", 0.8]], OURS))
    asked = names_of([[0, 2, "LOC", 0.5], [3, 9, "ORG", 0.5], [9, 10, "PER", 0.5], [11, 14, "LOC", 0.5]], "rule:a")
    assert [rivals.standing(name) for name in asked] == [("same", 0.6), ("other", 0.7), ("silent", 0.5), ("other", 0.8)]
    assert {state for state, _ in map(rivals.standing, asked)} == set(STATES) - {"echoed"}


def test_twenty_thousand_names_in_a_sentence() -> None:
    rows = [[5 * index, 5 * index + 4, "LOC", 0.8] for index in range(20_000)]
    kept = weighed(names_of(rows, "rule:entity.test") + names_of(rows, OURS))
    assert len(kept) == len(rows)


@pytest.mark.parametrize(("whole", "label", "stands"), [("青石县石湾镇", "LOC", True), ("石湾河", "LOC", False)])
def test_a_short_form_stands_where_the_whole_name_is_shown(whole: str, label: str, stands: bool) -> None:
    texts = [f"在{whole}。", "石湾大棚多。"]
    columns = [
        names_of([[1, 1 + len(whole), label, 0.97]], OURS),
        names_of([[0, 2, label, 0.7]], "rule:entity.place.repeated"),
    ]
    _, (short,) = weigh(texts, columns, knowledge.default())
    assert (short.confidence > 0.5) is stands
