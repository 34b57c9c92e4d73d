"""Figures that are written from true values give no finding, however they are rounded."""

from __future__ import annotations

import sys
from importlib import util
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from govclaim.checking import findings

_SPEC = util.spec_from_file_location("plant_faults", Path(__file__).parents[2] / "scripts/plant_faults.py")
plant = util.module_from_spec(_SPEC)
sys.modules["plant_faults"] = plant  # dataclasses look their module up
_SPEC.loader.exec_module(plant)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(plant.KINDS)), st.integers(1000, 10**9), st.booleans())
def test_consistent_values_never_give_a_finding(kind: str, number: int, other: bool) -> None:
    document = plant.compose(kind, number, False, plant.OTHERS if other else plant.KINDS)
    assert findings.check(document) == ()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(plant.KINDS)), st.integers(1000, 10**9))
def test_findings_do_not_depend_on_the_order_of_the_layers(kind: str, number: int) -> None:
    document = plant.compose(kind, number, True)
    turned = document.model_copy(
        update={name: tuple(reversed(getattr(document, name))) for name in ("entities", "quantities", "times")}
    )
    assert findings.check(turned) == findings.check(document)
