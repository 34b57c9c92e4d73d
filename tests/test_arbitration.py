from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from govclaim.recognizers.arbitration import losers, settle
from govclaim.spans import SurfaceSpan
from govclaim.values import Candidate, Entity

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "arbitration.yaml").read_text(encoding="utf-8"))


def candidates_of(case: dict[str, Any]) -> list[Candidate[int]]:
    return [
        Candidate(SurfaceSpan(start, end), index, confidence, source)
        for index, (start, end, confidence, source) in enumerate(case["candidates"])
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    candidates = candidates_of(case)
    assert [winner.value for winner in settle(candidates)] == case["winners"]
    winners, lost = losers(candidates)
    assert winners == settle(candidates)
    found = {loss.candidate.value: loss.winner.value if loss.winner else None for loss in lost}
    assert found == case.get("lost", {})


def test_twins_that_differ_in_value_alone_do_not_depend_on_order() -> None:
    twins = [Candidate(SurfaceSpan(0, 2), Entity(label), 0.5, "rule:a") for label in ("ORG", "LOC")]
    assert settle(twins) == settle(twins[::-1])
    assert len(settle(twins)) == 1


def test_many_candidates_over_one_stretch() -> None:
    count = 20_000
    nested = [Candidate(SurfaceSpan(index, 2 * count - index), index, 0.5, "rule:a") for index in range(count)]
    winners, lost = losers(nested)
    assert [winner.value for winner in winners] == [0]
    assert len(lost) == count - 1
