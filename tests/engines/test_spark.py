"""Spark for real, in local mode: a Java machine, and Python processes beside it."""

from __future__ import annotations

import os
import sys

import pytest

import govclaim.spark
from govclaim.batch import arrow
from govclaim.errors import InputError
from govclaim.schema import loads
from govclaim.spark import Recipe

pytest.importorskip("pyspark", reason="pyspark is not installed; `make test-engines` has an environment with it")
pytestmark = pytest.mark.filterwarnings("default")  # theirs


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {"spark.ui.enabled": "false", "spark.driver.memory": "1g", "spark.sql.shuffle.partitions": "2"}
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def frame(session, rows):
    return session.createDataFrame(rows, "id string, text string, published string, county int").repartition(4)


def test_a_frame_gives_what_a_local_run_gives(frame, rows, local):
    found = [row.asDict() for row in govclaim.spark.annotate(frame, keep=["county"]).collect()]
    assert local.equals(found)
    kept = {row["id"]: row["county"] for row in rows}
    assert all(row["county"] == kept[row["id"]] for row in found)


def test_nested_columns_can_be_asked_in_sql(frame, session, local):
    few = frame.where("id < 'p040'")
    nested = govclaim.spark.annotate(few, recipe=Recipe(format="parquet")).cache()
    found = [row.asDict(recursive=True) for row in nested.collect()]
    restored = {row["id"]: arrow.restored(row["annotation"]) for row in found if row["error"] is None}
    assert restored == {id: loads(line) for id, line in local.annotations.items() if id < "p040"}
    nested.createOrReplaceTempView("pages")
    asked = (
        "select q.value from pages lateral view explode(annotation.quantities) as q where id = 'p012' and q.unit = '所'"
    )
    assert [int(row.value) for row in session.sql(asked).collect()] == [12]


def test_one_bad_text_does_not_stop_its_neighbours(session):
    frame = session.sql("select 'a' as id, cast(x'C4EA' as string) as text union all select 'b', '青石县新增12个。'")
    found = {row.id: row for row in govclaim.spark.annotate(frame.coalesce(1)).collect()}
    assert "UTF-8" in found["a"].error
    assert found["b"].annotation


def test_a_missing_column_is_named(frame):
    with pytest.raises(InputError, match="no column 'body'") as caught:
        govclaim.spark.annotate(frame, text="body")
    assert "county" in caught.value.hint
    with pytest.raises(InputError, match="twice"):
        govclaim.spark.annotate(frame, keep=["id"])
