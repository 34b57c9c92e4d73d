"""The corpus that ships: what its datasheet and README say of it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from govclaim import cli
from govclaim.corpus import reading, splitting, statistics, validation
from govclaim.pipeline.backends import segmenter_named

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "corpora" / "gold"
GENRES = [
    "agriculture", "budget-report", "correction", "education", "environment", "health", "notice", "police",
    "press-conference", "project-news", "question-answer", "speech", "statistics-bulletin", "table-in-prose",
    "target-list", "tourism", "trade-fair", "transport", "village-news", "weather-flood", "work-summary",
]  # fmt: skip
TYPOGRAPHIES = ["boilerplate", "english", "fullwidth", "headings", "plain", "table", "torn"]


@pytest.fixture(scope="module")
def documents():
    return list(reading.read([GOLD]))


@pytest.fixture(scope="module")
def sides():
    return [list(reading.read([GOLD.parent / "agreement" / f"{name}.jsonl.gz"])) for name in ("first", "second")]


def test_nothing_is_wrong_with_it(documents):
    assert validation.validate(documents, listed=splitting.read_list(GOLD / splitting.LIST)) == []


def test_its_size_genres_typographies_and_wording(documents):
    found = statistics.describe(documents, segmenter_named("words"), shared=1)
    assert found.total.documents >= 240
    assert found.total.characters >= 60_000
    assert found.total.claims >= 2_400
    assert [name for name in found.genres if name != "—"] == GENRES
    assert [name for name in found.typographies if name != "—"] == TYPOGRAPHIES
    assert found.shared[0].share <= 0.03


def test_the_published_annotations_are_of_its_texts(documents, sides):
    gold = {each.id: each.annotation.text for each in documents if each.split in ("dev", "test")}
    for side in sides:
        assert {each.id: each.annotation.text for each in side} == gold
    who = [[each.annotation.meta.get("annotation")["annotator"] for each in side] for side in sides]
    assert all(one != other for one, other in zip(*who, strict=True))


def test_the_datasheet_has_what_the_command_prints():
    files = [str(GOLD.parent / "agreement" / f"{name}.jsonl.gz") for name in ("first", "second")]
    runner = CliRunner(env={"COLUMNS": "140"})
    done = runner.invoke(cli.app, ["corpus", "agreement", *files, "--by", "annotation.round"])
    assert done.exit_code == 0, done.output
    printed = [line.rstrip() for line in done.stdout.splitlines() if line.strip()]
    sheet = [line for line in (ROOT / "docs" / "datasheet.md").read_text("utf-8").splitlines() if line]
    first = sheet.index(printed[0])
    assert sheet[first : first + len(printed)] == printed
