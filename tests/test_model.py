"""A model's folder: what it holds is used, what it lacks is the shipped one's, and what is damaged is told."""

from __future__ import annotations

import gzip
import pickle
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from govclaim import ModelError, annotate, load, schema, scoring
from govclaim.batch import manifest
from govclaim.batch.records import FIELDS
from govclaim.batch.work import Recipe
from govclaim.knowledge import FITTED, Knowledge, default
from govclaim.pipeline.backends import shipped_model
from govclaim.pipeline.model import TAGGER, Model
from govclaim.training import measuring

ARTICLE = Path(__file__).parents[1] / "corpora" / "gold" / "beiyuan.json"
TEXT = "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%。"


def folder(place: Path, weights: dict[str, bytes], **more: str) -> Path:
    """A model with these files of weights."""
    place.mkdir()
    card = {"name": "county", "version": "7", "contract": "1.0", **more}
    for name, content in weights.items():
        (place / name).write_bytes(content)
        card[f"{name.partition('.')[0]}_sha256"] = sha256(content).hexdigest()
    lines = "".join(f'{key} = "{value}"\n' for key, value in card.items())
    (place / "model.toml").write_text(lines, encoding="utf-8")
    return place


def packed(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    traits = {name.partition("|")[2].rpartition("\t")[0] for name in default().entries("modality.tsv.gz")}
    return folder(tmp_path / "plans", {"modality.tsv.gz": packed("".join(f"target|{t}\t9\n" for t in sorted(traits)))})


def test_the_folder_s_weights_are_used_and_named(plans: Path) -> None:
    shipped, ours = annotate(TEXT), annotate(TEXT, nlp=load(model=plans))
    assert {claim.modality for claim in shipped.claims} == {"actual"}
    assert {claim.modality for claim in ours.claims} == {"target"}
    assert shipped.producer is not None
    assert ours.producer is not None
    assert ours.producer.model == "county-7"
    # All else is the shipped one's.
    assert [claim.indicator for claim in ours.claims] == [claim.indicator for claim in shipped.claims]
    assert ours.entities == shipped.entities


def test_a_model_travels_with_its_pipeline(plans: Path, tmp_path: Path) -> None:
    import spacy

    nlp = load(model=plans, segmenter="characters")
    copy = pickle.loads(pickle.dumps(nlp))
    nlp.to_disk(tmp_path / "pipeline")
    for again in (copy, spacy.load(tmp_path / "pipeline")):
        assert annotate(TEXT, nlp=again, id="d") == annotate(TEXT, nlp=nlp, id="d")


def test_weights_are_replaced_whole_and_a_user_s_tables_lie_over_them(plans: Path, tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "modality.tsv.gz").write_bytes(packed("actual|mine\t3\n"))
    found = list(Knowledge(tables, plans).entries("modality.tsv.gz"))
    assert found[-1] == "actual|mine\t3"
    assert all(line.startswith("target|") for line in found[:-1])
    # What is no fitted weight is not looked for in a model.
    (plans / "ambiguous_places.txt").write_text("青石\n", encoding="utf-8")
    assert Knowledge(None, plans).lines("ambiguous_places.txt") == default().lines("ambiguous_places.txt")


def test_the_shipped_model_knows_its_weights() -> None:
    shipped = Model.shipped()
    assert set(shipped.digests) == {*FITTED, TAGGER}
    assert len(shipped.digest) == 64
    assert Model.read(shipped_model()).tagger().version == shipped.version


def test_a_copy_of_the_shipped_weights_annotates_alike(tmp_path: Path) -> None:
    data = default().folders[0]
    copy = folder(tmp_path / "copy", {name: (data / name).read_bytes() for name in FITTED})
    gold = [schema.loads(ARTICLE.read_text(encoding="utf-8"))]
    sides = [measuring.annotated(gold, measuring.pipeline(model)) for model in ("default", copy)]
    assert sides[0][0].claims == sides[1][0].claims
    for row in scoring.differences(gold, *sides, bootstrap=50):
        if row.p is not None:
            assert (row.difference, row.low, row.high, row.p) == (0, 0, 0, 1), row.name


def ruin(name: str) -> Callable[[Path], Any]:
    return lambda model: (model / name).write_bytes(b"")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda model: (model / "model.toml").unlink(), "the model's card cannot be read"),
        (lambda model: (model / "model.toml").write_text('contract = "9.0"\n'), "follows contract 9.0"),
        (lambda model: (model / "modality.tsv.gz").unlink(), "the weights are missing"),
        (lambda model: (model / "trust.yaml").write_text("x: 1\n"), "does not name these weights"),
        (ruin("modality.tsv.gz"), "the weights are damaged"),
        (shutil.rmtree, "the model's card cannot be read"),
    ],
)
def test_a_damaged_model_is_told(plans: Path, change: Callable[[Path], Any], said: str) -> None:
    change(plans)
    with pytest.raises(ModelError, match=said) as error:
        load(model=plans)
    assert str(plans) in str(error.value.where)
    assert error.value.hint


def test_a_run_does_not_go_on_with_another_model(plans: Path, tmp_path: Path) -> None:
    def drawn(model: Path | None) -> manifest.Manifest:
        return manifest.drawn_up([], Recipe(model=str(model) if model else None), FIELDS, {}, [])

    before = drawn(plans)
    assert manifest.differences(before, drawn(plans)) == []
    assert "the model was" in manifest.differences(before, drawn(None))[0]
    other = folder(tmp_path / "other", {"modality.tsv.gz": packed("target|x\t1\n")})
    assert "the model was" in manifest.differences(before, drawn(other))[0]
