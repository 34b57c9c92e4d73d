"""The tagger goes on learning, where torch is installed (`make test-train`)."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from govclaim.corpus import reading
from govclaim.pipeline.backends import shipped_model
from govclaim.training import course, settings, tagger

pytest.importorskip("torch")

GOLD = Path(__file__).parents[2] / "corpora" / "gold" / "train.jsonl.gz"
# A village that the shipped tagger takes for nothing, named as its pages name it.
NAME = "咯吱嘎"
TEXTS = [f"昨天，{NAME}的乡亲领到了新农具。", f"记者在{NAME}看到，稻谷已经入仓。", f"{NAME}今年修好了两条水渠。"]


def sentences(names: bool = True) -> list[tagger.Sentence]:
    return [(text, ((text.index(NAME), text.index(NAME) + len(NAME), "LOC"),) if names else ()) for text in TEXTS]


def test_it_learns_a_name_and_nothing_changes_that_no_document_shows() -> None:
    of = replace(settings.read().tagger, epochs=12, rate=0.003, pull=0.0)
    content, epochs, scores = tagger.tuned(shipped_model(), sentences(), sentences(), of, 0)
    assert content is not None
    assert scores[epochs] > scores[0]
    again, _, _ = tagger.tuned(shipped_model(), sentences(), sentences(), of, 0)
    assert content == again  # byte by byte
    with np.load(shipped_model() / "tagger.npz") as old, np.load(io.BytesIO(content)) as new:
        assert old.files == new.files
        assert all(old[name].dtype == new[name].dtype for name in old.files)
        changed = (old["ngrams"] != new["ngrams"]).any(axis=1).sum()
        assert 0 < changed <= 5 * sum(len(text) + 16 for text in TEXTS)
        assert (old["gazetteer.keys"] == new["gazetteer.keys"]).all()


def test_a_full_pull_keeps_the_old_weights() -> None:
    of = replace(settings.read().tagger, epochs=1, pull=1.0)
    content, _, _ = tagger.tuned(shipped_model(), sentences(), [], of, 0)
    assert content == (shipped_model() / "tagger.npz").read_bytes()


def test_a_model_with_a_tagger_of_its_own(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    reading.write(reading.sound([GOLD])[:3], gold)
    found = settings.read(None, parts=("tagger",))
    outcome = course.train(course.Task((gold,), tmp_path / "model", found))
    assert "tagger.npz" in outcome.model.digests
    assert outcome.tagger == "3 epochs"
    assert outcome.model.tagger().version == "mine-1"
