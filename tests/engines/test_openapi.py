"""The service keeps what its OpenAPI promises, whatever is sent: by schemathesis, against the running command."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("schemathesis", reason="`make test-engines` has an environment with it")

# A batch is text, whatever its type is called, and what is no text would be one as soon as it is sent.
HOOKS = """
import schemathesis

@schemathesis.hook
def filter_case(context, case):
    return "batch" not in case.path or isinstance(case.body, (bytes, str))

@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
"""


@pytest.fixture(scope="module")
def address():
    command = [sys.executable, "-m", "govclaim.cli", "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
        yield service.stdout.readline().strip()
        service.terminate()
        assert service.wait() == 0


def test_the_service_is_as_described(address, tmp_path):
    (tmp_path / "hooks.py").write_text(HOOKS, encoding="utf-8")
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json"]
    options = ["--max-examples", "50", "--checks", "all", "--seed", "1", "--no-color"]
    done = subprocess.run(
        [*command, *options], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "Operations:       4 selected / 4 total" in done.stdout
