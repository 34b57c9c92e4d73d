"""Training: the same data give the same weights, corrected documents make a better model, and mistakes are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from govclaim import GovclaimError, InputError, OutputError, SchemaError, annotate, cli, load, schema
from govclaim.claims.weights import weights
from govclaim.corpus import reading
from govclaim.knowledge import Knowledge, default
from govclaim.training import adaptation, course, folder, parts, selection, settings
from govclaim.training.adaptation import Bank, Group
from govclaim.training.parts import Part

GOLD = Path(__file__).parents[1] / "corpora" / "gold" / "train.jsonl.gz"
ARTICLE = GOLD.parent / "beiyuan.json"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], Path]:
    """Some pages of the gold as a file of their own."""
    documents = reading.sound([GOLD])
    place = tmp_path_factory.mktemp("pages")

    def some(first: int, last: int) -> Path:
        path = place / f"{first}-{last}.jsonl"
        if not path.exists():
            reading.write(documents[first:last], path)
        return path

    return some


def task(gold: Path, out: Path, **more: Any) -> course.Task:
    given = {name: more.pop(name) for name in ("parts", "seed") if name in more}
    return course.Task((gold,), out, settings.read(more.pop("config", None), **given), **more)


# --- what a user does


def test_corrected_documents_make_a_better_model(pages: Callable[[int, int], Path], tmp_path: Path) -> None:
    """The walk at a reduced size: a small model, eight corrected documents of its user, sixteen new ones."""
    config = tmp_path / "train.toml"
    config.write_text("folds = 2\n[update]\nkeep = [1.0]\n[subjects]\nl2 = [4.0]\n", encoding="utf-8")
    small = course.train(task(pages(0, 12), tmp_path / "small", parts=("subjects",), start="scratch", config=config))
    corrected, held = pages(100, 108), pages(108, 124)
    better = course.train(
        task(corrected, tmp_path / "better", parts=("subjects",), start=str(small.model.folder), config=config)
    )
    assert better.model.parent == "mine-1"
    part = parts.ALL["subjects"]
    data = [part.read(document, default(), {}) for document in reading.sound([held])]
    before, after = (part.right(data, weighed(outcome.model.folder)) for outcome in (small, better))
    assert after > before + 5
    # What both share was learnt once and is held as firmly as all documents ask.
    held_by = [course.statistics(outcome.model.folder / "curvature.tsv.gz")["subjects"] for outcome in (small, better)]
    assert sum(held_by[1].values()) > sum(held_by[0].values())


def weighed(model: Path) -> dict[str, float]:
    return dict(weights(Knowledge(None, model), "subjects.tsv.gz"))


def test_the_shipped_model_is_updated_and_used(pages: Callable[[int, int], Path], tmp_path: Path) -> None:
    out = tmp_path / "models" / "mine"
    outcome = course.train(task(pages(3, 6), out, dev=pages(5, 7), parts=("kinds", "subjects")))
    assert outcome.left_out == 1  # the page that is in both
    assert set(outcome.model.digests) - {"curvature.tsv.gz"} == {
        f"{name}.tsv.gz" for name, choice in outcome.choices.items() if choice.label
    }
    assert all(choice.after >= (choice.before or 0) for choice in outcome.choices.values())
    card = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    for said in ("| 3-6.jsonl | gold | 3 |", "| 5-7.jsonl | dev | 2 |", "claims.exact", "seed = 0", "govclaim_news-"):
        assert said in card
    annotation = annotate("青石县新增学位2300余个。", nlp=load(model=out, segmenter="characters"))
    assert annotation.producer is not None
    assert annotation.producer.model == "mine-1"
    assert not list(out.parent.glob(".*"))  # nothing half written is left


def test_a_training_replays_to_the_same_weights(pages: Callable[[int, int], Path], tmp_path: Path) -> None:
    """In processes of which each orders its sets in its own way."""
    config = tmp_path / "train.toml"
    shorter = "[ranker]\nepochs = [1]\n[periods]\nl2 = [4.0]\nsteps = 20\n[subjects]\nl2 = [4.0]\n"
    config.write_text(shorter, encoding="utf-8")
    digests = []
    for number in ("1", "2"):
        command = [
            sys.executable,
            "-m",
            "govclaim",
            "train",
            "--gold",
            pages(10, 12),
            "--from",
            "scratch",
            "--config",
            config,
        ]
        out = tmp_path / number
        done = subprocess.run(
            [*map(str, command), "--out", str(out)],
            env={**os.environ, "PYTHONHASHSEED": number},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        digests.append({file.name: file.read_bytes() for file in out.iterdir()})
    assert digests[0] == digests[1]
    assert {f"{name}.tsv.gz" for name in parts.ALL} <= set(digests[0])


# --- mistakes


def broken(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "quantities": [{**line["quantities"][0], "end": 10**6}, *line["quantities"][1:]]}


def claimless(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "claims": []}


@pytest.mark.parametrize(
    ("change", "error", "said", "where"),
    [
        (lambda lines: [], InputError, "there are no annotations", "gold.jsonl"),
        (lambda lines: [*lines, broken(lines[0])], SchemaError, "", "gold.jsonl:2, record beiyuan"),
        (lambda lines: [*lines, *lines], InputError, "a document comes twice", "gold.jsonl, record beiyuan"),
        (lambda lines: [claimless(lines[0])], InputError, "no document has a claim", "gold.jsonl"),
    ],
)
def test_gold_that_cannot_be_learnt_from_is_told(
    change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
    error: type[GovclaimError],
    said: str,
    where: str,
    tmp_path: Path,
) -> None:
    article = json.loads(ARTICLE.read_text(encoding="utf-8"))
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(each) + "\n" for each in change([article])), encoding="utf-8")
    with pytest.raises(error) as raised:
        course.train(task(gold, tmp_path / "out"))
    assert said in raised.value.message
    assert where in str(raised.value.where)
    assert raised.value.hint
    assert not (tmp_path / "out").exists()


def test_what_is_measured_on_is_not_learnt_from(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="all documents are development documents"):
        course.train(task(ARTICLE, tmp_path / "out", dev=ARTICLE))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sead = 1", "there is no setting 'sead'"),
        ("[update]\nkept = [1]", "there is no setting 'kept'"),
        ("update = 3", "update is a table"),
        ("seed = 'one'", "seed: "),
        ("parts = ['verbs']", "parts.0: "),
        ("[periods]\nl2 = []", "periods.l2 is empty"),
        ("folds = 1", "folds is 1"),
        ("seed = ", "the settings are no TOML"),
    ],
)
def test_faulty_settings_are_told(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "train.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        settings.read(path)
    assert said in raised.value.message
    assert str(path) in str(raised.value.where)
    assert raised.value.hint


def test_a_model_is_replaced_only_on_demand_and_nothing_else_ever(tmp_path: Path) -> None:
    model, other = tmp_path / "model", tmp_path / "thesis"
    for place in (model, other):
        place.mkdir()
    (model / "model.toml").touch()
    (other / "thesis.txt").touch()
    with pytest.raises(OutputError, match="something already"):
        folder.vacant(model, force=False)
    folder.vacant(model, force=True)
    with pytest.raises(OutputError, match="no model"):
        folder.vacant(other, force=True)


def test_a_model_that_cannot_be_written_leaves_what_stood_there(tmp_path: Path) -> None:
    place = tmp_path / "model"
    folder.write(place, {"trust.yaml": b"old"}, {"name": "old"}, "old")
    with pytest.raises(UnicodeEncodeError):
        folder.write(place, {"trust.yaml": b"new"}, {"name": "new"}, "half a character: \ud800")
    assert (place / "trust.yaml").read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["model"]
    folder.write(place, {"trust.yaml": b"new"}, {"name": "new"}, "new")
    assert (place / "trust.yaml").read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["model"]


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed")
def test_the_tagger_asks_for_torch(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="torch") as raised:
        course.train(task(ARTICLE, tmp_path / "out", parts=("tagger",)))
    assert raised.value.hint == "pip install 'govclaim[train]'"


# --- the command line


def run(*arguments: object) -> Any:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_the_printed_settings_are_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "train.toml").write_text(run("train", "--print-config").stdout, encoding="utf-8")
    assert settings.read(tmp_path / "train.toml") == settings.read()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--out", "x"), "--gold is missing"),
        (("--gold", ARTICLE), "--out is missing"),
        (("--gold", ARTICLE, "--out", "x", "--parts", "ranker,verbs"), "there is no part 'verbs'"),
        (("--gold", ARTICLE, "--out", "x", "--from", "nowhere"), "the model's card cannot be read"),
        (("--gold", "nowhere.jsonl", "--out", "x"), "nowhere.jsonl"),
        (("--gold", ARTICLE, "--out", "x", "--config", "nowhere.toml"), "the settings cannot be read"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[object, ...], said: str) -> None:
    done = run("train", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "hint: " in done.stderr


# --- how it learns


def test_curvature_is_the_slope_s_slope() -> None:
    groups = [Group((("a", "b"), ("b",), ("c",)), (1.0, 0.0, 0.0)), Group((("a",), ("c", "d")), (0.0, 1.0), 2.0)]
    column = {name: index for index, name in enumerate("abcd")}
    bank, w, step = Bank(groups, column), np.array([0.3, -0.2, 0.1, 0.5]), 1e-6
    for index, bent in enumerate(bank.curvature(w)):
        aside = step * np.eye(4)[index]
        numeric = (bank.gradient(w + aside)[index] - bank.gradient(w - aside)[index]) / (2 * step)
        assert bent == pytest.approx(numeric, abs=1e-6)


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=2), st.floats(0.1, 1e4))
def test_weights_end_between_where_they_were_and_what_is_said(start: list[float], pull: float) -> None:
    bank = Bank([Group((("a",), ("b",)), (1.0, 0.0))] * 5, {"a": 0, "b": 1})
    old = np.array(start)
    new = adaptation.minimised(bank.gradient, old, np.full(2, pull), 200)
    assert new[0] >= old[0] - 1e-6
    assert new[1] <= old[1] + 1e-6
    # The firmer the old weights are held, the less they move: no slope is steeper than the five figures.
    assert np.abs(new - old).max() <= 5 / pull + 1e-4


@pytest.mark.parametrize("name", parts.ALL)
def test_an_update_moves_weights_towards_the_documents(name: str) -> None:
    part, knowledge = parts.ALL[name], default()
    old = weights(knowledge, part.file)
    document = part.read(schema.loads(ARTICLE.read_text(encoding="utf-8")), knowledge, old)
    loose, firm = (parts.adapted(part, [document], old, {}, 1.0, _with(ridge)) for ridge in (0.05, 1e6))
    assert part.right([document], loose) >= part.right([document], old)
    assert max(abs(firm[each] - old.get(each, 0.0)) for each in firm) < 1e-3
    held = parts.curvature(part, [document], old)
    assert held
    assert all(value >= 0 for value in held.values())


def _with(ridge: float) -> settings.Settings:
    from dataclasses import replace

    found = settings.read()
    return replace(found, update=replace(found.update, ridge=ridge, least=1, steps=30))


class _Stub(Part[int]):
    """Documents are numbers; a way is right on so many of them as it says."""

    name, least = "stub", 0.0
    read = names = banks = options = fitted = None  # type: ignore[assignment]

    def right(self, documents: Any, weights: Any) -> int:
        assert not weights.get("seen", set()) & set(documents)
        return min(weights["right"], len(documents))

    def size(self, document: int) -> int:
        return 1


_Stub.__abstractmethods__ = frozenset()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("rights", "old", "label", "after"),
    [
        ({"firm": 2, "loose": 4}, 1, "loose", 4),
        ({"firm": 4, "loose": 4}, 1, "firm", 4),  # of equals the first
        ({"firm": 2, "loose": 3}, 3, "", 3),  # not bettered
        ({"one": 1}, None, "one", 1),
    ],
)
def test_the_best_way_is_taken(rights: dict[str, int], old: int | None, label: str, after: int) -> None:
    ways = {name: (lambda _, right=right: {"right": right}) for name, right in rights.items()}
    before = None if old is None else {"right": old}
    found = selection.best(_Stub(), ways, [1, 2], [3, 4, 5, 6], old=before, folds=5, seed=0)
    assert (found.label, found.after, found.figures) == (label, after, 4)


def test_each_document_is_left_out_once() -> None:
    steps = []
    ways = {"one": lambda documents: {"right": 1, "seen": set(documents)} if len(documents) < 7 else {"right": 7}}
    found = selection.best(
        _Stub(), ways, list(range(7)), None, old={"right": 0}, folds=3, seed=0, step=lambda: steps.append(1)
    )
    assert found.tried == {"one": 3}
    assert len(steps) == 4  # three folds, and all documents at the end
