"""Runs that are stopped, and what is there afterwards: always every record, and the same bytes."""

import contextlib
import json
import resource
import shlex
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import govclaim
from govclaim.batch import arrow, runner
from govclaim.batch.place import Place
from govclaim.batch.runner import Input, Output, Run
from govclaim.batch.work import Recipe
from govclaim.schema import load_lines

FORMATS = ("jsonl", "parquet")


@pytest.fixture(autouse=True, scope="module")
def loaded_once():
    """Runs in this process share their pipelines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "Annotator", cache(runner.Annotator))
        yield


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """120 records, of which 12 are broken in eight ways."""
    lines = [
        json.dumps(
            {"id": f"p{n}", "text": f"2025年，青石县新建学校{n}所，增长{n}.5%。", "published": "2026-01-20"},
            ensure_ascii=False,
        ).encode()
        for n in range(120)
    ]
    lines[3] = b'{"id": "p3", "text": "cut off'
    lines[10] = b"7"
    lines[11] = b'{"id": "p11", "body": "no text"}'
    lines[20] = b'{"id": "p20", "text": 12}'
    lines[21] = b'{"id": "p21", "text": "a", "published": "2026-02-30"}'
    lines[40] = b'{"id": "p40", "text": "half a pair \\ud83d"}'
    lines[41] = '{"id": "p41", "text": "青石县"}'.encode("gb18030")
    lines[60] = lines[59]
    lines[90] = b'{"id": "p90", "text": "a", "meta": 5}'
    lines[91] = b"[" * 100_000
    lines[119] = b'{"id": "p0", "text": "the id of the first"}'
    lines[118] = b"\x00\x01"
    file = tmp_path_factory.mktemp("in") / "pages.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    return file


BROKEN = {4, 11, 12, 21, 22, 41, 42, 61, 91, 92, 119, 120}


def run(
    read, output, *, stop=None, workers=0, records=25, resume=False, restart=False, merge=False, dedup=False, **recipe
):
    """Run in this process; ``stop`` as if the power went after so many records."""
    where = Output(Path(output), merge=merge, records=records)
    recipe.setdefault("format", output.suffix[1:] if output.suffix else "jsonl")
    with Run(Input((str(read),), dedup=dedup), Recipe(**recipe), where, resume=resume, restart=restart) as going:
        results = going.go(workers=workers)
        if stop is None:
            for _ in results:
                pass
        else:
            for _ in range(stop):
                next(results)
            results.close()
    return going


def content(output):
    """All files of a result, by name."""
    files = sorted(output.parent.rglob("*"))
    return {path.relative_to(output.parent).as_posix(): path.read_bytes() for path in files if path.is_file()}


@pytest.fixture(scope="module")
def whole(pages, tmp_path_factory):
    """What runs give that nobody stopped."""
    results = {}
    for format in FORMATS:
        output = tmp_path_factory.mktemp("whole") / f"out.{format}"
        going = run(pages, output)
        assert (going.tally.read, going.tally.annotated, going.tally.rejected) == (120, 108, 12)
        results[format] = content(output)
    return results


def test_every_record_is_annotated_or_rejected_with_its_place(whole):
    result = whole["jsonl"]
    assert sorted(result) == ["out.jsonl", "out.jsonl.manifest.json", "out.jsonl.rejected.jsonl"]
    annotations = [annotation for _, annotation in load_lines(result["out.jsonl"].splitlines())]
    assert [a.id for a in annotations] == [f"p{n}" for n in range(120) if n + 1 not in BROKEN]
    assert annotations[1] == govclaim.annotate(annotations[1].text, published="2026-01-20", id="p1")
    rejected = [json.loads(line) for line in result["out.jsonl.rejected.jsonl"].splitlines()]
    assert {line["line"] for line in rejected} == BROKEN
    assert all(line["file"].endswith("pages.jsonl") and line["error"] and line["hint"] for line in rejected)
    assert len({line["error"] for line in rejected}) >= 8
    assert next(line for line in rejected if line["line"] == 120)["error"].endswith("pages.jsonl:1")


def test_parquet_holds_the_same(whole, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "a.parquet").write_bytes(whole["parquet"]["out.parquet"])
    table = pq.ParquetFile(tmp_path / "a.parquet")
    restored = [arrow.restored(row) for row in table.read().to_pylist()]
    assert restored == [annotation for _, annotation in load_lines(whole["jsonl"]["out.jsonl"].splitlines())]
    assert table.num_row_groups == 5  # one a part
    assert str(table.schema_arrow.field("quantities").type.value_type.field("value").type) == "decimal128(38, 18)"


@pytest.mark.parametrize(("format", "stop"), [("jsonl", 1), ("jsonl", 60), ("jsonl", 119), ("parquet", 60)])
def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(pages, tmp_path, whole, format, stop):
    output = tmp_path / f"out.{format}"
    run(pages, output, stop=stop)
    assert not output.exists()
    going = run(pages, output, resume=True)
    assert going.resumed == (stop - 1) // 25 * 25
    assert content(output) == whole[format]
    again = run(pages, output, resume=True)
    assert (again.complete, again.tally.annotated) == (True, 108)


def test_a_folder_of_parts(pages, tmp_path, whole):
    output = tmp_path / "out"
    run(pages, output, stop=60)
    assert sorted(path.name for path in output.iterdir()) == ["part-00000.jsonl", "part-00001.jsonl"]
    run(pages, output, resume=True, merge=True)
    parts = sorted(output.iterdir())
    assert [path.name for path in parts] == [f"part-{n:05d}.jsonl" for n in range(5)]
    joined = b"".join(path.read_bytes() for path in parts)
    assert joined == whole["jsonl"]["out.jsonl"] == (tmp_path / "out.jsonl").read_bytes()
    with pytest.raises(govclaim.OutputError, match="not empty"):
        run(pages, output)
    run(pages, output, restart=True, records=60)
    assert len(list(output.iterdir())) == 2


def test_a_folder_with_files_of_others_is_left_alone(pages, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine")
    for options in ({}, {"restart": True}):
        with pytest.raises(govclaim.OutputError, match="not empty"):
            run(pages, tmp_path / "out", **options)
    assert (tmp_path / "out" / "letter.txt").read_text() == "mine"
    assert not (tmp_path / "out.run").exists()


def test_unfinished_work_is_not_thrown_away_unasked(pages, tmp_path, whole):
    output = tmp_path / "out.jsonl"
    run(pages, output, stop=60)
    with pytest.raises(govclaim.OutputError, match="2 parts done"):
        run(pages, output)
    run(pages, output, restart=True)
    assert content(output) == whole["jsonl"]


def test_what_the_power_cut_spoilt_is_done_again(pages, tmp_path, whole):
    output = tmp_path / "out.jsonl"
    run(pages, output, stop=80)
    place = tmp_path / "out.jsonl.run"
    journal = place / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"part": 3, "re')
    (place / "part-00001.jsonl").write_bytes(b"")
    (place / "part-00004.jsonl.part").write_bytes(b"rubbish")
    going = run(pages, output, resume=True)
    assert going.resumed == 25
    assert content(output) == whole["jsonl"]


def test_resume_says_what_differs(pages, tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for name in "abc":
        (source / f"{name}.txt").write_text(f"有3人。{name}")
    output = tmp_path / "out.jsonl"
    run(source, output, stop=2, records=1)
    (source / "a.txt").write_text("有120人。")
    (source / "b.txt").unlink()
    (source / "d.txt").write_text("有3人。")
    with pytest.raises(govclaim.ResumeError) as caught:
        run(source, output, resume=True, records=1, layers=("claims",))
    said = str(caught.value)
    assert "a.txt has changed (11 bytes then, 12 now)" in said
    assert f"gone: {source}/b.txt" in said
    assert f"new: {source}/d.txt" in said
    assert 'the option layers was null, is ["claims"]' in said
    assert "--restart" in said
    assert (tmp_path / "out.jsonl.run" / "manifest.json").exists()


def test_resume_refuses_another_program_or_tables(pages, tmp_path):
    output = tmp_path / "out.jsonl"
    run(pages, output, stop=60)
    manifest = tmp_path / "out.jsonl.run" / "manifest.json"
    before = json.loads(manifest.read_bytes())
    for name, said in (("package", "was 0.0.1, is"), ("knowledge", "other files"), ("model", "was 000000000000, is")):
        changed = {**before, name: {**before[name], "sha256": "0" * 64}}
        if name == "package":
            changed[name]["version"] = "0.0.1"
        manifest.write_text(json.dumps(changed))
        with pytest.raises(govclaim.ResumeError, match=f"the {name} .*{said}"):
            run(pages, output, resume=True)


def test_resume_without_a_run_begins_one_and_overwrites_nothing_of_others(pages, tmp_path):
    output = tmp_path / "out.jsonl"
    output.write_text("mine")
    with pytest.raises(govclaim.ResumeError):
        run(pages, output, resume=True)
    assert content(output) == {"out.jsonl": b"mine"}
    assert run(pages, tmp_path / "new.jsonl", resume=True).tally.read == 120


def test_the_second_run_on_one_output_refuses(pages, tmp_path):
    place = Place(tmp_path / "out.jsonl", "jsonl")
    place.lock()
    with pytest.raises(govclaim.OutputError, match="another run"):
        run(pages, tmp_path / "out.jsonl")
    place.unlock()
    run(pages, tmp_path / "out.jsonl")


def test_rejected_records_that_were_mended_can_be_fed_back(pages, tmp_path, whole):
    rejected = tmp_path / "out.jsonl.rejected.jsonl"
    rejected.write_bytes(whole["jsonl"]["out.jsonl.rejected.jsonl"])
    again = run(rejected, tmp_path / "still.jsonl")
    assert (again.tally.annotated, again.tally.rejected) == (2, 10)  # the two whose ids were there before
    rejected.write_text(rejected.read_text("utf-8").replace('"body"', '"text"'), encoding="utf-8")
    assert run(rejected, tmp_path / "mended.jsonl").tally.annotated == 3


def test_layers_are_valid_and_texts_stay_out(pages, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    run(pages, tmp_path / "claims.jsonl", layers=("claims",), numerals=True)
    for _, annotation in load_lines((tmp_path / "claims.jsonl").read_bytes().splitlines()):
        assert annotation.numerals is None
        assert len(annotation.claims) == 2
        assert {e.id for e in annotation.entities} <= {c.subject.entity for c in annotation.claims if c.subject}
    for name in ("bare.jsonl", "bare.parquet"):
        run(pages, tmp_path / name, text=False, tokens=True)
    rows = [json.loads(line) for line in (tmp_path / "bare.jsonl").read_bytes().splitlines()]
    for row in (*rows, *pq.read_table(tmp_path / "bare.parquet").to_pylist()):
        assert row.get("text") is None
        assert row["text_length"] > 20
        assert row["sentences"][0].get("surface") is None
        assert row["tokens"][0].get("text") is None
        assert row["quantities"][0]["text"]
    assert "青石县新建学校" not in (tmp_path / "bare.jsonl").read_text("utf-8").replace('"学校', "")
    with pytest.raises(govclaim.InputError, match="no layer"):
        Recipe(layers=("words",))


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no such limit here")
@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk_leaves_what_was_written_valid(pages, tmp_path, whole, format):
    output = tmp_path / f"out.{format}"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Parts are up to 25 records; the last ones are made too large by the limit.
    sizes = [len(whole[format][f"out.{format}"]) // 5 * share for share in (1.4, 0.5)]
    limit = int(sizes[0] if format == "jsonl" else sizes[1])
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(govclaim.OutputError, match="too large") as caught:
            run(pages, output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert "--resume" in caught.value.hint
    assert not list(tmp_path.rglob("*.part"))
    run(pages, output, resume=True)
    assert content(output) == whole[format]


@contextlib.contextmanager
def mounted(folder, options):
    """A file system of its own, where this user may mount one."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_really_full(pages, tmp_path, whole):
    with mounted(tmp_path / "small", "size=512k") as folder:
        (folder / "ballast").write_bytes(bytes(100_000))
        output = folder / "out.jsonl"
        with pytest.raises(govclaim.OutputError, match="the disk is full"):
            run(pages, output)
        subprocess.run(["mount", "-o", "remount,size=4m", str(folder)], check=True)
        assert run(pages, output, resume=True).resumed > 0
        (folder / "ballast").unlink()
        assert content(output) == whole["jsonl"]


def test_an_output_that_may_not_be_written(pages, tmp_path):
    with mounted(tmp_path / "fixed", "ro") as folder, pytest.raises(govclaim.OutputError, match="cannot be written"):
        run(pages, folder / "out.jsonl")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(govclaim.OutputError, match="cannot be written"):
        run(pages, tmp_path / "file" / "out.jsonl")


def command(*arguments):
    code = "import sys; from govclaim import cli; sys.argv[0] = 'govclaim'; cli.main()"
    return [sys.executable, "-c", code, "annotate", *map(str, arguments)]


def started(*arguments):
    """A run in a process of its own that has written its first part."""
    process = subprocess.Popen(
        command(*arguments, "--log-json"),
        stderr=subprocess.PIPE,
        text=True,
        # A shell that started the tests in the background has them ignore Ctrl-C, and so would this one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    journal = Path(str(arguments[2]) + ".run") / "journal.jsonl"
    while not (journal.exists() and journal.read_bytes()):
        assert process.poll() is None, process.stderr.read()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
    return process


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    file = tmp_path_factory.mktemp("many") / "many.jsonl"
    text = "2025年，青石县新建学校{}所，一般公共预算收入14.02亿元，同比增长{}.5%，居全市第二。"
    lines = [json.dumps({"text": text.format(n, n) * 3}, ensure_ascii=False) for n in range(150)]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_ctrl_c_and_kill_9_and_the_command_that_is_printed(many, tmp_path):
    output = tmp_path / "out.jsonl"
    options = ("--workers", "2", "--part-size", "10")
    with started(many, "-o", output, *options) as process:
        process.send_signal(signal.SIGINT)
        log = [json.loads(line) for line in process.stderr.read().splitlines()]
    assert process.returncode == 130
    printed = log[-1]["message"].splitlines()[-1].strip()
    assert shlex.split(printed)[-1] == "--resume"

    resumed = shlex.split(printed)[2:]
    with started(*resumed) as process:
        process.kill()
    done = subprocess.run(command(*resumed), capture_output=True, text=True, check=True)
    log = [json.loads(line) for line in done.stderr.splitlines()]
    assert log[0]["done"] >= 10
    assert {name: log[-1][name] for name in ("event", "read", "annotated")} == {
        "event": "end", "read": 150, "annotated": 150,
    }  # fmt: skip
    run(many, tmp_path / "whole.jsonl")
    assert output.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert not (tmp_path / "out.jsonl.run").exists()


def test_layers_of_parquet_and_marks_of_reprints(pages, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    pytest.importorskip("datasketch")
    run(pages, tmp_path / "few.parquet", layers=("claims",), text=False, dedup=True)
    rows = pq.read_table(tmp_path / "few.parquet").to_pylist()
    assert len(rows) == 108
    for row in rows:
        assert (row["text"], row["tokens"], len(row["claims"])) == (None, None, 2)
        named = {claim["quantity"] for claim in row["claims"]}
        assert {quantity["id"] for quantity in row["quantities"]} == named
    # one form with other figures: no reprints
    assert not any("duplicate_of" in (row["meta"]["extra"] or "") for row in rows)
