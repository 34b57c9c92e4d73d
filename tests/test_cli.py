import json

import pytest
from typer.testing import CliRunner

import govclaim
from govclaim import cli, schema

TEXT = "2025年，青石县一般公共预算收入14.02亿元，同比增长15.27%。青石县新增学位2300余个。\n"


def run(*arguments, input=None):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments], input=input)


@pytest.fixture
def article(tmp_path):
    file = tmp_path / "qingshi.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture
def annotated(article, tmp_path):
    done = run("annotate", article, "--published", "2026-01-20", "-o", tmp_path / "qingshi.json")
    assert done.exit_code == 0, done.output
    return tmp_path / "qingshi.json"


def test_annotate_writes_what_the_library_gives(annotated):
    read = govclaim.loads(annotated.read_bytes())
    assert read == govclaim.annotate(TEXT, published="2026-01-20", id="qingshi")


def test_annotate_writes_to_standard_output(article):
    done = run("annotate", article, "--tokens", "--numerals")
    annotation = govclaim.loads(done.stdout)
    assert annotation.tokens
    assert annotation.numerals
    assert "1 annotated, 0 rejected" in done.stderr


def test_annotate_reads_standard_input():
    done = run("annotate", "-", input='{"text": "有3人。", "id": "a"}\n{"text": "有5人。"}\n')
    ids = [annotation.id for _, annotation in schema.load_lines(done.stdout.splitlines())]
    assert ids == ["a", "stdin:2"]


def test_rejected_records_are_kept_and_told(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"text": "有3人。"}\n{"no": "\\ud83d"}\n', encoding="utf-8")
    done = run("annotate", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl")
    assert done.exit_code == 1
    assert "in.jsonl:2: the record has no 'text'" in done.stderr
    assert len((tmp_path / "out.jsonl").read_text("utf-8").splitlines()) == 1
    (line,) = (tmp_path / "out.jsonl.rejected.jsonl").read_text("utf-8").splitlines()
    rejected = json.loads(line)
    assert rejected["record"]["no"] == "\ud83d"
    assert rejected["line"] == 2
    assert rejected["hint"]


def test_one_json_file_holds_one_annotation(tmp_path, article):
    (tmp_path / "other.txt").write_text(TEXT, encoding="utf-8")
    done = run("annotate", article, tmp_path / "other.txt", "-o", tmp_path / "out.json")
    assert done.exit_code == 2
    assert "out.jsonl" in done.stderr
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("annotate", "nothing.txt"),
        ("annotate", "{article}", "--published", "soon"),
        ("annotate", "{article}", "--knowledge", "nowhere"),
        ("annotate", "{article}", "-o", "{article}/out.json"),
        ("show", "{article}"),
        ("show", "nothing.json"),
        ("explain", "{article}"),
        ("explain", "{article}", "--span", "5:900"),
        ("explain", "{article}", "--claim", "c99"),
        ("score", "{article}", "{article}"),
    ],
)
def test_errors_are_two_lines(arguments, article):
    done = run(*(argument.format(article=article) for argument in arguments))
    assert done.exit_code == 2
    lines = done.stderr.strip().splitlines()
    assert lines[0].startswith("error: ")
    assert [line.startswith("  hint: ") for line in lines[1:]] == [True]


def test_wrong_usage_is_exit_2():
    assert run("annotate").exit_code == 2
    assert run("fly").exit_code == 2


def test_an_interruption_is_exit_130(article, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("govclaim.batch.sources.files", interrupted)
    done = run("annotate", article)
    assert done.exit_code == 130
    assert "interrupted" in done.stderr


def test_show_prints_claims_without_colour_codes_into_a_pipe(annotated):
    done = run("show", annotated)
    assert done.exit_code == 0
    assert "一般公共预算收入" in done.stdout
    assert "1,402,000,000 CNY" in done.stdout
    assert "↑ yoy" in done.stdout
    assert "\x1b" not in done.stdout
    assert "学位2300余个" in done.stdout
    assert "学位2300余个" not in run("show", "--no-text", annotated).stdout


def test_show_needs_no_spacy(annotated):
    import subprocess
    import sys

    code = f"""
import sys
from govclaim import cli
try:
    cli.app(["show", {str(annotated)!r}])
except SystemExit:
    print("spacy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_explain_names_rules_and_what_lost(annotated, article):
    start = TEXT.index("14.02")
    by_span = run("explain", annotated, "--span", f"{start}:{start + 7}").stdout
    assert "14.02亿元" in by_span
    assert "rule:quantity." in by_span
    by_claim = run("explain", article, "--claim", "c2", "--published", "2026-01-20").stdout
    assert "c2" in by_claim
    assert "15.27%" in by_claim
    assert "direction increase" in by_claim


def test_score_of_a_copy_is_perfect(annotated, tmp_path):
    done = run("score", annotated, annotated, "--errors", tmp_path / "errors.jsonl")
    assert done.exit_code == 0
    (row,) = [line.split() for line in done.stdout.splitlines() if line.startswith("claims.strict ")]
    assert "1.000" in row
    assert (tmp_path / "errors.jsonl").read_text() == ""


def test_schema_is_json_schema():
    assert json.loads(run("schema").stdout)["$schema"].startswith("https://json-schema.org/")


def test_info_names_versions():
    assert f"govclaim     {govclaim.__version__}" in run("info").stdout


def test_doctor_finds_this_installation_sound():
    done = run("doctor")
    assert done.exit_code == 0, done.stdout
    assert "BAD" not in done.stdout


def test_doctor_tells_what_is_wrong(tmp_path):
    done = run("doctor", "--model", tmp_path)
    assert done.exit_code == 1
    assert "BAD the pipeline loads" in done.stdout
