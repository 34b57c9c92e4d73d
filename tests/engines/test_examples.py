"""The examples for engines run, and say what they promise."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "engines"


@pytest.mark.parametrize("example", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_example_finds_claims_and_tells_what_was_rejected(example):
    if find_spec({"in_ray": "ray", "in_spark": "pyspark"}[example.stem]) is None:
        pytest.skip("`make test-engines` has an environment with it")
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run([sys.executable, example], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith(("青石县 ", "rejected:"))]
    assert len(lines) == 3
    assert lines[-1].startswith("rejected: c")
