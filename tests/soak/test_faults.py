"""Runs that are killed, starved and stopped for real; afterwards every record is there, and the bytes are the same.

Short in `make test`; `make soak DOCUMENTS=20000` is the long version (`GOVCLAIM_SOAK` holds the number).
"""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

import govclaim
from govclaim.batch import runner
from govclaim.batch.runner import Input, Output, Run
from govclaim.batch.work import Recipe

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
DOCUMENTS = int(os.environ.get("GOVCLAIM_SOAK", "0"))
MANY = DOCUMENTS or 80
KILLS = 20 if DOCUMENTS else 2
PART = max(10, MANY // 100)
long_only = pytest.mark.skipif(not DOCUMENTS, reason="make soak")
proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Composed documents, one in a hundred of them spoilt, in eight ways; in the short version one in ten."""
    file = tmp_path_factory.mktemp("pages") / "pages.jsonl"
    made = [sys.executable, BENCHMARKS / "composed.py", str(MANY), "-o", file, "--longest", "150"]
    subprocess.run([*made, "--broken", "0.01" if DOCUMENTS else "0.1"], check=True)
    return file


def command(*arguments):
    code = "import sys; from govclaim import cli; sys.argv[0] = 'govclaim'; cli.main()"
    return [sys.executable, "-c", code, "annotate", *map(str, arguments)]


def start(pages, output, *options):
    arguments = (pages, "-o", output, "--workers", 2, "--part-size", PART, "--log-json", *options)
    # A file, not a pipe: one that nobody reads would stop the run.
    with output.with_name("log.jsonl").open("a") as log:
        return subprocess.Popen(command(*arguments), stderr=log)


def children(process):
    with suppress(OSError):
        found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        return [int(pid) for pid in found if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return []


def parts(output):
    with suppress(OSError):
        return (output.parent / (output.name + ".run") / "journal.jsonl").read_bytes().count(b"\n")
    return 0


def until(process, condition):
    """Wait until something is so; whether it came before the process ended."""
    while process.poll() is None:
        if condition():
            return True
        time.sleep(0.005)
    return False


def content(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "log.jsonl")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def whole(pages, tmp_path_factory):
    """What a run gives that nobody stops, and its seconds."""
    output = tmp_path_factory.mktemp("whole") / "out"
    began = time.monotonic()
    process = start(pages, output, "--merge")
    assert process.wait() == 1  # some were rejected
    return content(output.parent), time.monotonic() - began


def test_every_record_is_accounted_for(pages, whole):
    files, _ = whole
    spoilt = MANY // (100 if DOCUMENTS else 10)
    tally = json.loads(files["out.manifest.json"])["tally"]
    assert (tally["read"], tally["rejected"], tally["annotated"]) == (MANY, spoilt, MANY - spoilt)
    annotated = [json.loads(line)["id"] for line in files["out.jsonl"].splitlines()]
    rejected = [json.loads(line) for line in files["out.rejected.jsonl"].splitlines()]
    lines = pages.read_bytes().splitlines()
    numbers = [line["line"] for line in rejected]
    assert [f"d{number - 1:06d}" for number in range(1, len(lines) + 1) if number not in numbers] == annotated
    assert numbers == [number for number in range(1, MANY + 1) if number % (MANY // spoilt) == 0]
    assert len({line["error"][:12] for line in rejected}) >= 7
    joined = b"".join(files[name] for name in sorted(files) if name.startswith("out/"))
    assert joined == files["out.jsonl"]


def killed_run(pages, output, dice, kills, seconds):
    """Run to the end, with so many kills on the way; how many there were."""
    killed, status, step = 0, None, max(1, MANY // PART // KILLS)
    while status not in (0, 1):
        process = start(pages, output, "--merge", "--resume")
        target = parts(output) + dice.randint(1, step)
        if killed < kills and until(process, lambda target=target: parts(output) >= target):
            with pytest.raises(govclaim.OutputError, match="another run"):
                Run(Input((str(pages),)), Recipe(), Output(output), resume=True).__enter__()
            for _ in range(dice.randint(1, 2)):
                moment = time.monotonic() + dice.uniform(0, seconds / KILLS / 2)
                until(process, lambda moment=moment: time.monotonic() > moment)
                with suppress(OSError, IndexError):
                    os.kill(dice.choice(children(process)), signal.SIGKILL)
                    killed += 1
            if killed < kills and process.poll() is None:
                process.kill()
                killed += 1
        status = process.wait()
    return killed


@proc
def test_kill_9_at_random_moments_of_parent_and_workers(pages, whole, tmp_path):
    expected, seconds = whole
    dice, killed, round_ = random.Random(8), 0, 0
    while killed < KILLS:  # a fast machine may be at the end before all were killed
        folder = tmp_path / str(round_)
        folder.mkdir()
        killed += killed_run(pages, folder / "out", dice, KILLS - killed, seconds)
        assert content(folder) == expected
        round_ += 1


@long_only
@proc
def test_kill_9_while_the_parts_are_put_together(pages, whole, tmp_path):
    expected, _ = whole
    output = tmp_path / "out"
    last = len([name for name in expected if name.startswith("out/")])
    process = start(pages, output, "--merge")
    assert until(process, lambda: parts(output) == last)
    process.kill()
    process.wait()
    assert start(pages, output, "--merge", "--resume").wait() == 1
    assert content(tmp_path) == expected


@long_only
@proc
def test_a_worker_that_stands_still(pages, whole, tmp_path):
    output = tmp_path / "out.jsonl"
    process = start(pages, output, "--timeout", 20)
    assert until(process, lambda: parts(output) > 0)
    os.kill(children(process)[0], signal.SIGSTOP)
    assert process.wait() == 1
    rejected = [json.loads(line) for line in (tmp_path / "out.jsonl.rejected.jsonl").read_bytes().splitlines()]
    assert any("was not annotated in 20 seconds" in line["error"] for line in rejected)
    # What was set aside is annotated when it is fed back in.
    again = tmp_path / "again.jsonl"
    start(tmp_path / "out.jsonl.rejected.jsonl", again).wait()
    lines = [*output.read_bytes().splitlines(), *again.read_bytes().splitlines()]
    assert sorted(lines) == sorted(whole[0]["out.jsonl"].splitlines())


def test_a_packed_file_that_is_cut(pages, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "Annotator", cache(runner.Annotator))  # one pipeline for all three runs
    raw = gzip.compress(pages.read_bytes()[:50_000], compresslevel=1)
    (tmp_path / "cut.jsonl.gz").write_bytes(raw[: len(raw) * 2 // 3])
    results = []
    for name, stop in (("whole", None), ("stopped", 7)):
        output = tmp_path / name / "out.jsonl"
        output.parent.mkdir()
        for resume in (False,) if stop is None else (False, True):
            read = Input((str(tmp_path / "cut.jsonl.gz"),))
            with Run(read, Recipe(), Output(output, records=5), resume=resume) as run:
                for done, _ in enumerate(run.go(workers=0)):
                    if done == stop and not resume:
                        break
        results.append(content(output.parent))
    assert results[0] == results[1]
    rejected = [json.loads(line) for line in results[0]["out.jsonl.rejected.jsonl"].splitlines()]
    assert "ends early" in rejected[-1]["error"]
    assert json.loads(results[0]["out.jsonl.manifest.json"])["tally"]["annotated"] > 5


@long_only
def test_a_document_of_10_mb(tmp_path):
    line = "2025年，青石县新建学校12所，一般公共预算收入14.02亿元，同比增长15.27%，居全市第二。\n"
    text = line * (10_000_000 // len(line.encode()))
    records = [{"id": "before", "text": line}, {"id": "long", "text": text}, {"id": "after", "text": line}]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    assert start(tmp_path / "in.jsonl", tmp_path / "out.parquet").wait() == 0
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = parquet.read_table(tmp_path / "out.parquet", columns=["id", "text", "claims"])
    assert rows["id"].to_pylist() == ["before", "long", "after"]
    assert rows["text"][1].as_py() == text
    assert len(rows["claims"][1]) > 300_000
