"""Rows of an engine's table, in and out."""

import json
import sys

import pytest

import govclaim
from govclaim.batch import arrow
from govclaim.batch.columns import NAMES, Columns, crew, dismiss
from govclaim.batch.records import Fields
from govclaim.batch.work import Recipe
from govclaim.errors import InputError

pa = pytest.importorskip("pyarrow")
ROWS = [
    {"id": "a", "text": "去年，青石县新建学校3所。", "published": "2026-01-20", "price": 1.5},
    {"id": "b", "text": None, "published": "2026-01-20", "price": float("nan")},
    {"id": None, "text": "青石县增长5.0%。", "published": None, "price": None},
    {"id": "d", "text": "青石县", "published": "2026-02-30", "price": None},
]


@pytest.fixture(autouse=True, scope="module")
def no_process_stays():
    yield
    dismiss()


def annotated(columns, table):
    return [row for part in columns.annotated(table) for row in part.to_pylist()]


def test_each_row_is_annotated_or_rejected_whole_and_in_its_place():
    columns = Columns(Recipe(), keep=("price",), published="2026-01-20")
    table = pa.Table.from_pylist(ROWS)
    parts = list(columns.annotated(table))
    assert [part.schema for part in parts] == [columns.schema(table.schema)]
    assert parts[0].column_names == [*NAMES, "price"]
    first, second, third, fourth = parts[0].to_pylist()
    assert first["annotation"] == govclaim.dumps(govclaim.annotate(ROWS[0]["text"], id="a", published="2026-01-20"))
    assert (first["characters"], first["claims"], first["error"], first["price"]) == (13, 1, None, 1.5)
    assert (second["id"], second["annotation"], second["error"]) == ("b", None, "the record has no 'text'")
    assert json.loads(second["record"]) == {"id": "b", "text": None, "published": "2026-01-20", "price": None}
    same = govclaim.annotate(ROWS[2]["text"], published="2026-01-20")
    assert (third["id"], third["annotation"]) == (same.id, govclaim.dumps(same))
    assert "2026-02-30" in fourth["error"]
    assert fourth["hint"]


def test_nested_rows_are_what_parquet_holds():
    rows = annotated(Columns(Recipe(format="parquet")), pa.Table.from_pylist(ROWS))
    assert arrow.restored(rows[0]["annotation"]) == govclaim.annotate(ROWS[0]["text"], id="a", published="2026-01-20")
    assert [row["annotation"] is None for row in rows] == [False, True, False, True]


def test_bytes_that_are_no_text_reject_one_row():
    raw = pa.array([b"\xc4\xea", "青石县".encode()], pa.binary())
    text = pa.StringArray.from_buffers(2, raw.buffers()[1], raw.buffers()[2])
    first, second = annotated(Columns(Recipe()), pa.table({"id": ["a", "b"], "text": text}))
    assert (first["id"], "UTF-8" in first["error"], second["error"]) == ("a", True, None)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (Columns(Recipe(), Fields(text="body")), "no column 'body'"),
        (Columns(Recipe(), keep=("county",)), "no column 'county'"),
        (Columns(Recipe(), keep=("id",)), "twice"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(columns, message):
    with pytest.raises(InputError, match=message) as caught:
        columns.check(["id", "text", "published"])
    assert "id, " in caught.value.hint


def test_an_engine_that_is_missing_or_unknown_is_told_before_anything_is_written(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from govclaim.cli import app

    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    for engine, hint in (("ray", "govclaim[ray]"), ("spark", "govclaim.spark.annotate"), ("dask", "local")):
        command = ["annotate", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "out.jsonl"), "--engine", engine]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 2
        assert hint in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_another_recipe_ends_the_process_of_the_one_before():
    first = crew(Recipe(), 10)
    assert next(first.results([]), None) is None
    assert crew(Recipe(), 10) is first
    second = crew(Recipe(text=False), 10)
    assert second is not first
    dismiss()
    assert crew(Recipe(text=False), 10) is not second
