"""The learning curve: parts of the documents, and weights that a model's folder takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from govclaim import schema
from govclaim.claims.weights import weights
from govclaim.knowledge import Knowledge, default
from govclaim.pipeline.model import Model
from govclaim.training import curve

ARTICLE = Path(__file__).parents[1] / "corpora" / "gold" / "beiyuan.json"


def test_parts_lie_within_each_other_and_are_drawn_anew_by_seed() -> None:
    quarter, half, whole = curve.nested(range(10), [25, 50, 100], seed=1)
    assert (len(quarter), len(half)) == (3, 5)
    assert half[: len(quarter)] == quarter
    assert whole[: len(half)] == half
    assert sorted(whole) == list(range(10))
    assert curve.nested(range(10), [100], seed=1) == [whole]
    assert curve.nested(range(10), [100], seed=2) != [whole]


def test_the_smallest_part_has_a_document() -> None:
    assert curve.nested("a", [1]) == [["a"]]
    assert curve.nested("", [50]) == [[]]


@pytest.mark.parametrize("name", sorted(curve.PARTS))
def test_each_part_learns_what_it_sees(name: str) -> None:
    part = curve.PARTS[name]
    data = part.read(schema.loads(ARTICLE.read_bytes()), default())
    learnt = curve.fitted(part, data)
    assert part.right(data, learnt) > part.right(data, {})
    assert min(map(abs, learnt.values())) >= part.least
    assert curve.fitted(part, data) == learnt


def test_the_mean_of_several_fits_is_taken() -> None:
    part = curve.Part("kinds", 0.1, lambda *_: (), lambda _, seed: {"a": float(seed), "b": 0.04}, lambda *_: 0.0)
    assert curve.fitted(part, [], seeds=(1, 2)) == {"a": 1.5}


def test_weights_are_written_as_a_model(tmp_path: Path) -> None:
    curve.write(tmp_path / "model", {"kinds": {"none|unit=%": 9.0, "none|at\tstart": -0.25}}, version="3")
    model = Model.read(tmp_path / "model")
    assert (model.identity, list(model.digests)) == ("curve-3", ["kinds.tsv.gz"])
    assert weights(Knowledge(None, model.folder), "kinds.tsv.gz") == {"none|unit=%": 9.0, "none|at\tstart": -0.25}
    digest = model.digest
    curve.write(tmp_path / "model", {"kinds": {"none|unit=%": 8.0}})
    assert Model.read(tmp_path / "model").digest != digest
