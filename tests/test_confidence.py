"""Confidence is a probability: fitted, measured against gold, and cut by --min-confidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from govclaim import calibration, schema, scoring
from govclaim.batch.selection import sure
from govclaim.batch.work import Recipe
from govclaim.claims import confidence
from govclaim.claims.choice import Link, Option, best_chain, moves, weighed_chain
from govclaim.cli import app
from govclaim.errors import InputError
from govclaim.knowledge import default
from govclaim.training import confidence as training
from govclaim.training import measuring

ARTICLE = Path(__file__).parents[1] / "corpora" / "gold" / "beiyuan.json"


@pytest.fixture(scope="module")
def article() -> Any:
    return schema.loads(ARTICLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def data(article: Any) -> list[training.Example]:
    return training.examples([article], measuring.pipeline(None), default())


def test_the_error_is_the_distance_of_confidence_and_truth() -> None:
    judged = [(0.75, True), (0.75, True), (0.75, True), (0.75, False), (0.95, False), (None, True)]
    found = calibration.measured(judged)
    assert found.claims == 5
    assert found.error == pytest.approx(0.95 / 5)
    rows = {row.least: row for row in found.rows}
    assert rows[0.7].claims == 5
    assert rows[0.7].exact == 0.6
    assert (rows[0.95].claims, rows[0.95].kept, rows[0.95].exact) == (1, 0.2, 0.0)
    assert calibration.measured([]).error is None


def test_every_claim_of_the_pipeline_is_judged_once(article: Any, data: list[training.Example]) -> None:
    predicted = measuring.annotated([article], measuring.pipeline(None))
    report = scoring.score([article], predicted, bootstrap=0)
    assert len(data) == len(report.judged) == len(predicted[0].claims)
    assert sum(exact for _, exact in report.judged) == report.row("claims.exact").right
    assert sum(exact for _, exact in data) == report.row("claims.exact").right
    assert all(0 < confidence <= 1 for confidence, _ in report.judged if confidence is not None)


def test_the_fit_orders_right_before_wrong_and_is_deterministic() -> None:
    signals = [
        (
            confidence.features(confidence.Signals("level", "before", "here", False, dict.fromkeys("ab", certainty))),
            good,
        )
        for certainty, good in [(0.99, True)] * 8 + [(0.6, True), (0.6, False)] + [(0.4, False)] * 8
    ]
    weights = training.fit(signals)
    assert weights == training.fit(signals)
    chances = [confidence.chance(features, weights) for features, _ in signals]
    assert chances[0] > chances[8] > chances[-1]
    assert chances[0] > 0.8
    assert chances[-1] < 0.2


@given(st.lists(st.lists(st.floats(-4, 4), min_size=1, max_size=4), max_size=6))
def test_certainties_are_probabilities_and_change_no_answer(scores: list[list[float]]) -> None:
    links = [
        Link([Option(f"{k}", f"{k}", False, (f"t{i}.{k}",)) for k in range(len(row))], ("step",))
        for i, row in enumerate(scores)
    ]
    weights = {f"t{i}.{k}": score for i, row in enumerate(scores) for k, score in enumerate(row)} | {"stay>step": 0.5}
    found = weighed_chain(links, weights, moves(weights))
    assert [answer for answer, _ in found] == best_chain(links, weights, moves(weights))
    assert all(1 / len(row) - 1e-9 <= certainty <= 1 + 1e-9 for (_, certainty), row in zip(found, scores, strict=True))


def test_two_namings_of_one_time_share_their_certainty() -> None:
    link = Link(
        [Option("a", "2025", False, ("x",)), Option("b", "2025", False, ("x",)), Option(None, "null", False, ())], ()
    )
    ((_, certainty),) = weighed_chain([link], {}, {})
    assert certainty == pytest.approx(2 / 3)


def test_doubtful_claims_are_left_out_and_their_figures_stay(article: Any) -> None:
    predicted = measuring.annotated([article], measuring.pipeline(None))[0]
    middle = sorted(float(claim.confidence or 0) for claim in predicted.claims)[len(predicted.claims) // 2]
    kept = sure(predicted, middle)
    assert 0 < len(kept.claims) < len(predicted.claims)
    assert all(float(claim.confidence or 0) >= middle for claim in kept.claims)
    assert kept.quantities == predicted.quantities
    assert schema.loads(schema.dumps(kept)) == kept
    assert sure(predicted, 0) is predicted


def test_min_confidence_on_the_command_line(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("2025年，青禾县粮食产量30万吨，比上年增长5%。", encoding="utf-8")
    runner = CliRunner()
    everything, nothing = (
        json.loads(runner.invoke(app, ["annotate", str(text), "--published", "2026-01-20", *more]).stdout)
        for more in ([], ["--min-confidence", "1"])
    )
    assert len(everything["claims"]) == 2
    assert nothing["claims"] == []
    assert nothing["quantities"] == everything["quantities"]
    with pytest.raises(InputError, match="does not exist"):
        Recipe(least=1.5)


def test_score_tells_how_far_confidence_can_be_believed(tmp_path: Path, article: Any) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(schema.dumps(article) + "\n", encoding="utf-8")
    found = CliRunner().invoke(app, ["score", str(file), "--model", "default", "--confidence"])
    assert found.exit_code == 0, found.output
    assert "expected calibration error" in found.stdout
    assert "≥ 0.90" in found.stdout
