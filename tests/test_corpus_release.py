import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import govclaim
from govclaim import schema
from govclaim.batch import arrow
from govclaim.corpus import reading, splitting

parquet = pytest.importorskip("pyarrow.parquet")

ROOT = Path(__file__).parents[1]
TEXTS = {
    "train": "2025年，义乌市一般公共预算收入140.2亿元，同比增长15.27%。",
    "dev": "今年有0.1234567890123456789012345倍，三成，数百人。",
    "test": "永康市新增学位2300余个，居全省第一。",
}


def released(*arguments):
    command = [sys.executable, ROOT / "scripts" / "corpus_release.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A corpus of three splits and the reference article, and its release."""
    folder = tmp_path_factory.mktemp("corpora")
    source = folder / "gold"
    source.mkdir()
    for split, text in TEXTS.items():
        meta = {"kind": "county", "typography": "plain", "annotation": {"status": "gold"}}
        reading.write([govclaim.annotate(text, published="2026-01-20", id=split, meta=meta)], source / f"{split}.jsonl")
    shutil.copy(ROOT / "corpora" / "gold" / "beiyuan.json", source)
    documents = list(reading.read([source]))
    splits = {each.id: each.split for each in documents if each.split}
    (source / "splits.csv").write_text(splitting.written(splitting.frozen(documents, splits)), encoding="utf-8")
    done = released(source, "-o", folder / "release")
    assert done.returncode == 0, done.stderr
    return documents, folder / "release"


def test_every_document_comes_back_from_parquet(made):
    documents, release = made
    found = {}
    for file in (release / "data").glob("*.parquet"):
        split = file.name.partition("-")[0]
        found |= {row["id"]: (split, arrow.restored(row)) for row in parquet.read_table(file).to_pylist()}
    names = {"train": "train", "dev": "validation", "test": "test", "beiyuan": "reference"}
    assert {id: split for id, (split, _) in found.items()} == names
    for each in documents:
        back = found[each.id][1]
        for layer in ("sentences", "entities", "quantities", "times", "claims"):
            for ours, theirs in zip(getattr(each.annotation, layer), getattr(back, layer), strict=True):
                given = {
                    name: getattr(theirs, name) for name in type(ours).model_fields if name in ours.model_fields_set
                }
                given.pop("confidence", None)  # rounded to nine places
                assert given == {name: getattr(ours, name) for name in given}
        assert back.text == each.annotation.text
        assert back.meta.get("kind") == each.annotation.meta.get("kind")


def test_the_card_names_files_that_are_there(made):
    _, release = made
    _, head, body = (release / "README.md").read_text("utf-8").split("---\n", 2)
    card = yaml.safe_load(head)
    assert card["license"] == "cc-by-4.0"
    files = card["configs"][0]["data_files"]
    assert [each["split"] for each in files] == ["train", "validation", "test", "reference"]
    assert all(len(list(release.glob(each["path"]))) == 1 for each in files)
    assert "| validation | 1 |" in body
    assert (release / "splits.csv").is_file()


def test_the_library_of_hugging_face_loads_it(made, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    datasets = pytest.importorskip("datasets")  # 200 MB: pip install datasets
    documents, release = made
    loaded = datasets.load_dataset(str(release), cache_dir=str(tmp_path))
    assert list(loaded) == ["train", "validation", "test", "reference"]
    assert loaded["train"][0]["text"] == TEXTS["train"]
    article = next(each.annotation for each in documents if each.id == "beiyuan")
    row = loaded["reference"][0]
    assert [claim["quantity"] for claim in row["claims"]] == [claim.quantity for claim in article.claims]
    value = next(each["value"] for each in row["quantities"] if each["text"] == "14.02亿元")
    assert value == 1402000000


def test_a_corpus_that_is_not_sound_is_not_released(tmp_path):
    annotation = govclaim.annotate(TEXTS["train"], published="2026-01-20", id="a")
    value = schema.parse_json(govclaim.dumps(annotation))
    value["quantities"][0]["value"] = None
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "train.jsonl").write_text(json.dumps(value, default=float), encoding="utf-8")
    done = released(tmp_path / "gold", "-o", tmp_path / "release")
    assert done.returncode == 1
    assert "has no value" in done.stderr
    assert not (tmp_path / "release").exists()
