"""Ray for real: two nodes on this machine, of which one is killed in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

import govclaim.ray
from govclaim.batch import arrow, records
from govclaim.errors import InputError, ModelError
from govclaim.ray import Recipe
from govclaim.schema import dumps, loads

ray = pytest.importorskip("ray", reason="ray is not installed; `make test-engines` has an environment with it")
pytestmark = pytest.mark.filterwarnings("default")  # theirs

SMALL = {"num_cpus": 1, "object_store_memory": 100_000_000}


@pytest.fixture(scope="module")
def cluster():
    """A head that does no work, and two nodes that do."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    made = Cluster(initialize_head=True, head_node_args={**SMALL, "num_cpus": 0})
    made.workers = [made.add_node(**SMALL), made.add_node(**SMALL)]
    ray.init(address=made.address, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield made
    ray.shutdown()
    made.shutdown()


@pytest.fixture
def two(cluster):
    """Two nodes, whatever was killed before."""
    while len(cluster.workers) < 2:
        cluster.workers.append(cluster.add_node(**SMALL))
    return cluster


def kill(cluster, node):
    cluster.workers.remove(node)
    cluster.remove_node(node, allow_graceful=False)


def node_of_an_actor(cluster):
    """The node that does the work at this moment."""
    from ray._private.state import actors

    alive = {actor["Address"]["NodeID"] for actor in actors().values() if actor["State"] == "ALIVE"}
    return next(node for node in cluster.workers if node.node_id in alive)


def test_a_dataset_gives_what_a_local_run_gives_and_survives_the_loss_of_a_node(two, rows, local):
    dataset = ray.data.from_items(rows, override_num_blocks=30)
    found = []
    for row in govclaim.ray.annotate(dataset, keep=["county"]).iter_rows():
        found.append(row)
        if len(found) == 1:
            kill(two, node_of_an_actor(two))
    assert local.equals(found)
    kept = {row["id"]: row["county"] for row in rows}
    assert all(row["county"] == kept[row["id"]] for row in found)


def test_nested_columns_hold_the_same(two, rows, local):
    dataset = ray.data.from_items(rows[:40], override_num_blocks=2)
    found = govclaim.ray.annotate(dataset, recipe=Recipe(format="parquet")).take_all()
    nested = {row["id"]: arrow.restored(row["annotation"]) for row in found if row["error"] is None}
    assert nested == {id: loads(line) for id, line in local.annotations.items() if id < "p040"}


def test_other_names_of_columns_and_a_day_for_all(two):
    dataset = ray.data.from_items([{"key": 5, "body": "去年，青石县新建学校3所。"}])
    (row,) = govclaim.ray.annotate(dataset, text="body", id="key", day="2026-01-20").take_all()
    assert row["id"] == "5"
    assert row["annotation"] == dumps(govclaim.annotate("去年，青石县新建学校3所。", id="5", published="2026-01-20"))


def test_a_missing_column_is_named(two):
    dataset = ray.data.from_items([{"body": "青石县"}]).materialize()
    with pytest.raises(InputError, match="no column 'text'") as caught:
        govclaim.ray.annotate(dataset)
    assert "body" in caught.value.hint


def test_the_command_line_gives_the_same_files_and_survives_the_loss_of_a_node(two, pages, local, tmp_path):
    output = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "govclaim.cli", "annotate", str(pages), "-o", str(output), "--engine", "ray"]
    environment = {**os.environ, "RAY_ADDRESS": two.address}
    with subprocess.Popen([*command, "--part-size", "20"], env=environment) as run:
        journal = tmp_path / "out.jsonl.run" / "journal.jsonl"
        while not journal.exists():  # a first part is done, and there are 29 more
            assert run.poll() is None
            time.sleep(0.05)
        kill(two, two.workers[0])
        assert run.wait() == 1  # some records are rejected
    assert output.read_bytes() == local.content
    assert output.with_name("out.jsonl.rejected.jsonl").read_bytes() == local.rejected


def test_a_pipeline_that_cannot_be_made_is_told_as_such(two):
    found = [records.taken("青石县")]
    with pytest.raises(ModelError, match="folder"):
        list(govclaim.ray.results(found, Recipe(model="no/such/folder")))
