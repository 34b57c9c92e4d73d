"""Settings of all tests, and the desk at which the examples of help and documentation are tried."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before numpy is there: where all cores are busy, its threads wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# No timing assertions: the first example of a test may load tables, and machines differ.
settings.register_profile("govclaim", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("govclaim")

ROOT = Path(__file__).parents[1]
PAGE = "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%。"
NOT_OURS = ("git", "cd", "cp", "echo", "jupyter", "apt-get", "curl", "ray")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory):
    """A folder with the files that help and documentation speak of."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("news", "article", "bulletin", "summary", "answer", "figures"):
        (folder / f"{name}.txt").write_text(PAGE, encoding="utf-8")
    (folder / "pages").mkdir()
    shutil.copy(folder / "news.txt", folder / "pages")
    (folder / "my-tables").mkdir()
    (folder / "my-tables" / "units.csv").write_text(
        "form,unit,dimension,si_unit,factor,example,note\n石,dan,mass,kg,50,收粮[300石],\n", encoding="utf-8"
    )
    for name in ("corpora", "examples", "benchmarks", "docs"):
        (folder / name).symlink_to(ROOT / name)
    assert typed(f"govclaim annotate {folder}/news.txt --published 2026-01-20 -o {folder}/news.json") == 0
    for name in ("annotated", "corrected-pages", "gold", "held-out", "colleague", "one", "two"):
        (folder / f"{name}.jsonl").write_bytes((folder / "news.json").read_bytes() + b"\n")
    (folder / "my-model").mkdir()
    (folder / "my-model" / "model.toml").write_text(
        'name = "mine"\nversion = "1"\ncontract = "1.0"\n', encoding="utf-8"
    )
    (folder / "out").mkdir()
    shutil.copy(folder / "annotated.jsonl", folder / "out")
    _write_parquet(folder / "news.json", folder / "annotated.parquet")
    assert typed(f"govclaim export brat {folder}/annotated.jsonl -o {folder}/corrected") == 0
    assert typed(f"govclaim corpus split {folder}/annotated.jsonl -o {folder}/mine") == 0
    assert typed(f"govclaim corpus dehydrate {folder}/annotated.jsonl -o {folder}/standoff.jsonl") == 0
    return folder


def _write_parquet(source, target):
    from pyarrow import parquet

    import govclaim
    from govclaim.batch import arrow

    parquet.write_table(arrow.table([arrow.row(govclaim.loads(source.read_bytes()))]), target)


@pytest.fixture
def desk(furnished, tmp_path, monkeypatch):
    """A copy of that folder, to sit at."""
    place = tmp_path / "desk"
    shutil.copytree(furnished, place, symlinks=True)
    monkeypatch.chdir(place)
    return place


@pytest.fixture(name="typed")
def typed_fixture():
    """Types a command: see ``typed``."""
    return typed


def typed(line):
    """Does what a person's command says, in this process, and gives its exit status.

    What is ours runs, but for servers and runs of several processes, whose words are only read. Of other
    programs it is checked that what they name is there: an extra, a target, a file.
    """
    command = re.sub(r"\s+# .*", "", line)
    command, _, otherwise = command.partition(" || ")
    command = command.partition(" > ")[0]
    left, _, right = command.partition(" | ")
    given = shlex.split(left)[1] if left.startswith("echo ") else None
    words = shlex.split(right if given else left)
    if words[0] == "govclaim":
        status = _ours(words[1:], given)
        return 0 if otherwise else status
    return _others(words)


def _ours(words, given):
    import typer
    from typer.testing import CliRunner

    from govclaim import cli

    verbs = typer.main.get_command(cli.app).commands
    if words[0] in ("review", "serve") or "--workers" in words or "--engine" in words:
        assert verbs[words[0]].make_context(words[0], words[1:]).params
        return 0
    if words[0].startswith("--") and words[0].endswith("-completion"):
        return 0  # tried in a shell of its own, with a home of its own
    target = None
    if words[0] == "annotate" and words[-1].endswith(".jsonl") and words[-2] == "-o":
        words, target = words[:-2], Path(words[-1])  # without a process of its own, which the tests of batches have
    done = CliRunner().invoke(cli.app, words, input=given)
    if target:
        target.write_text(done.stdout, encoding="utf-8")
    if done.exit_code:
        print(done.output, done.exception)
    if words[0] in ("check", "verify") and done.exit_code == 1:
        return 0  # it has done its work: that is its verdict
    return done.exit_code


def _others(words):
    if words[0] == "pip":
        from importlib.metadata import metadata

        named = re.findall(r"govclaim\[(.*)\]", " ".join(words))
        offered = metadata("govclaim").get_all("Provides-Extra", [])
        assert {name for group in named for name in group.split(",")} <= set(offered)
    elif words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.M), words[1]
    elif words[0] == "python":
        assert words[1].startswith("-") or Path(words[1]).exists(), words[1]
    else:
        assert words[0] in NOT_OURS, words[0]
    return 0
